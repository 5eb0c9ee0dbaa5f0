import { randomBytes } from 'node:crypto';
import type { EngineEvent } from '../../shared/contract/events.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import type { AuthView } from '../../shared/domain/auth.ts';
import type {
  ConnectionInput,
  ConnectionState,
  ConnectionUpdate,
  ConnectionView,
} from '../../shared/domain/connection.ts';
import type { ConnectionId } from '../../shared/domain/ids.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { CredentialAuth } from '../credentials/auth-loaders.ts';
import type { SecretTexts, Vault } from '../credentials/vault/vault.ts';
import type { ConnectionRepository, SecretChange } from '../db/connection-repository.ts';
import { type ConnectionRecord, nameKeyOf, secretIdOf } from './connection-record.ts';
import { invalid, normaliseSettings } from './normalise-settings.ts';

export type ConnectionServiceDeps = {
  readonly repository: ConnectionRepository;
  readonly vault: Pick<Vault, 'get' | 'seal'>;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly emit: (event: EngineEvent) => void;
  /** Where the buckets on this computer are. */
  readonly localFolder?: (() => string | null) | undefined;
  /** Called after a connection was changed or removed: whoever has it open opens it anew. */
  readonly onChanged?: ((id: ConnectionId, change: 'updated' | 'removed') => void) | undefined;
};

/** The saved connections. Every change is in the database before it is told. Views carry no secrets. */
export interface ConnectionService {
  list(): readonly ConnectionView[];
  /** By id, else by name (without case). ConnectionNotFound. */
  find(idOrName: string): Result<ConnectionRecord>;
  view(record: ConnectionRecord): ConnectionView;
  /** ConnectionNameTaken; InvalidInput with the `field`; what the vault says when it cannot keep the secret. */
  add(input: ConnectionInput): Promise<Result<ConnectionView>>;
  /** A secret left out stays as it is. The server, key and kind of this computer's own connection cannot be changed. */
  update(id: ConnectionId, update: ConnectionUpdate): Promise<Result<ConnectionView>>;
  /** Its secrets go with it. */
  remove(id: ConnectionId): Promise<Result<void>>;
  /** How to sign in as this connection; nothing is unlocked yet. */
  authOf(record: ConnectionRecord): CredentialAuth;
  /** What an unsaved edit would be, secrets left out filled in: to test it before saving. */
  draft(id: ConnectionId, update: ConnectionUpdate): Promise<Result<ConnectionInput>>;
  /** Kept in memory only: what is known of the connection since the engine started. */
  setStatus(id: ConnectionId, status: ConnectionState): void;
  /** For the connections the engine makes itself. */
  put(record: ConnectionRecord, secret: SecretTexts | null): Promise<Result<void>>;
}

