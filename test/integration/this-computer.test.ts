import { credentialDepsWith } from '../fakes/credential-deps.ts';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createOpenStore } from '../../main/connections/connection-details.ts';
import { type ConnectionService, createConnectionService } from '../../main/connections/connection-service.ts';
import { createPrepareAuth } from '../../main/connections/prepare-auth.ts';
import { createThisComputer, thisComputerId, type ThisComputer } from '../../main/connections/this-computer.ts';
import { openVault, type Vault } from '../../main/credentials/vault/vault.ts';
import { createConnectionRepository } from '../../main/db/connection-repository.ts';
import { type Db, openDatabase } from '../../main/db/open.ts';
import { createSecretRepository } from '../../main/db/secret-repository.ts';
import { createSettingRepository } from '../../main/db/setting-repository.ts';
import { startLocalS3 } from '../../main/local-s3/start.ts';
import { connectionInputSchema, type ConnectionView } from '../../shared/domain/connection.ts';
import type { Result } from '../../shared/result.ts';

let dataDir: string;
let db: Db;
let connections: ConnectionService;
let thisComputer: ThisComputer;
let starts: number[];
let blockers: Server[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'brigade-this-computer-'));
  starts = [];
  blockers = [];
  open();
});
afterEach(async () => {
  await close();
  for (const server of blockers) server.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const clock = { nowMs: () => Date.now() };
let vault: Vault;

function open(): void {
  db = valueOf(openDatabase(join(dataDir, 'brigade.db')));
  const settings = createSettingRepository(db);
  vault = openVault({ dataDir, secrets: createSecretRepository(db), settings });
  connections = createConnectionService({
    repository: createConnectionRepository(db),
    vault,
    clock,
    prepareAuth: createPrepareAuth({ clock }),
    localFolder: () => thisComputer.folder(),
    emit: () => undefined,
  });
  thisComputer = createThisComputer({
    dataDir,
    connections,
    settings,
    vault,
    clock,
    openStore: createOpenStore(credentialDepsWith({ vault })),
    startLocalS3: (options) => {
      starts.push(options.port);
      return startLocalS3({ ...options, durable: false });
    },
  });
}

async function close(): Promise<void> {
  await thisComputer.stop();
  db.close();
}

async function restart(): Promise<void> {
  await close();
  open();
}

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

/** The buckets, asked for as anybody would who opens the saved connection. */
async function buckets(): Promise<string[]> {
  const record = valueOf(connections.find(thisComputerId));
  const opened = valueOf(
    await createOpenStore(credentialDepsWith({ vault }))({
      settings: record.settings,
      auth: connections.authOf(record),
    }),
  );
  const listed = await opened.store.listBuckets();
  opened.close();
  return valueOf(listed).map((bucket) => bucket.name);
}

it('becomes a connection with a first bucket, once', async () => {
  const started = valueOf(await thisComputer.start());
  expect(started).toMatchObject({
    folder: join(dataDir, 'local-bucket-folder'),
    connection: { id: thisComputerId, kind: 'thisComputer', name: 'This computer', pathStyle: true },
  });
  expect(started.endpointUrl).toBe(started.connection.endpointUrl);
  expect(started.connection.folder).toBe(started.folder);
  expect(await buckets()).toEqual(['my-bucket']);
  const again = await Promise.all([thisComputer.start(), thisComputer.start()]);
  expect(again.map(valueOf)).toEqual([started, started]);
  expect(connections.list()).toEqual([started.connection]);
  expect(starts).toEqual([0]);
});

it('comes back with the engine, on the same port, with the same key and folder', async () => {
  const first = valueOf(await thisComputer.start());
  await restart();
  expect(valueOf(await thisComputer.startIfSaved())).toBeUndefined();
  expect(connections.list()).toEqual([first.connection]);
  expect(await buckets()).toEqual(['my-bucket']);
});

it('does nothing at the start of an engine without such a connection', async () => {
  valueOf(await thisComputer.startIfSaved());
  expect(starts).toEqual([]);
  expect(existsSync(join(dataDir, 'local-bucket-folder'))).toBe(false);
  expect(existsSync(join(dataDir, 'vault.json'))).toBe(false);
});

it('takes another port when its own is taken, and says so in its connection', async () => {
  const first = valueOf(await thisComputer.start());
  await close();
  const blocker = createServer();
  blockers.push(blocker);
  blocker.listen(Number(new URL(first.endpointUrl).port), '127.0.0.1');
  await once(blocker, 'listening');
  open();
  const second = valueOf(await thisComputer.start());
  expect(second.endpointUrl).not.toBe(first.endpointUrl);
  expect(valueOf(connections.find(thisComputerId)).settings.endpointUrl).toBe(second.endpointUrl);
  expect(await buckets()).toEqual(['my-bucket']);
});

it('moves to another folder, and remembers it', async () => {
  valueOf(await thisComputer.start());
  const folder = join(dataDir, 'elsewhere');
  valueOf(await thisComputer.start({ folder }));
  expect(existsSync(folder)).toBe(true);
  expect(valueOf(await thisComputer.start()).folder).toBe(folder);
  expect(connections.list()).toMatchObject([{ folder }]);
  await restart();
  expect(connections.list()).toMatchObject([{ folder }]);
  expect(valueOf(await thisComputer.start()).folder).toBe(folder);
});

it('does not bring back a bucket that was removed', async () => {
  const { connection } = valueOf(await thisComputer.start());
  const opened = valueOf(
    await createOpenStore(credentialDepsWith({ vault }))({
      settings: connection,
      auth: connections.authOf(valueOf(connections.find(thisComputerId))),
    }),
  );
  valueOf(await opened.store.removeBucket('my-bucket'));
  opened.close();
  await restart();
  valueOf(await thisComputer.start());
  expect(await buckets()).toEqual([]);
});

it('keeps a name and thread counts that were edited, and finds a free name', async () => {
  const other = connectionInputSchema.parse({ name: 'this COMPUTER', auth: { type: 'profile', profile: 'p' } });
  valueOf(await connections.add(other));
  const { connection } = valueOf(await thisComputer.start());
  expect(connection.name).toBe('This computer 2');
  const edit = {
    ...connection,
    name: 'Mine',
    uploadThreads: 9,
    auth: { type: 'accessKey' as const, accessKeyId: 'x' },
  };
  valueOf(await connections.update(connection.id, edit));
  await restart();
  expect(valueOf(await thisComputer.start()).connection).toMatchObject({ name: 'Mine', uploadThreads: 9 });
});

it('gets a new connection and key after its connection was removed', async () => {
  const first = valueOf(await thisComputer.start());
  valueOf(await connections.remove(thisComputerId));
  const second = valueOf(await thisComputer.start());
  const keyOf = ({ auth }: ConnectionView) => (auth.type === 'accessKey' ? auth.accessKeyId : '');
  expect(keyOf(second.connection)).not.toBe(keyOf(first.connection));
  expect(await buckets()).toEqual(['my-bucket']);
});

it('gives itself a new key when the secret is gone', async () => {
  valueOf(await thisComputer.start());
  valueOf(vault.remove(`connection/${thisComputerId}`));
  await restart();
  valueOf(await thisComputer.start());
  expect(await buckets()).toEqual(['my-bucket']);
});

it('says what is wrong with a folder, and leaves no connection behind', async () => {
  expect(await thisComputer.start({ folder: 'relative' })).toMatchObject({
    ok: false,
    error: { code: 'InvalidInput', context: { field: 'folder' } },
  });
  const file = join(dataDir, 'file');
  writeFileSync(file, '');
  expect(await thisComputer.start({ folder: file })).toMatchObject({ ok: false, error: { code: 'NotADirectory' } });
  expect(connections.list()).toEqual([]);
  expect(valueOf(await thisComputer.start()).folder).toBe(join(dataDir, 'local-bucket-folder'));
});
