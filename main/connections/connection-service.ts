import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { EngineEvent } from '../../shared/contract/events.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import { type AuthUpdate, type AuthView, cleanSessionName, withoutKeyMaterial } from '../../shared/domain/auth.ts';
import type {
  ConnectionInput,
  ConnectionSettings,
  ConnectionState,
  ConnectionUpdate,
  ConnectionView,
} from '../../shared/domain/connection.ts';
import type { ConnectionId } from '../../shared/domain/ids.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { CredentialAuth } from '../credentials/auth-loaders.ts';
import {
  filledInAuth,
  keepsSecrets,
  needsSavedSecret,
  needsSecret,
  secretOfAuth,
  shownAuth,
} from '../credentials/auth-record.ts';
import type { SecretTexts, Vault } from '../credentials/vault/vault.ts';
import type { ConnectionRepository, SecretChange } from '../db/connection-repository.ts';
import { type ConnectionRecord, nameKeyOf, secretIdOf } from './connection-record.ts';
import { freeName, type ImportedConnection } from './exchange.ts';
import { normaliseSettings } from './normalise-settings.ts';
import type { PrepareAuth } from './prepare-auth.ts';

export type ConnectionServiceDeps = {
  readonly repository: ConnectionRepository;
  readonly vault: Pick<Vault, 'get' | 'seal'>;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly prepareAuth: PrepareAuth;
  readonly emit: (event: EngineEvent) => void;
  /** Where the buckets on this computer are. */
  readonly localFolder?: (() => string | null) | undefined;
  /**
   * Called before the authorization of a connection is changed or the connection is removed; what it answers is called
   * afterwards: temporary credentials that were kept for what it was go with it.
   */
  readonly forgetCredentials?: ((record: ConnectionRecord) => Promise<() => Promise<void>>) | undefined;
  /** Called after a connection was changed or removed: whoever has it open opens it anew. */
  readonly onChanged?: ((id: ConnectionId, change: 'updated' | 'removed') => void) | undefined;
};

/** The saved connections. Every change is in the database before it is told. Views carry no secrets. */
export interface ConnectionService {
  list(): readonly ConnectionView[];
  /** By id, else by name (without case). ConnectionNotFound. */
  find(idOrName: string): Result<ConnectionRecord>;
  view(record: ConnectionRecord): ConnectionView;
  /** ConnectionNameTaken; InvalidInput with the `field`; what prepareAuth says; what the vault says when it cannot keep the secret. */
  add(input: ConnectionInput): Promise<Result<ConnectionView>>;
  /** A secret left out stays as it is. The server, key and kind of this computer's own connection cannot be changed. */
  update(id: ConnectionId, update: ConnectionUpdate): Promise<Result<ConnectionView>>;
  /** The same under a free name, with a secret of its own. */
  duplicate(id: ConnectionId): Promise<Result<ConnectionView>>;
  /** Those that come without their secrets: they need the person. A name that is taken gets a number. All or none are added. */
  addImported(connections: readonly ImportedConnection[]): Result<readonly ConnectionView[]>;
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
  const { repository, vault, clock, prepareAuth, emit, localFolder, onChanged } = deps;
  const statuses = new Map<ConnectionId, ConnectionState>();
  /** How often each was edited since the engine started. */
  const revisions = new Map<ConnectionId, number>();
  const revisionOf = (id: ConnectionId) => revisions.get(id) ?? 0;

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

  function newRecord(settings: ConnectionSettings, auth: AuthView): ConnectionRecord {
    const nowMs = clock.nowMs();
    return { id: newConnectionId(), kind: 'server', settings, auth, createdMs: nowMs, updatedMs: nowMs };
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
    revisions.set(record.id, revisionOf(record.id) + 1);
    told();
    return ok();
  }

  function isTaken({ id, settings }: ConnectionRecord): boolean {
    const key = nameKeyOf(settings.name);
    return repository.list().some((other) => other.id !== id && nameKeyOf(other.settings.name) === key);
  }

  async function filledIn(record: ConnectionRecord, update: ConnectionUpdate): Promise<Result<ConnectionInput>> {
    const { auth, ...settings } = update;
    const secret = needsSavedSecret(auth) ? await secretOf(record) : ok({});
    // A secret that is gone matters only to an edit that leaves it out.
    if (!secret.ok && secret.error.code !== 'CredentialsMissing') return secret;
    const filled = filledInAuth(auth, record.auth, secret.ok ? secret.value : {});
    return filled.ok ? ok({ ...settings, auth: filled.value }) : filled;
  }

  async function secretOf(record: ConnectionRecord): Promise<Result<SecretTexts>> {
    return needsSecret(record.auth) ? vault.get(secretIdOf(record.id)) : ok({});
  }

  const takenNames = () => repository.list().map(({ settings }) => settings.name);

