import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { appError, type AppError } from '../../../shared/errors.ts';
import { assertNever, err, ok, type Result } from '../../../shared/result.ts';
import type { SettingRepository } from '../../db/setting-repository.ts';
import { recommendedScrypt, type ScryptParameters } from './passphrase.ts';
import { removePrivateFile } from '../../private-file.ts';
import { keyBytes } from './seal.ts';
import {
  checkOf,
  isKeyOf,
  readVaultFile,
  type VaultFile,
  type Wrap,
  type WrapMethod,
  writeVaultFile,
} from './vault-file.ts';
import {
  type KeychainWrapper,
  unwrapWithKeychain,
  unwrapWithKeyFile,
  unwrapWithPassphrase,
  wrapWithKeychain,
  wrapWithKeyFile,
  wrapWithPassphrase,
} from './wraps.ts';

/** The weakest of the ways that open the vault: what somebody who has the data folder would use. */
export type VaultProtection = WrapMethod;

export type UnlockOptions = {
  readonly dataDir: string;
  readonly keychain?: KeychainWrapper | undefined;
  /** BRIGADE_VAULT_PASSPHRASE; an empty one counts as none. */
  readonly passphrase?: string | undefined;
  /**
   * Whether a new vault may be protected by a key file beside it; default true. The app says no: without a keychain or a passphrase
   * saving a secret is refused with KeyringUnavailable. A vault that has a key file already is opened all the same.
   */
  readonly mayUseKeyFile?: boolean | undefined;
  readonly settings: SettingRepository;
  /** Called once in the life of a data folder, when its vault turns out to be protected by the key file only. */
  readonly onKeyFileChosen?: ((keyFilePath: string) => void) | undefined;
  /** What went wrong without stopping the unlocking (a keychain that refuses while the passphrase works). */
  readonly onWarning?: ((error: AppError) => void) | undefined;
  /** The tests take a cheaper one. */
  readonly scryptCost?: Omit<ScryptParameters, 'salt'>;
};

export type Unlocked = { readonly dataKey: Buffer; readonly protection: VaultProtection };

/**
 * Finds the data key. A new vault is wrapped by the keychain if there is one, and by the passphrase if there is one, else
 * by a key file. An existing one is opened with whatever works; then a keychain or passphrase that is at hand and has
 * no wrap yet gets one. A passphrase takes the place of the key file, which is then removed: with it, anyone who has the folder has
 * the secrets. A keychain does not: the same folder is also used by `brigade`, which has none.
 * Calls at the same time share one attempt; a failed one is forgotten.
 */
