import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openEngine } from '../../main/engine.ts';
import type { Engine } from '../../main/engine-types.ts';
import type { CommandInput, CommandName, CommandOutput } from '../../shared/contract/commands.ts';
import type { EngineEvent } from '../../shared/contract/events.ts';
import type { ConnectionId, JobId, ListingId } from '../../shared/domain/ids.ts';
import type { ListingStatus } from '../../shared/domain/listing.ts';
import type { AppError } from '../../shared/errors.ts';
import type { Result } from '../../shared/result.ts';
import { startTestLocalS3, type TestLocalS3 } from '../servers/local-s3.ts';
import { engineThreads } from '../servers/engine-threads.ts';

const view = { sortBy: 'name', descending: false, filter: '' } as const;
const window = { from: 0, count: 100 };

let server: TestLocalS3;
let folder: string;
let engine: Engine;
let connectionId: ConnectionId;
const statuses = new Map<string, ListingStatus>();
const jobs = new Map<string, string>();
let events: EngineEvent[] = [];

beforeEach(async () => {
  server = await startTestLocalS3();
  folder = await mkdtemp(join(tmpdir(), 'brigade-selections-'));
  const dataDir = join(folder, 'data');
  // Secrets under a key file: a passphrase takes half a second of one core, each time (vault.test.ts, cli-*.test.ts have it).
  engine = must(await openEngine({ ...engineThreads(), dataDir, host: 'cli', version: '1.2.3', checkOutput: true }));
  events = [];
  engine.subscribe((batch) => {
    events.push(...batch.events);
    for (const event of batch.events) {
      if (event.type === 'listing.changed') statuses.set(event.status.listingId, event.status);
      if (event.type === 'transfers.job') jobs.set(event.job.id, event.job.state);
    }
  });
  connectionId = await connect('Local');
  await call('buckets.create', { connectionId, bucket: 'docs' });
  for (const key of ['in/a.txt', 'in/b.txt', 'in/sub/c.txt', 'in/sub/d/e.txt', 'other.txt']) await put('docs', key);
});

