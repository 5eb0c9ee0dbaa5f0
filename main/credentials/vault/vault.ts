import { z } from 'zod';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { SecretRepository } from '../../db/secret-repository.ts';
import { seal, unseal } from './seal.ts';
import { createUnlocker, type UnlockOptions, type VaultProtection } from './unlock.ts';

/** What is secret of one thing: named texts, such as `{secretAccessKey, sessionToken}`. */
export type SecretTexts = Readonly<Record<string, string>>;

/**
 * Keeps secrets sealed in the database. Nothing is read or asked for until the first secret is: an engine that needs
 * none runs without unlocking. Methods that need the data key fail with VaultLocked (context `methods`: the ways there
 * are), VaultWrongPassphrase or KeyringUnavailable; a failed attempt is not remembered, the next call tries again.
 */
export interface Vault {
  /** For a caller that stores the sealed row itself, together with its own (`put` is seal and store). */
  seal(id: string, secret: SecretTexts): Promise<Result<Uint8Array>>;
  put(id: string, secret: SecretTexts): Promise<Result<void>>;
  /** What `seal` made for this id; DatabaseCorrupt when it is something else. */
  unseal(id: string, sealed: Uint8Array): Promise<Result<SecretTexts>>;
  /** CredentialsMissing when there is none; DatabaseCorrupt when it is not what was sealed under this id. */
  get(id: string): Promise<Result<SecretTexts>>;
  /** Idempotent, needs no key. */
  remove(id: string): Result<void>;
  /** Unlocks now, or makes the vault. Idempotent. */
  unlock(): Promise<Result<VaultProtection>>;
}

export type VaultOptions = UnlockOptions & {
  readonly secrets: SecretRepository;
  /** Told each secret text that passes through, and the passphrase: the log's redactor takes them. */
  readonly onSecret?: ((text: string) => void) | undefined;
};

const secretTextsSchema = z.record(z.string(), z.string());

export function openVault(options: VaultOptions): Vault {
  const { secrets, onSecret } = options;
  if (options.passphrase !== undefined) onSecret?.(options.passphrase);
  const tell = (secret: SecretTexts) => {
    for (const text of Object.values(secret)) onSecret?.(text);
  };
  const unlocker = createUnlocker(options, () => secrets.count() > 0);

  async function sealed(id: string, secret: SecretTexts): Promise<Result<Uint8Array>> {
    tell(secret);
    const unlocked = await unlocker.unlock();
    if (!unlocked.ok) return unlocked;
    return ok(seal(unlocked.value.dataKey, purposeOf(id), Buffer.from(JSON.stringify(secret))));
  }

  async function opened(id: string, bytes: Uint8Array): Promise<Result<SecretTexts>> {
    const unlocked = await unlocker.unlock();
    if (!unlocked.ok) return unlocked;
    const plain = unseal(unlocked.value.dataKey, purposeOf(id), bytes);
    if (plain === null) {
      return err(appError('DatabaseCorrupt', { secretId: id }, 'A sealed secret is not what was sealed under its id.'));
    }
    const secret = secretTextsSchema.parse(JSON.parse(plain.toString('utf8')));
    tell(secret);
    return ok(secret);
  }

  return {
    seal: sealed,
    unseal: opened,
    async put(id, secret) {
      const bytes = await sealed(id, secret);
      return bytes.ok ? secrets.put(id, bytes.value) : bytes;
    },
    async get(id) {
      const bytes = secrets.get(id);
      return bytes === null ? err(appError('CredentialsMissing', { secretId: id })) : opened(id, bytes);
    },
    remove: (id) => secrets.remove(id),
    async unlock() {
      const unlocked = await unlocker.unlock();
      return unlocked.ok ? ok(unlocked.value.protection) : unlocked;
    },
  };
}

/** The id is authenticated: a row copied to another id does not open. */
function purposeOf(id: string): string {
  return `bucket-brigade secret ${id}`;
}
