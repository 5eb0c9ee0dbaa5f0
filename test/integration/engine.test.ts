import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openEngine } from '../../main/engine.ts';
import type { Engine } from '../../main/engine-types.ts';
import type { CommandInput, CommandName, CommandOutput } from '../../shared/contract/commands.ts';
import type { EngineEvent, EventOf } from '../../shared/contract/events.ts';
import type { ConnectionId } from '../../shared/domain/ids.ts';
import type { AppError } from '../../shared/errors.ts';
import type { Result } from '../../shared/result.ts';
import { startTestLocalS3, type TestLocalS3 } from '../servers/local-s3.ts';
import { engineThreads } from '../servers/engine-threads.ts';

let server: TestLocalS3;
let dataDir: string;
let engine: Engine;
let events: EngineEvent[];

beforeEach(async () => {
  server = await startTestLocalS3();
  dataDir = await mkdtemp(join(tmpdir(), 'brigade-engine-'));
  engine = await open();
});

afterEach(async () => {
  await engine.close();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function open(): Promise<Engine> {
  // Secrets under a key file: a passphrase takes half a second of one core, each time (vault.test.ts, cli-*.test.ts have it).
  const opened = must(
    await openEngine({ ...engineThreads(), dataDir, host: 'cli', version: '1.2.3', checkOutput: true }),
  );
  events = [];
  opened.subscribe((batch) => events.push(...batch.events));
  return opened;
}

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${JSON.stringify(result.error)}`);
  return result.value;
}

async function call<N extends CommandName>(name: N, input: CommandInput<N>): Promise<CommandOutput<N>> {
  return must(await engine.call(name, input));
}

async function failure<N extends CommandName>(name: N, input: CommandInput<N>): Promise<AppError> {
  const result = await engine.call(name, input);
  if (result.ok) throw new Error(`${name} was expected to fail`);
  return result.error;
}

/** Waits for an event, those that came already included. */
async function seen<T extends EngineEvent['type']>(
  type: T,
  fits: (event: EventOf<T>) => boolean = () => true,
): Promise<EventOf<T>> {
  const find = () => events.find((event): event is EventOf<T> => event.type === type && fits(event as EventOf<T>));
  return expect
    .poll(find, { timeout: 20_000 })
    .toBeDefined()
    .then(() => find() as EventOf<T>);
}

function connectionInput(changes: object = {}): CommandInput<'connections.add'> {
  const { accessKeyId, secretAccessKey, endpointUrl } = server;
  return {
    connection: { name: 'Local', auth: { type: 'accessKey', accessKeyId, secretAccessKey }, endpointUrl, ...changes },
  };
}

async function addConnection(changes: object = {}): Promise<ConnectionId> {
  return (await call('connections.add', connectionInput(changes))).connection.id;
}

async function text(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function* bytes(...parts: string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part);
}

describe('the engine', () => {
  test('connects, makes a bucket, stores, lists, reads, counts and deletes', async () => {
    const connectionId = await addConnection();
    await call('buckets.create', { connectionId, bucket: 'docs' });
    expect((await call('buckets.list', { connectionId })).buckets.map((bucket) => bucket.name)).toEqual(['docs']);

    const stored = must(
      await engine.streams.put({ connectionId, bucket: 'docs', key: 'in/a b+c.txt' }, bytes('he', 'llo')),
    );
    expect(stored).toEqual({ sizeBytes: 5, verification: 'checksum' });
    await call('objects.createFolder', { connectionId, bucket: 'docs', prefix: 'in/new' });
    await seen('objects.changed', (event) => event.prefix === 'in/');

    const got = must(await engine.streams.get({ connectionId, bucket: 'docs', key: 'in/a b+c.txt' }));
    expect(got.details.sizeBytes).toBe(5);
    expect(await text(got.body)).toBe('hello');

    const count = await call('objects.count', {
      connectionId,
      bucket: 'docs',
      keys: ['in/a b+c.txt'],
      prefixes: ['in/'],
    });
    expect(count).toEqual({ objects: 2, bytes: 5 });

    const view = { sortBy: 'name', descending: false, filter: '' } as const;
    const listing = await call('listing.open', { connectionId, bucket: 'docs', prefix: 'in/', view });
    await seen('listing.changed', ({ status }) => status.state === 'complete');
    const { rows } = await call('listing.rows', { listingId: listing.listingId, from: 0, count: 10 });
    expect(rows.map((row) => [row.type, row.name])).toEqual([
      ['folder', 'new'],
      ['object', 'a b+c.txt'],
    ]);

    const deletion = await call('objects.delete', { connectionId, bucket: 'docs', keys: [], prefixes: ['in/'] });
    expect(deletion).toEqual({ deleted: ['in/a b+c.txt', 'in/new/'], failed: [] });
    await call('buckets.remove', { connectionId, bucket: 'docs' });
  });

  test('offers the bucket and the key that differ only in case', async () => {
    const connectionId = await addConnection();
    await call('buckets.create', { connectionId, bucket: 'docs' });
    must(await engine.streams.put({ connectionId, bucket: 'docs', key: 'in/Read.me' }, bytes('x')));
    const noBucket = await failure('objects.page', { connectionId, bucket: 'Docs', prefix: '', delimiter: '/' });
    expect(noBucket).toMatchObject({ code: 'NoSuchBucket', context: { bucket: 'Docs', suggestion: 'docs' } });
    const noKey = await failure('objects.stat', { connectionId, bucket: 'docs', key: 'in/read.me' });
    expect(noKey).toMatchObject({ code: 'NoSuchKey', context: { suggestion: 'in/Read.me' } });
  });

  test('keeps a restricted connection inside, and says so', async () => {
    const all = await addConnection();
    await call('buckets.create', { connectionId: all, bucket: 'docs' });
    const connectionId = await addConnection({ name: 'Mine', restrictToBucket: 'docs', restrictToPath: 'mine' });
    must(await engine.streams.put({ connectionId, bucket: 'docs', key: 'mine/a' }, bytes('x')));
    for (const [bucket, prefix] of [
      ['docs', ''],
      ['docs', 'other/'],
      ['docs', 'minefield/'],
      ['else', 'mine/'],
    ] as const) {
      const refused = await failure('objects.page', { connectionId, bucket, prefix, delimiter: '/' });
      expect(refused.code).toBe('OutsideRestriction');
    }
    const inside = await call('objects.page', { connectionId, bucket: 'docs', prefix: 'mine/', delimiter: '/' });
    expect(inside.objects.map((object) => object.key)).toEqual(['mine/a']);
  });

  test('says what is wrong with a key, and shows it at the connection', async () => {
    const auth = { type: 'accessKey', accessKeyId: server.accessKeyId, secretAccessKey: 'wrong' };
    const connectionId = await addConnection({ auth });
    expect((await failure('buckets.list', { connectionId })).code).toBe('SignatureDoesNotMatch');
    const changed = await seen('connections.changed', (event) => event.connections[0]?.status.state === 'needsYou');
    expect(JSON.stringify(changed)).not.toContain('wrong');
    const result = await call('connections.test', { testId: 't', target: { connectionId } });
    expect(result.ok).toBe(false);
    // The edited draft, tested before it is saved.
    const { connection } = connectionInput();
    const draft = await call('connections.test', { testId: 'd', target: { connectionId, draft: connection } });
    expect(draft.ok).toBe(true);
  });

  test('an endpoint where nobody listens is named', async () => {
    const connectionId = await addConnection({ endpointUrl: 'http://127.0.0.1:9' });
    const error = await failure('buckets.list', { connectionId });
    expect(error).toMatchObject({ code: 'EndpointUnreachable', context: { endpoint: 'http://127.0.0.1:9' } });
  });

  test('uses the credentials of an environment without storing anything', async () => {
    const { accessKeyId, secretAccessKey, endpointUrl } = server;
    const environment = { accessKeyId, secretAccessKey, endpointUrl };
    const { connectionId } = await call('connections.useEnvironment', environment);
    expect(connectionId).toMatch(/^env-/);
    expect((await call('connections.useEnvironment', environment)).connectionId).toBe(connectionId);
    expect((await call('buckets.list', { connectionId })).buckets).toEqual([]);
    await engine.close();
    engine = await open();
    expect((await call('connections.list', {})).connections).toEqual([]);
    expect((await failure('buckets.list', { connectionId })).code).toBe('CredentialsMissing');
  });

  test('lets a change that is under way end when it is closed', async () => {
    const connectionId = await addConnection();
    await call('buckets.create', { connectionId, bucket: 'docs' });
    const made = engine.call('objects.createFolder', { connectionId, bucket: 'docs', prefix: 'new' });
    await engine.close();
    expect(await made).toMatchObject({ ok: true });
  });

  test('saved connections survive a restart, secrets included', async () => {
    const connectionId = await addConnection();
    await engine.close();
    engine = await open();
    expect((await call('buckets.list', { connectionId })).buckets).toEqual([]);
    const snapshot = await call('events.snapshot', {});
    expect(snapshot.connections.map((connection) => connection.id)).toEqual([connectionId]);
    expect(JSON.stringify(snapshot)).not.toContain(server.secretAccessKey);
  });

  test('starts a bucket on this computer and finds it again', async () => {
    const { connection } = await call('thisComputer.start', { folder: join(dataDir, 'bucket folder') });
    expect((await call('buckets.list', { connectionId: connection.id })).buckets).toHaveLength(1);
    await engine.close();
    engine = await open();
    expect((await call('buckets.list', { connectionId: connection.id })).buckets).toHaveLength(1);
  });

  test('refuses what is not in the contract', async () => {
    expect(await engine.dispatch('no.such', {})).toMatchObject({ ok: false, error: { code: 'InvalidInput' } });
    const bad = await engine.dispatch('connections.add', { connection: { name: '', auth: { type: 'accessKey' } } });
    expect(bad).toMatchObject({ ok: false, error: { code: 'InvalidInput', context: { field: 'connection.name' } } });
  });

  test('the whole list of a stream that fails leaves nothing behind', async () => {
    const connectionId = await addConnection();
    await call('buckets.create', { connectionId, bucket: 'docs' });
    async function* failing(): AsyncGenerator<Uint8Array> {
      for (let part = 0; part < 3; part++) yield Buffer.alloc(8 * 1024 * 1024, part);
      throw new Error('pipe broke');
    }
    const outcome = await engine.streams.put({ connectionId, bucket: 'docs', key: 'big' }, failing());
    expect(outcome).toMatchObject({ ok: false, error: { code: 'SourceChanged' } });
    const page = await call('objects.page', { connectionId, bucket: 'docs', prefix: '', delimiter: '' });
    expect(page.objects).toEqual([]);
  });
});