  async function update(id: ConnectionId, changed: ConnectionUpdate): Promise<Result<ConnectionView>> {
    const found = find(id);
    if (!found.ok) return found;
    const old = found.value;
    const { auth, ...typed } = changed;
    const settings = normaliseSettings(typed);
    if (!settings.ok) return settings;
    const finish = async (record: ConnectionRecord, secret: SecretTexts | 'keep' | 'remove') => {
      const finished = { ...record, updatedMs: clock.nowMs() };
      // A new name or more threads change nothing of how it signs in: nobody has to enter a code again for that.
      const isSameAuth = secret === 'keep' && isDeepStrictEqual(signsIn(finished), signsIn(old));
      const forget = isSameAuth ? undefined : await deps.forgetCredentials?.(old);
      const saved = await save(finished, secret);
      if (!saved.ok) return saved;
      await forget?.();
      onChanged?.(record.id, 'updated');
      return ok(view(finished));
    };
    if (old.kind === 'thisComputer') {
      const { endpointUrl, region } = old.settings;
      const own = {
        pathStyle: old.settings.pathStyle,
        ...(endpointUrl ? { endpointUrl } : {}),
        ...(region ? { region } : {}),
      };
      return finish({ ...old, settings: { ...settings.value, ...own } }, 'keep');
    }
    if (keepsSecrets(auth, old.auth)) {
      const shown = keptView(auth, old.auth);
      if (shown !== null) return finish({ ...old, settings: settings.value, auth: shown }, 'keep');
    }
    const input = await filledIn(old, changed);
    if (!input.ok) return input;
    const prepared = await prepareAuth(input.value.auth);
    if (!prepared.ok) return prepared;
    const secret = secretOfAuth(prepared.value.auth) ?? 'remove';
    return finish({ ...old, settings: settings.value, auth: shownAuth(prepared.value) }, secret);
  }

  return {
    list,
    find,
    view,

    async add(input) {
      const { auth, ...typed } = input;
      const settings = normaliseSettings(typed);
      if (!settings.ok) return settings;
      const prepared = await prepareAuth(auth);
      if (!prepared.ok) return prepared;
      const record = newRecord(settings.value, shownAuth(prepared.value));
      const saved = await save(record, secretOfAuth(prepared.value.auth) ?? 'remove');
      return saved.ok ? ok(view(record)) : saved;
    },

    update,

    async duplicate(id) {
      const found = find(id);
      if (!found.ok) return found;
      const { settings, auth, kind } = found.value;
      if (kind === 'thisComputer') return err(appError('Unsupported', { what: 'A second bucket on this computer' }));
      const secret = await secretOf(found.value);
      if (!secret.ok && secret.error.code !== 'CredentialsMissing') return secret;
      const record = newRecord({ ...settings, name: freeName(settings.name, takenNames()) }, auth);
      const hasSecret = secret.ok && Object.keys(secret.value).length > 0;
      const saved = await save(record, hasSecret ? secret.value : 'remove');
      return saved.ok ? ok(view(record)) : saved;
    },

    addImported(connections) {
      const taken = takenNames();
      const records: ConnectionRecord[] = [];
      for (const { settings, auth } of connections) {
        const name = freeName(settings.name, taken);
        taken.push(name);
        records.push(newRecord({ ...settings, name }, auth));
      }
      const saved = repository.add(records);
      if (!saved.ok) return saved;
      for (const { id, auth } of records) {
        if (needsSecret(auth)) statuses.set(id, { state: 'needsYou', error: appError('CredentialsMissing') });
      }
      told();
      return ok(records.map(view));
    },

    async remove(id) {
      const found = find(id);
      if (!found.ok) return found;
      const forget = await deps.forgetCredentials?.(found.value);
      const removed = repository.remove(found.value.id);
      if (!removed.ok) return removed;
      revisions.set(found.value.id, revisionOf(found.value.id) + 1);
      await forget?.();
      statuses.delete(found.value.id);
      onChanged?.(found.value.id, 'removed');
      told();
      return ok();
    },

    authOf: ({ id, auth }) => ({
      type: 'saved',
      auth,
      secretId: secretIdOf(id),
      now: {
        revision: () => revisionOf(id),
        auth: () => repository.list().find((record) => record.id === id)?.auth ?? null,
      },
    }),

    async draft(id, changed) {
      const found = find(id);
      if (!found.ok) return found;
      const settings = normaliseSettings(changed);
      return settings.ok ? filledIn(found.value, { ...settings.value, auth: changed.auth }) : settings;
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

/** Pure. What decides how a connection signs in. */
function signsIn({ auth, settings: { region, endpointUrl } }: ConnectionRecord) {
  return [auth, region, endpointUrl];
}

/** Pure. An edit that leaves the secrets alone, as it is shown; null where only the whole authorization tells. */
function keptView(update: AuthUpdate, saved: AuthView): AuthView | null {
  if (update.type === 'accessKey' && saved.type === 'accessKey') return { ...saved, accessKeyId: update.accessKeyId };
  if (update.type === 'role' && saved.type === 'role') {
    const sessionName = cleanSessionName(update.sessionName);
    const { base } = update;
    if (base.type === 'profile') return { ...update, sessionName, base: { type: 'profile', profile: base.profile } };
    if (saved.base.type !== 'accessKey') return null;
    return { ...update, sessionName, base: { ...saved.base, accessKeyId: base.accessKeyId } };
  }
  if (update.type === 'rolesAnywhere' && saved.type === 'rolesAnywhere') {
    const settings = withoutKeyMaterial(update);
    const sessionName = cleanSessionName(settings.sessionName);
    return { ...settings, sessionName, certificate: saved.certificate };
  }
  return null;
}

/** `conn-` and 48 random bits: short enough to read out, never used again. */
function newConnectionId(): ConnectionId {
  return `conn-${randomBytes(6).toString('hex')}` as ConnectionId;
}
