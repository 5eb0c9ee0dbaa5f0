import { randomBytes } from 'node:crypto';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { keyOfPassphrase, newScryptParameters, type ScryptParameters } from './passphrase.ts';
import { makePrivate, readPrivateFile, writePrivateFile } from '../../private-file.ts';
import { keyBytes, seal, unseal } from './seal.ts';
import type { Wrap } from './vault-file.ts';

/**
 * The system's keychain as the vault sees it; the shell passes Electron's safeStorage. `available` is false where it
 * would not protect anything (Linux without a keyring). wrap and unwrap throw or reject when the keychain says no.
 */
export interface KeychainWrapper {
  readonly name: string;
  available(): Promise<boolean>;
  wrap(bytes: Buffer): Promise<Buffer>;
  unwrap(bytes: Buffer): Promise<Buffer>;
}

type WrapOf<M extends Wrap['method']> = Extract<Wrap, { method: M }>;
const purposeOf = { passphrase: 'bucket-brigade vault passphrase', keyFile: 'bucket-brigade vault key file' } as const;

/** KeyringUnavailable when it refuses, or does not give back what it was given. */
export async function wrapWithKeychain(
  keychain: KeychainWrapper,
  dataKey: Buffer,
): Promise<Result<WrapOf<'keychain'>>> {
  try {
    const wrapped = await keychain.wrap(dataKey);
    if (!(await keychain.unwrap(wrapped)).equals(dataKey)) {
      return err(appError('KeyringUnavailable', { keychain: keychain.name }, 'It gave back something else.'));
    }
    return ok({ method: 'keychain', name: keychain.name, wrapped: wrapped.toString('base64') });
  } catch (error) {
    return err(appError('KeyringUnavailable', { keychain: keychain.name }, error));
  }
}

export async function unwrapWithKeychain(keychain: KeychainWrapper, wrap: WrapOf<'keychain'>): Promise<Result<Buffer>> {
  try {
    if (!(await keychain.available())) return err(appError('KeyringUnavailable', { keychain: keychain.name }));
    return ok(await keychain.unwrap(Buffer.from(wrap.wrapped, 'base64')));
  } catch (error) {
    return err(appError('KeyringUnavailable', { keychain: keychain.name }, error));
  }
}

export async function wrapWithPassphrase(
  passphrase: string,
  cost: Omit<ScryptParameters, 'salt'>,
  dataKey: Buffer,
): Promise<WrapOf<'passphrase'>> {
  const scrypt = newScryptParameters(cost);
  const key = await keyOfPassphrase(passphrase, scrypt);
  return { method: 'passphrase', scrypt, wrapped: seal(key, purposeOf.passphrase, dataKey).toString('base64') };
}

export async function unwrapWithPassphrase(passphrase: string, wrap: WrapOf<'passphrase'>): Promise<Result<Buffer>> {
  const key = await keyOfPassphrase(passphrase, wrap.scrypt);
  const dataKey = unseal(key, purposeOf.passphrase, Buffer.from(wrap.wrapped, 'base64'));
  return dataKey === null ? err(appError('VaultWrongPassphrase')) : ok(dataKey);
}

/**
 * Seals the data key with the key file, which is made if there is none. One that is there already (left by a crash, or
 * put there by an administrator) is used, never overwritten.
 */
export async function wrapWithKeyFile(keyPath: string, dataKey: Buffer): Promise<Result<WrapOf<'keyFile'>>> {
  const present = await readKeyFile(keyPath);
  if (!present.ok) return present;
  let key = present.value;
  if (key === null) {
    key = randomBytes(keyBytes);
    const written = await writePrivateFile(keyPath, key);
    if (!written.ok) return written;
  }
  return ok({ method: 'keyFile', wrapped: seal(key, purposeOf.keyFile, dataKey).toString('base64') });
}

export async function unwrapWithKeyFile(keyPath: string, wrap: WrapOf<'keyFile'>): Promise<Result<Buffer>> {
  const key = await readKeyFile(keyPath);
  if (!key.ok) return key;
  if (key.value === null) return err(appError('FileNotFound', { path: keyPath }));
  const dataKey = unseal(key.value, purposeOf.keyFile, Buffer.from(wrap.wrapped, 'base64'));
  if (dataKey === null)
    return err(appError('VaultLocked', { path: keyPath }, 'The key file is not the one of this vault.'));
  return ok(dataKey);
}

/**
 * A key file that others may read is made private first: refusing it would lock a person out of their own
 * connections without undoing what others may have read. Where that cannot be done it is refused (LocalAccessDenied).
 */
async function readKeyFile(keyPath: string): Promise<Result<Buffer | null>> {
  const key = await readPrivateFile(keyPath);
  if (!key.ok || key.value === null) return key;
  const tightened = await makePrivate(keyPath);
  if (!tightened.ok) return tightened;
  if (key.value.length !== keyBytes) {
    return err(appError('VaultLocked', { path: keyPath }, `The key file must be ${keyBytes} bytes.`));
  }
  return key;
}