afterEach(async () => {
  await engine.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

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

async function connect(name: string): Promise<ConnectionId> {
  const { accessKeyId, secretAccessKey, endpointUrl } = server;
  const auth = { type: 'accessKey', accessKeyId, secretAccessKey } as const;
  return (await call('connections.add', { connection: { name, auth, endpointUrl } })).connection.id;
}

/** The body is the key. */
async function put(bucket: string, key: string): Promise<void> {
  async function* body() {
    yield Buffer.from(key);
  }
  must(await engine.streams.put({ connectionId, bucket, key }, body()));
}

async function opened(input: CommandInput<'listing.open'>): Promise<ListingId> {
  const { listingId } = await call('listing.open', input);
  await expect.poll(() => statuses.get(listingId)?.state).toBe('complete');
  return listingId;
}

async function hold(listingId: ListingId, names: string[]) {
  const change = { mode: 'names' as const, names };
  expect(await call('listing.select', { listingId, version: 0, change, window })).toMatchObject({ applied: true });
  return call('selection.hold', { listingId });
}

async function keysIn(bucket: string): Promise<string[]> {
  const { objects } = await call('objects.page', { connectionId, bucket, prefix: '', delimiter: '' });
  return objects.map((object) => object.key);
}

async function finished({ jobId }: { readonly jobId: JobId }): Promise<void> {
  await expect.poll(() => jobs.get(jobId), { timeout: 30_000 }).toBe('done');
}

describe('what is selected', () => {
  test('is told in intervals, and found by the beginning of a name', async () => {
    const listingId = await opened({ connectionId, bucket: 'docs', prefix: 'in/', view });
    const version = statuses.get(listingId)?.version ?? 0;
    const change = { mode: 'only' as const, intervals: [{ from: 0, to: 1 }] };
    const answer = await call('listing.select', { listingId, version, change, window });
    expect(answer).toMatchObject({
      applied: true,
      status: { version, selection: { items: 2, folders: 1, bytes: 'in/a.txt'.length } },
      selected: { version, window, intervals: [{ from: 0, to: 1 }] },
    });
    await expect.poll(() => statuses.get(listingId)?.selection.items).toBe(2);
    const found = await call('listing.find', { listingId, text: 'B', match: 'prefix', from: 1 });
    expect(found.position).toBe(2);
    expect((await call('listing.find', { listingId, text: 'B', match: 'exact' })).position).toBeNull();
  });

  test('stays what it was when held, is counted with what is below it, and deleted', async () => {
    const listingId = await opened({ connectionId, bucket: 'docs', prefix: 'in/', view });
    const { selectionId, summary, names } = await hold(listingId, ['sub', 'b.txt']);
    expect([summary.items, summary.folders, names]).toEqual([2, 1, ['sub', 'b.txt']]);
    await call('listing.select', { listingId, version: 0, change: { mode: 'all' }, window });
    await call('listing.close', { listingId });

    const bytes = 'in/b.txtin/sub/c.txtin/sub/d/e.txt'.length;
    expect(await call('selection.count', { selectionId })).toEqual({ objects: 3, bytes });
    expect(await call('selection.delete', { selectionId })).toEqual({
      deletedCount: 3,
      restorableCount: 0,
      failedCount: 0,
      failed: [],
    });
    expect(await keysIn('docs')).toEqual(['in/a.txt', 'other.txt']);
    await expect
      .poll(() => events.filter((event) => event.type === 'objects.changed').at(-1))
      .toMatchObject({
        bucket: 'docs',
        prefix: 'in/',
      });
    await call('selection.release', { selectionId });
    expect((await failure('selection.count', { selectionId })).code).toBe('SelectionNotFound');
  });

  test('of buckets deletes the empty ones and names the others', async () => {
    await call('buckets.create', { connectionId, bucket: 'empty' });
    const { selectionId } = await hold(await opened({ connectionId, view }), ['docs', 'empty']);
    expect(await call('selection.delete', { selectionId })).toMatchObject({
      deletedCount: 1,
      failedCount: 1,
      failed: [{ key: 'docs', error: { code: 'BucketNotEmpty' } }],
    });
    expect((await call('buckets.list', { connectionId })).buckets.map(({ name }) => name)).toEqual(['docs']);
  });

  test('goes to a folder of this machine, and from there to a place', async () => {
    const { selectionId } = await hold(await opened({ connectionId, bucket: 'docs', prefix: 'in/', view }), [
      'sub',
      'a.txt',
    ]);
    const target = join(folder, 'got');
    await mkdir(target);
    await finished(await call('selection.transfer', { selectionId, conflict: 'fail', to: { folder: target } }));
    expect(await readFile(join(target, 'a.txt'), 'utf8')).toBe('in/a.txt');
    expect(await readFile(join(target, 'sub', 'd', 'e.txt'), 'utf8')).toBe('in/sub/d/e.txt');

    await symlink('nowhere', join(target, 'broken'));
    await symlink('sub', join(target, 'also-sub'));
    await writeFile(join(target, '.hidden'), 'x');
    const listingId = await opened({ hostFolder: target, view });
    const { rows } = await call('listing.rows', { listingId, from: 0, count: 10 });
    expect(rows.map((row) => [row.type, row.name, 'sizeBytes' in row ? row.sizeBytes : null])).toEqual([
      ['hostFolder', 'also-sub', null],
      ['hostFolder', 'sub', null],
      ['hostFile', '.hidden', 1],
      ['hostFile', 'a.txt', 8],
      ['hostFile', 'broken', 0],
    ]);
    const held = await hold(listingId, ['sub', 'a.txt']);
    expect(await call('selection.count', held)).toEqual({
      objects: 3,
      bytes: 'in/a.txtin/sub/c.txtin/sub/d/e.txt'.length,
    });
    const to = { connectionId, bucket: 'docs', prefix: 'back/' };
    await finished(await call('selection.transfer', { selectionId: held.selectionId, conflict: 'fail', to }));
    expect(await keysIn('docs')).toEqual(expect.arrayContaining(['back/a.txt', 'back/sub/c.txt', 'back/sub/d/e.txt']));
    expect((await failure('selection.delete', held)).code).toBe('Unsupported');
  });

  test('is copied and moved to another place, but not into itself', async () => {
    await call('buckets.create', { connectionId, bucket: 'other' });
    const listingId = await opened({ connectionId, bucket: 'docs', prefix: 'in/', view });
    const { selectionId } = await hold(listingId, ['sub', 'a.txt']);
    const other = await connect('The same server once more');
    for (const through of [connectionId, other]) {
      for (const prefix of ['in/', 'in/sub/', 'in/sub/d/']) {
        const to = { connectionId: through, bucket: 'docs', prefix };
        const refused = await failure('selection.transfer', { selectionId, conflict: 'overwrite', to });
        expect(refused.code).toBe('TargetInsideSource');
      }
    }
    const to = { connectionId, bucket: 'other', prefix: 'kept/' };
    await finished(await call('selection.transfer', { selectionId, conflict: 'fail', removeSource: true, to }));
    expect(await keysIn('other')).toEqual(['kept/a.txt', 'kept/sub/c.txt', 'kept/sub/d/e.txt']);
    expect(await keysIn('docs')).toEqual(['in/b.txt', 'other.txt']);
  });

  test('is not acted on when its connection leads elsewhere by now', async () => {
    const listingId = await opened({ connectionId, bucket: 'docs', prefix: 'in/', view });
    const { selectionId } = await hold(listingId, ['sub', 'a.txt']);
    const elsewhere = await startTestLocalS3();
    try {
      const { accessKeyId, secretAccessKey, endpointUrl } = elsewhere;
      const auth = { type: 'accessKey', accessKeyId, secretAccessKey } as const;
      const edit = (connection: CommandInput<'connections.update'>['connection']) =>
        call('connections.update', { connectionId, connection });
      await edit({ name: 'Moved', auth, endpointUrl });
      await call('buckets.create', { connectionId, bucket: 'docs' });
      await put('docs', 'in/a.txt');
      await put('docs', 'in/sub/mine.txt');
      const to = { folder: join(folder, 'got') };
      expect((await failure('selection.delete', { selectionId })).code).toBe('SelectionNotFound');
      expect((await failure('selection.count', { selectionId })).code).toBe('SelectionNotFound');
      const moved = { selectionId, conflict: 'fail', removeSource: true, to } as const;
      expect((await failure('selection.transfer', moved)).code).toBe('SelectionNotFound');
      expect(await keysIn('docs')).toEqual(['in/a.txt', 'in/sub/mine.txt']);

      const own = { accessKeyId: server.accessKeyId, secretAccessKey: server.secretAccessKey };
      const back = { ...own, type: 'accessKey' } as const;
      // Another name and other limits are no other place, nor is a slash.
      await edit({ name: 'Back', auth: back, endpointUrl: `${server.endpointUrl}/`, uploadThreads: 2 });
      expect(await call('selection.delete', { selectionId })).toMatchObject({ deletedCount: 3, failedCount: 0 });
    } finally {
      await elsewhere.stop();
    }
  });

  test('survives listing again, as far as it is still there', async () => {
    const listingId = await opened({ connectionId, bucket: 'docs', prefix: 'in/', view });
    await call('listing.select', { listingId, version: 0, change: { mode: 'all' }, window });
    await call('objects.delete', { connectionId, bucket: 'docs', keys: ['in/b.txt'], prefixes: [] });
    await put('docs', 'in/aa.txt');
    const before = statuses.get(listingId)?.version ?? 0;
    await call('listing.refresh', { listingId });
    await expect.poll(() => statuses.get(listingId)?.version).toBeGreaterThan(before);
    const { selected, status } = await call('listing.selected', { listingId, window });
    expect(status).toMatchObject({ total: 3, selection: { items: 2, folders: 1 } });
    // sub and a.txt, not aa.txt.
    expect(selected.intervals).toEqual([{ from: 0, to: 1 }]);
  });
});

test('a folder of this machine that cannot be listed says why', async () => {
  const { listingId } = await call('listing.open', { hostFolder: join(folder, 'no such'), view });
  await expect.poll(() => statuses.get(listingId)?.error?.code).toBe('FileNotFound');
  expect((await failure('listing.open', { hostFolder: 'relative', view })).code).toBe('InvalidInput');
});
