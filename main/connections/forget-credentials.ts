import { createCredentialLoader, type CredentialDeps } from '../credentials/auth-loaders.ts';
import { serverOf } from './connection-details.ts';
import type { ConnectionRecord } from './connection-record.ts';
import type { ConnectionService } from './connection-service.ts';

/**
 * Forgets the temporary credentials kept for a connection that is about to be changed or removed, unless another signs in the
 * same way. What cannot be told (a locked vault) stays sealed until it expires.
 */
export async function forgetCachedCredentials(
  record: ConnectionRecord,
  connections: Pick<ConnectionService, 'list' | 'find' | 'authOf'>,
  deps: CredentialDeps,
): Promise<void> {
  // A saved key has nothing cached that outlives the process, and must not unlock the vault for nothing.
  if (record.auth.type === 'accessKey') return;
  const key = await keyOf(record, connections, deps);
  if (key === null) return;
  for (const { id } of connections.list()) {
    const other = connections.find(id);
    if (id === record.id || !other.ok || other.value.auth.type !== record.auth.type) continue;
    if ((await keyOf(other.value, connections, deps)) === key) return;
  }
  deps.cache.forget(key);
}

async function keyOf(
  record: ConnectionRecord,
  connections: Pick<ConnectionService, 'authOf'>,
  deps: CredentialDeps,
): Promise<string | null> {
  const target = { settings: record.settings, auth: connections.authOf(record) };
  const loader = createCredentialLoader(target.auth, await serverOf(target, deps), deps);
  const key = await loader.cacheKey(false);
  return key.ok ? key.value : null;
}