export function createUnlocker(
  options: UnlockOptions,
  hasSecrets: () => boolean,
): { unlock(): Promise<Result<Unlocked>> } {
  const vaultPath = join(options.dataDir, 'vault.json');
  const keyPath = join(options.dataDir, 'vault.key');
  const passphrase = options.passphrase === '' ? undefined : options.passphrase;
  const scryptCost = options.scryptCost ?? recommendedScrypt;
  const { keychain } = options;
  const warn = (error: AppError) => options.onWarning?.(error);

  async function usableKeychain(): Promise<KeychainWrapper | null> {
    try {
      return keychain !== undefined && (await keychain.available()) ? keychain : null;
    } catch (error) {
      warn(appError('KeyringUnavailable', { keychain: keychain?.name }, error));
      return null;
    }
  }

  async function create(): Promise<Result<Unlocked>> {
    const dataKey = randomBytes(keyBytes);
    const wraps: Wrap[] = [];
    const usable = await usableKeychain();
    if (usable !== null) {
      const wrap = await wrapWithKeychain(usable, dataKey);
      if (wrap.ok) wraps.push(wrap.value);
      else warn(wrap.error);
    }
    if (passphrase !== undefined) wraps.push(await wrapWithPassphrase(passphrase, scryptCost, dataKey));
    if (wraps.length === 0 && options.mayUseKeyFile === false) {
      return err(appError('KeyringUnavailable', { keychain: keychain?.name }, 'It protects nothing or is not there.'));
    }
    if (wraps.length === 0) {
      const wrap = await wrapWithKeyFile(keyPath, dataKey);
      if (!wrap.ok) return wrap;
      wraps.push(wrap.value);
    }
    const written = await writeVaultFile(vaultPath, { version: 1, check: checkOf(dataKey), wraps });
    return written.ok ? ok({ dataKey, protection: weakestOf(wraps) }) : written;
  }

  async function open(file: VaultFile): Promise<Result<Unlocked>> {
    const failures = new Map<WrapMethod, AppError>();
    let dataKey: Buffer | undefined;
    for (const wrap of file.wraps) {
      const result = await unwrap(wrap);
      if (result === null) continue;
      if (result.ok && isKeyOf(file, result.value)) {
        dataKey = result.value;
        break;
      }
      failures.set(wrap.method, result.ok ? appError('VaultLocked', { path: vaultPath }) : result.error);
    }
    if (dataKey === undefined) return err(whyLocked(file, failures));
    for (const failure of failures.values()) warn(failure);
    const wraps = await improve(file, dataKey, failures);
    return ok({ dataKey, protection: weakestOf(wraps) });
  }

  /** Null: nothing at hand for this way. */
  async function unwrap(wrap: Wrap): Promise<Result<Buffer> | null> {
    switch (wrap.method) {
      case 'keychain':
        return keychain?.name === wrap.name ? unwrapWithKeychain(keychain, wrap) : null;
      case 'passphrase':
        return passphrase === undefined ? null : unwrapWithPassphrase(passphrase, wrap);
      case 'keyFile':
        return unwrapWithKeyFile(keyPath, wrap);
      default:
        return assertNever(wrap);
    }
  }

  function whyLocked(file: VaultFile, failures: ReadonlyMap<WrapMethod, AppError>): AppError {
    const wrongPassphrase = failures.get('passphrase');
    if (wrongPassphrase !== undefined) return wrongPassphrase;
    const methods = file.wraps.map((wrap) => wrap.method).join(', ');
    if (methods === 'keychain' && failures.has('keychain')) return failures.get('keychain') as AppError;
    const reasons = [...failures.values()].map(
      (failure) => `${failure.code}: ${failure.cause ?? failure.context['path']}`,
    );
    return appError('VaultLocked', { methods }, reasons.length === 0 ? undefined : reasons.join('; '));
  }

  /** Adds the ways that are at hand and missing. What cannot be added is a warning: the vault is open all the same. */
  async function improve(
    file: VaultFile,
    dataKey: Buffer,
    failures: ReadonlyMap<WrapMethod, AppError>,
  ): Promise<readonly Wrap[]> {
    let wraps: readonly Wrap[] = file.wraps;
    const has = (method: WrapMethod) => wraps.some((wrap) => wrap.method === method);
    const usable = has('keychain') && !failures.has('keychain') ? null : await usableKeychain();
    if (usable !== null) {
      const wrap = await wrapWithKeychain(usable, dataKey);
      if (wrap.ok) wraps = [wrap.value, ...wraps.filter((old) => old.method !== 'keychain')];
      else warn(wrap.error);
    }
    if (passphrase !== undefined && !has('passphrase')) {
      const wrap = await wrapWithPassphrase(passphrase, scryptCost, dataKey);
      wraps = [...wraps.filter((old) => old.method !== 'keyFile'), wrap];
    }
    if (wraps !== file.wraps) {
      const written = await writeVaultFile(vaultPath, { ...file, wraps: [...wraps] });
      if (!written.ok) {
        warn(written.error);
        return file.wraps;
      }
    }
    // Also when a crash came between writing the passphrase's wrap and this.
    if (has('passphrase') && !has('keyFile')) {
      const removed = await removePrivateFile(keyPath);
      if (!removed.ok) warn(removed.error);
    }
    return wraps;
  }

  async function attempt(): Promise<Result<Unlocked>> {
    const file = await readVaultFile(vaultPath);
    if (!file.ok) return file;
    if (file.value === null && hasSecrets()) {
      // A new key would not open what is there, and would stand in the way of a vault.json put back from a backup.
      return err(appError('VaultLocked', { path: vaultPath, methods: 'none' }, 'vault.json is gone.'));
    }
    const unlocked = file.value === null ? await create() : await open(file.value);
    if (unlocked.ok && unlocked.value.protection === 'keyFile') sayKeyFileOnce();
    return unlocked;
  }

  function sayKeyFileOnce(): void {
    if (options.settings.get(saidSetting) !== null) return;
    options.onKeyFileChosen?.(keyPath);
    const saved = options.settings.set(saidSetting, 'yes');
    if (!saved.ok) warn(saved.error);
  }

  let unlocked: Unlocked | undefined;
  let attempting: Promise<Result<Unlocked>> | undefined;
  return {
    async unlock() {
      if (unlocked !== undefined) return ok(unlocked);
      attempting ??= attempt().finally(() => {
        attempting = undefined;
      });
      const result = await attempting;
      if (result.ok) unlocked = result.value;
      return result;
    },
  };
}

const saidSetting = 'vault.keyFileMentioned';

function weakestOf(wraps: readonly Wrap[]): VaultProtection {
  const methods = wraps.map((wrap) => wrap.method);
  return methods.includes('keyFile') ? 'keyFile' : methods.includes('passphrase') ? 'passphrase' : 'keychain';
}
