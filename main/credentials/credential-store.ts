import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../shared/domain/clock.ts';
import type { AppError } from '../../shared/errors.ts';
import type { CachedCredentialRepository } from '../db/cached-credential-repository.ts';
import type { SigningCredentials } from '../s3/data-plane/transport.ts';
import type { Vault } from './vault/vault.ts';

/**
 * Temporary credentials between two starts, sealed by the vault. A convenience: whatever goes wrong with it is as if
 * nothing had been kept.
 */
export interface CredentialStore {
  read(cacheKey: string): Promise<SigningCredentials | null>;
  write(cacheKey: string, credentials: SigningCredentials): Promise<void>;
  /** Idempotent. */
  remove(cacheKey: string): void;
}

/** Beside the secret texts: what is none, so that no log loses it. */
const factsSchema = z.object({
  accessKeyId: z.string(),
  expiresMs: z.number(),
  remark: z.enum(['unnamedSession', 'shortened']).optional(),
});

export function createCredentialStore(deps: {
  readonly repository: CachedCredentialRepository;
  readonly vault: Pick<Vault, 'seal' | 'unseal'>;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly onWarning: (error: AppError) => void;
}): CredentialStore {
  const { repository, vault, clock, onWarning } = deps;
  return {
    async read(cacheKey) {
      const id = idOf(cacheKey);
      const sealed = repository.get(id);
      if (sealed === null) return null;
      const opened = await vault.unseal(id, sealed);
      if (!opened.ok) {
        onWarning(opened.error);
        return null;
      }
      const { facts = '{}', secretAccessKey, sessionToken } = opened.value;
      const parsed = factsSchema.safeParse(JSON.parse(facts));
      if (!parsed.success || secretAccessKey === undefined) return null;
      return { ...parsed.data, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
    },
    async write(cacheKey, { accessKeyId, secretAccessKey, sessionToken, expiresMs, remark }) {
      if (expiresMs === undefined) return;
      const id = idOf(cacheKey);
      const sealed = await vault.seal(id, {
        facts: JSON.stringify({ accessKeyId, expiresMs, remark }),
        secretAccessKey,
        ...(sessionToken === undefined ? {} : { sessionToken }),
      });
      const saved = sealed.ok ? repository.put({ id, sealed: sealed.value, expiresMs }, clock.nowMs()) : sealed;
      if (!saved.ok) onWarning(saved.error);
    },
    remove(cacheKey) {
      const removed = repository.remove(idOf(cacheKey));
      if (!removed.ok) onWarning(removed.error);
    },
  };
}

/** Says nothing about who signs in. */
function idOf(cacheKey: string): string {
  return `cached/${createHash('sha256').update(cacheKey).digest('hex')}`;
}