export function createConnectionService(deps: ConnectionServiceDeps): ConnectionService {
  const { repository, vault, clock, emit, localFolder, onChanged } = deps;
  const statuses = new Map<ConnectionId, ConnectionState>();

  function view(record: ConnectionRecord): ConnectionView {
    const { id, kind, settings, auth } = record;
    const folder = kind === 'thisComputer' ? (localFolder?.() ?? null) : null;
    const status = statuses.get(id) ?? { state: 'unknown' };
    return { ...settings, id, kind, auth, status, ...(folder === null ? {} : { folder }) };
  }
  const list = () => repository.list().map(view);
  const told = () => emit({ type: 'connections.changed', connections: list() });

  function find(idOrName: string): Result<ConnectionRecord> {
    const records = repository.list();
    const wanted = nameKeyOf(idOrName.trim());
    const found =
      records.find((record) => record.id === idOrName) ??
      records.find((record) => nameKeyOf(record.settings.name) === wanted);
    return found === undefined ? err(appError('ConnectionNotFound', { connection: idOrName })) : ok(found);
  }

  async function save(record: ConnectionRecord, secret: SecretTexts | 'keep' | 'remove'): Promise<Result<void>> {
    let change: SecretChange;
    if (secret === 'keep' || secret === 'remove') change = secret;
    else {
      // Asked first, so that a taken name does not unlock anything; the repository has the last word.
      if (isTaken(record)) return err(appError('ConnectionNameTaken', { name: record.settings.name }));
      const sealed = await vault.seal(secretIdOf(record.id), secret);
      if (!sealed.ok) return sealed;
      change = { sealed: sealed.value };
    }
    const saved = repository.save(record, change);
    if (!saved.ok) return saved;
    // What was known of the connection was known of its old settings.
    statuses.delete(record.id);
    told();
    return ok();
  }

  function isTaken({ id, settings }: ConnectionRecord): boolean {
    const key = nameKeyOf(settings.name);
    return repository.list().some((other) => other.id !== id && nameKeyOf(other.settings.name) === key);
  }

  async function filledIn(record: ConnectionRecord, update: ConnectionUpdate): Promise<Result<ConnectionInput>> {
    const { auth, ...settings } = update;
    if (auth.type === 'profile') return ok({ ...settings, auth });
    if (auth.secretAccessKey !== undefined) {
      return ok({ ...settings, auth: { ...auth, secretAccessKey: auth.secretAccessKey } });
    }
    if (record.auth.type !== 'accessKey') {
      return err(invalid('auth.secretAccessKey', 'There is no secret access key yet.'));
    }
    const secret = await vault.get(secretIdOf(record.id));
    if (!secret.ok) return secret;
    // Left out means as before, empty means none.
    const sessionToken = auth.sessionToken ?? secret.value['sessionToken'] ?? '';
    const secretAccessKey = secret.value['secretAccessKey'] ?? '';
    return ok({ ...settings, auth: { ...auth, secretAccessKey, sessionToken } });
  }

  return {
    list,
    find,
    view,

    async add(input) {
      const { auth, ...typed } = input;
      const settings = normaliseSettings(typed);
      if (!settings.ok) return settings;
      const nowMs = clock.nowMs();
      const record: ConnectionRecord = {
        id: newConnectionId(),
        kind: 'server',
        settings: settings.value,
        auth: shown(auth),
        createdMs: nowMs,
        updatedMs: nowMs,
      };
      const saved = await save(record, secretOf(auth) ?? 'remove');
      return saved.ok ? ok(view(record)) : saved;
    },

    async update(id, update) {
      const found = find(id);
      if (!found.ok) return found;
      const old = found.value;
      const { auth, ...typed } = update;
      const settings = normaliseSettings(typed);
      if (!settings.ok) return settings;
      if (old.kind === 'thisComputer') {
        const { endpointUrl, region } = old.settings;
        const own = {
          pathStyle: old.settings.pathStyle,
          ...(endpointUrl ? { endpointUrl } : {}),
          ...(region ? { region } : {}),
        };
        return finish({ ...old, settings: { ...settings.value, ...own } }, 'keep');
      }
      const keepsSecret =
        auth.type === 'accessKey' && auth.secretAccessKey === undefined && auth.sessionToken === undefined;
      if (keepsSecret && old.auth.type === 'accessKey') {
        const { hasSessionToken } = old.auth;
        const kept = { type: auth.type, accessKeyId: auth.accessKeyId, hasSessionToken };
        return finish({ ...old, settings: settings.value, auth: kept }, 'keep');
      }
      const input = await filledIn(old, update);
      if (!input.ok) return input;
      const whole = input.value.auth;
      return finish({ ...old, settings: settings.value, auth: shown(whole) }, secretOf(whole) ?? 'remove');

      async function finish(
        record: ConnectionRecord,
        secret: SecretTexts | 'keep' | 'remove',
      ): Promise<Result<ConnectionView>> {
        const changed = { ...record, updatedMs: clock.nowMs() };
        const saved = await save(changed, secret);
        if (!saved.ok) return saved;
        onChanged?.(record.id, 'updated');
        return ok(view(changed));
      }
    },

    async remove(id) {
      const found = find(id);
      if (!found.ok) return found;
      const removed = repository.remove(found.value.id);
      if (!removed.ok) return removed;
      statuses.delete(found.value.id);
      onChanged?.(found.value.id, 'removed');
      told();
      return ok();
    },

    authOf({ id, auth }) {
      if (auth.type === 'profile') return { type: 'profile', profile: auth.profile };
      return { type: 'savedAccessKey', accessKeyId: auth.accessKeyId, secretId: secretIdOf(id) };
    },

    async draft(id, update) {
      const found = find(id);
      if (!found.ok) return found;
      const settings = normaliseSettings(update);
      return settings.ok ? filledIn(found.value, { ...settings.value, auth: update.auth }) : settings;
    },

    setStatus(id, status) {
      if (JSON.stringify(statuses.get(id)) === JSON.stringify(status)) return;
      // Connections of an environment, or removed meanwhile, are on no list.
      if (!repository.list().some((record) => record.id === id)) return;
      statuses.set(id, status);
      told();
    },

    async put(record, secret) {
      const saved = await save(record, secret ?? 'keep');
      if (saved.ok) onChanged?.(record.id, 'updated');
      return saved;
    },
  };
}

/** `conn-` and 48 random bits: short enough to read out, never used again. */
function newConnectionId(): ConnectionId {
  return `conn-${randomBytes(6).toString('hex')}` as ConnectionId;
}

function shown(auth: ConnectionInput['auth']): AuthView {
  if (auth.type === 'profile') return auth;
  return { type: 'accessKey', accessKeyId: auth.accessKeyId, hasSessionToken: Boolean(auth.sessionToken) };
}

function secretOf(auth: ConnectionInput['auth']): SecretTexts | null {
  if (auth.type === 'profile') return null;
  const { secretAccessKey, sessionToken } = auth;
  return { secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}
