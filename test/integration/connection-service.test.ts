import { createPrepareAuth } from '../../main/connections/prepare-auth.ts';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createConnectionService, type ConnectionService } from '../../main/connections/connection-service.ts';
import { openVault, type Vault } from '../../main/credentials/vault/vault.ts';
import { createConnectionRepository } from '../../main/db/connection-repository.ts';
import { type Db, openDatabase } from '../../main/db/open.ts';
import { createSecretRepository } from '../../main/db/secret-repository.ts';
import { createSettingRepository, installationId } from '../../main/db/setting-repository.ts';
import type { EngineEvent } from '../../shared/contract/events.ts';
import {
  type ConnectionInput,
  connectionInputSchema,
  type ConnectionUpdate,
  connectionUpdateSchema,
  type ConnectionView,
  connectionViewSchema,
} from '../../shared/domain/connection.ts';
import { appError } from '../../shared/errors.ts';
import { err, type Result } from '../../shared/result.ts';

let dataDir: string;
let db: Db;
let vault: Vault;
let service: ConnectionService;
let events: EngineEvent[];
let changes: string[];
let nowMs: number;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'brigade-connections-'));
  nowMs = 1000;
  open();
});
afterEach(() => {
  db.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** As the engine does at its start. */
function open(): void {
  db = valueOf(openDatabase(join(dataDir, 'brigade.db')));
  vault = openVault({ dataDir, secrets: createSecretRepository(db), settings: createSettingRepository(db) });
  events = [];
  changes = [];
  service = serviceWith(vault);
}

function serviceWith(own: Pick<Vault, 'get' | 'seal'>): ConnectionService {
  return createConnectionService({
    repository: createConnectionRepository(db),
    vault: own,
    clock: { nowMs: () => nowMs++ },
    prepareAuth: createPrepareAuth({ clock: { nowMs: () => nowMs } }),
    emit: (event) => events.push(event),
    onChanged: (id, change) => changes.push(`${id} ${change}`),
  });
}

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

const input = (fields: Record<string, unknown> = {}): ConnectionInput =>
  connectionInputSchema.parse({
    name: 'Finance archive',
    auth: { type: 'accessKey', accessKeyId: ' AKIAEXAMPLE\n', secretAccessKey: '\tthe-secret-access-key ' },
    ...fields,
  });
const update = (fields: Record<string, unknown> = {}): ConnectionUpdate =>
  connectionUpdateSchema.parse({
    name: 'Finance archive',
    auth: { type: 'accessKey', accessKeyId: 'AKIAEXAMPLE' },
    ...fields,
  });
const add = async (fields?: Record<string, unknown>) => valueOf(await service.add(input(fields)));
const secretOf = (view: ConnectionView) => vault.get(`connection/${view.id}`);

describe('saved connections', () => {
  it('are listed in the order they were made, without secrets, and survive a restart', async () => {
    const first = await add({ restrictToBucket: 'b', restrictToPath: '/in/', endpointUrl: 'http://host:9000/' });
    const second = await add({ name: 'Another', auth: { type: 'profile', profile: 'work' } });
    expect(service.list()).toEqual([first, second]);
    expect(first).toMatchObject({
      kind: 'server',
      name: 'Finance archive',
      restrictToPath: 'in/',
      endpointUrl: 'http://host:9000',
      downloadThreads: 1,
      uploadThreads: 4,
      auth: { type: 'accessKey', accessKeyId: 'AKIAEXAMPLE', hasSessionToken: false },
      status: { state: 'unknown' },
    });
    for (const view of service.list()) expect(connectionViewSchema.strict().parse(view)).toEqual(view);
    expect(JSON.stringify([service.list(), events])).not.toContain('the-secret');
    expect(await secretOf(first)).toEqual({ ok: true, value: { secretAccessKey: 'the-secret-access-key' } });
    expect(events.at(-1)).toEqual({ type: 'connections.changed', connections: [first, second] });

    db.close();
    open();
    expect(service.list()).toEqual([first, second]);
    expect(await secretOf(first)).toMatchObject({ ok: true });
  });

  it('are found by id, and by name without case', async () => {
    const view = await add({ name: 'Café' });
    for (const text of [view.id, 'Café', 'CAFE\u0301', ' café ']) {
      expect([text, service.find(text)]).toMatchObject([text, { ok: true, value: { id: view.id } }]);
    }
    expect(service.find('caf')).toMatchObject({
      ok: false,
      error: { code: 'ConnectionNotFound', context: { connection: 'caf' } },
    });
  });

  it('have names of their own, without case', async () => {
    await add();
    const other = await add({ name: 'Other' });
    const taken = { ok: false, error: { code: 'ConnectionNameTaken', context: { name: 'FINANCE Archive' } } };
    expect(await service.add(input({ name: 'FINANCE Archive' }))).toMatchObject(taken);
    expect(await service.update(other.id, update({ name: 'FINANCE Archive' }))).toMatchObject(taken);
    expect(service.list().map(({ name }) => name)).toEqual(['Finance archive', 'Other']);
    expect(createSecretRepository(db).count()).toBe(2);
    expect(await service.update(other.id, update({ name: 'OTHER' }))).toMatchObject({ ok: true });
  });

  it('name the field that is wrong', async () => {
    expect(await service.add(input({ endpointUrl: 'http://host:99999' }))).toMatchObject({
      ok: false,
      error: { code: 'InvalidInput', context: { field: 'endpointUrl' } },
    });
    expect(service.list()).toEqual([]);
    expect(events).toEqual([]);
  });

  it('are not saved when their secret cannot be', async () => {
    const locked = err(appError('VaultLocked', { methods: 'passphrase' }));
    const own = serviceWith({ get: async () => locked, seal: async () => locked });
    expect(await own.add(input())).toEqual(locked);
    expect(await own.add(input({ auth: { type: 'profile', profile: 'p' } }))).toMatchObject({ ok: true });
    expect(own.list().map(({ auth }) => auth.type)).toEqual(['profile']);
  });

  it('take their secrets with them', async () => {
    const view = await add();
    valueOf(await service.remove(view.id));
    expect(service.list()).toEqual([]);
    expect(await secretOf(view)).toMatchObject({ ok: false, error: { code: 'CredentialsMissing' } });
    expect(changes).toEqual([`${view.id} removed`]);
    expect(events.at(-1)).toEqual({ type: 'connections.changed', connections: [] });
    expect(await service.remove(view.id)).toMatchObject({ ok: false, error: { code: 'ConnectionNotFound' } });
  });

  it('leave no secret in any file', async () => {
    await add({
      auth: {
        type: 'accessKey',
        accessKeyId: 'A',
        secretAccessKey: 'a-very-secret-key',
        sessionToken: 'a-very-long-session-token',
      },
    });
    for (const name of readdirSync(dataDir)) {
      const bytes = readFileSync(join(dataDir, name));
      expect([name, bytes.includes('a-very-secret-key'), bytes.includes('a-very-long')]).toEqual([name, false, false]);
    }
  });
});

describe('an edit', () => {
  const token = { type: 'accessKey', accessKeyId: 'A', secretAccessKey: 'first-secret', sessionToken: 'first-token' };

  it('without a secret keeps it, and its session token, and needs no vault', async () => {
    const view = await add({ auth: token });
    const refusing = { get: () => expect.unreachable(), seal: () => expect.unreachable() };
    const own = serviceWith(refusing);
    const edited = valueOf(
      await own.update(view.id, update({ name: 'New name', auth: { type: 'accessKey', accessKeyId: 'B' } })),
    );
    expect(edited).toMatchObject({ name: 'New name', auth: { accessKeyId: 'B', hasSessionToken: true } });
    expect(await secretOf(view)).toEqual({
      ok: true,
      value: { secretAccessKey: 'first-secret', sessionToken: 'first-token' },
    });
    expect(changes).toEqual([`${view.id} updated`]);
  });

  it('with a secret replaces it, session token and all', async () => {
    const view = await add({ auth: token });
    const auth = { type: 'accessKey', accessKeyId: 'A', secretAccessKey: 'second-secret' };
    expect(valueOf(await service.update(view.id, update({ auth }))).auth).toMatchObject({ hasSessionToken: false });
    expect(await secretOf(view)).toEqual({ ok: true, value: { secretAccessKey: 'second-secret' } });
  });

  it('may change or take away the session token alone', async () => {
    const view = await add({ auth: token });
    const withToken = (sessionToken: string) => update({ auth: { type: 'accessKey', accessKeyId: 'A', sessionToken } });
    valueOf(await service.update(view.id, withToken('second-token')));
    expect(valueOf(await secretOf(view))).toEqual({ secretAccessKey: 'first-secret', sessionToken: 'second-token' });
    expect(valueOf(await service.update(view.id, withToken(''))).auth).toMatchObject({ hasSessionToken: false });
    expect(valueOf(await secretOf(view))).toEqual({ secretAccessKey: 'first-secret' });
  });

  it('to a profile removes the secret; back to a key needs one', async () => {
    const view = await add();
    valueOf(await service.update(view.id, update({ auth: { type: 'profile', profile: 'work' } })));
    expect(await secretOf(view)).toMatchObject({ ok: false, error: { code: 'CredentialsMissing' } });
    expect(await service.update(view.id, update())).toMatchObject({
      ok: false,
      error: { code: 'InvalidInput', context: { field: 'auth.secretAccessKey' } },
    });
    const auth = { type: 'accessKey', accessKeyId: 'A', secretAccessKey: 'new-secret' };
    valueOf(await service.update(view.id, update({ auth })));
    expect(valueOf(await secretOf(view))).toEqual({ secretAccessKey: 'new-secret' });
  });

  it('that is not saved yet can be tested with the saved secret', async () => {
    const view = await add({ auth: token });
    const draft = valueOf(await service.draft(view.id, update({ endpointUrl: 'http://other:9000/' })));
    expect(draft).toMatchObject({
      endpointUrl: 'http://other:9000',
      auth: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'first-secret', sessionToken: 'first-token' },
    });
    expect(service.list()).toEqual([view]);
  });

  it("cannot move this computer's own connection to another server or key", async () => {
    const id = 'conn-this-computer' as ConnectionView['id'];
    const own = { region: 'us-east-1', endpointUrl: 'http://127.0.0.1:5000', pathStyle: true };
    const record = {
      id,
      kind: 'thisComputer',
      settings: { name: 'This computer', downloadThreads: 1, uploadThreads: 4, ...own },
      auth: { type: 'accessKey', accessKeyId: 'OWN', hasSessionToken: false },
      createdMs: 1,
      updatedMs: 1,
    } as const;
    valueOf(await service.put(record, { secretAccessKey: 'own-secret' }));
    const edited = await service.update(
      id,
      update({ name: 'Mine', uploadThreads: 8, endpointUrl: 'http://elsewhere', region: 'eu-west-1', auth: token }),
    );
    expect(edited).toMatchObject({
      ok: true,
      value: { name: 'Mine', uploadThreads: 8, kind: 'thisComputer', ...own, auth: { accessKeyId: 'OWN' } },
    });
    expect(valueOf(await vault.get(`connection/${id}`))).toEqual({ secretAccessKey: 'own-secret' });
  });
});

describe('what is known of a connection', () => {
  it('is told when it changes, and forgotten when the connection is edited', async () => {
    const view = await add();
    const before = events.length;
    service.setStatus(view.id, { state: 'ready' });
    service.setStatus(view.id, { state: 'ready' });
    expect(events.length).toBe(before + 1);
    service.setStatus('env-0' as ConnectionView['id'], { state: 'ready' });
    expect(events.length).toBe(before + 1);
    expect(service.list()[0]?.status).toEqual({ state: 'ready' });
    valueOf(await service.update(view.id, update()));
    expect(service.list()[0]?.status).toEqual({ state: 'unknown' });
  });
});

it('the installation has an id that stays', () => {
  const settings = createSettingRepository(db);
  const id = valueOf(installationId(settings));
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  db.close();
  open();
  expect(valueOf(installationId(createSettingRepository(db)))).toBe(id);
});
