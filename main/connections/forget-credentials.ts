import { createCredentialLoader, type CredentialDeps } from '../credentials/auth-loaders.ts';
import { serverOf } from './connection-details.ts';
import type { ConnectionRecord } from './connection-record.ts';
import type { ConnectionService } from './connection-service.ts';

/**
 * Looks up what temporary credentials of a connection are kept under, before it is changed or removed. What it answers
 * forgets them afterwards, unless a connection still signs in that way. What cannot be told (a locked vault) stays sealed until
 * it expires.
 */
export async function forgetLater(
  record: ConnectionRecord,
  connections: Pick<ConnectionService, 'list' | 'find' | 'authOf'>,
  deps: CredentialDeps,
): Promise<() => Promise<void>> {
  // A saved key has nothing cached that outlives the process, and must not unlock the vault for nothing.
  const key = record.auth.type === 'accessKey' ? null : await keyOf(record, connections, deps);
  return async () => {
    if (key === null) return;
    for (const { id } of connections.list()) {
      const other = connections.find(id);
      if (!other.ok || other.value.auth.type !== record.auth.type) continue;
      if ((await keyOf(other.value, connections, deps)) === key) return;
    }
    deps.cache.forget(key);
  };
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
