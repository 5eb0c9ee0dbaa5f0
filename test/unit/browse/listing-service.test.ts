import { describe, expect, test } from 'vitest';
import { createListingService } from '../../../main/browse/listing-service.ts';
import type { ListPageRequest, ObjectStore } from '../../../main/s3/object-store.ts';
import type { ConnectionOpener, OpenConnection } from '../../../main/s3/open-connection.ts';
import type { EngineEvent } from '../../../shared/contract/events.ts';
import { connectionIdSchema, listingIdSchema } from '../../../shared/domain/ids.ts';
import type { ListingStatus } from '../../../shared/domain/listing.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { createMemoryObjectStore } from '../../fakes/memory-object-store.ts';

const connectionId = connectionIdSchema.parse('c');
const view = { sortBy: 'name', descending: false, filter: '' } as const;

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

async function setup(keys: readonly string[], change: (store: ObjectStore) => ObjectStore = (store) => store) {
  const memory = createMemoryObjectStore({ pageSize: 10 });
  must(await memory.createBucket('docs'));
  for (const key of keys) must(await memory.putSmall('docs', key, Buffer.from(key), {}));
  const store = change(memory);
  const description = { endpointUrl: null, region: null };
  const opener: ConnectionOpener = { open: async () => ok({ store, description } as unknown as OpenConnection) };
  const statuses: ListingStatus[] = [];
  const unexpected: unknown[] = [];
  const waits: number[] = [];
  const listings = createListingService({
    opener,
    emit: (event: EngineEvent) => event.type === 'listing.changed' && statuses.push(event.status),
    onUnexpected: (thrown) => unexpected.push(thrown),
    nowMs: () => 0,
    wait: async (delayMs) => void waits.push(delayMs),
  });
  const ended = () => expect.poll(() => statuses.at(-1)?.state ?? '').toMatch(/complete|failed/);
  return { listings, statuses, unexpected, ended, memory, waits };
}

const manyKeys = Array.from({ length: 35 }, (_, index) => `in/file-${index}.txt`);

describe('listings', () => {
  test('go on by themselves, telling each page under a growing version', async () => {
    const { listings, statuses, ended } = await setup([...manyKeys, 'in/', 'in/sub/a', 'in/sub/b', 'out/c']);
    const opened = must(await listings.open({ connectionId, bucket: 'docs', prefix: 'in/', view }));
    expect(opened).toMatchObject({ state: 'listing', total: 0, version: 0 });
    await ended();
    expect(statuses.at(-1)).toMatchObject({ state: 'complete', total: 36, count: 36 });
    // The last one says only that it is complete: the rows are the same.
    expect(statuses.map((status) => status.version)).toEqual([1, 2, 3, 4, 4]);
    const { rows } = must(await listings.rows({ listingId: opened.listingId, from: 0, count: 3 }));
    expect(rows.map((row) => row.name)).toEqual(['sub', 'file-0.txt', 'file-1.txt']);
  });

  test('of buckets', async () => {
    const { listings, statuses, ended } = await setup([]);
    const opened = must(await listings.open({ connectionId, prefix: '', view }));
    await ended();
    expect(statuses.at(-1)?.state).toBe('complete');
    const { rows } = must(await listings.rows({ listingId: opened.listingId, from: 0, count: 3 }));
    expect(rows).toEqual([{ type: 'bucket', name: 'docs', createdMs: 0 }]);
  });

  test('that fail keep what they had, and say why', async () => {
    let pages = 0;
    const { listings, statuses, ended } = await setup(manyKeys, (store) => ({
      ...store,
      listPage: async (request) => (++pages > 2 ? err(appError('ConnectionReset')) : store.listPage(request)),
    }));
    const opened = must(await listings.open({ connectionId, bucket: 'docs', prefix: 'in/', view }));
    await ended();
    expect(statuses.at(-1)).toMatchObject({ state: 'failed', total: 20, error: { code: 'ConnectionReset' } });
    expect(must(await listings.rows({ listingId: opened.listingId, from: 0, count: 100 })).rows).toHaveLength(20);
  });

  test('of a bucket that differs in case offer the right one', async () => {
    const { listings, statuses, ended } = await setup([]);
    must(await listings.open({ connectionId, bucket: 'Docs', prefix: '', view }));
    await ended();
    expect(statuses.at(-1)?.error).toMatchObject({ code: 'NoSuchBucket', context: { suggestion: 'docs' } });
  });

  test('that are closed cut off the request under way and say nothing more', async () => {
    const asked: ListPageRequest[] = [];
    const { listings, statuses, unexpected } = await setup(manyKeys, (store) => ({
      ...store,
      listPage(request) {
        asked.push(request);
        return new Promise((resolve) => {
          request.signal?.addEventListener('abort', () => resolve(err(appError('Cancelled'))));
        });
      },
    }));
    const { listingId } = must(await listings.open({ connectionId, bucket: 'docs', prefix: 'in/', view }));
    must(await listings.close({ listingId }));
    must(await listings.close({ listingId }));
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked[0]?.signal?.aborted).toBe(true);
    expect([statuses, unexpected]).toEqual([[], []]);
    expect(await listings.rows({ listingId, from: 0, count: 1 })).toMatchObject({ error: { code: 'ListingNotFound' } });
  });

  test('change their order while they run', async () => {
    const { listings, statuses, ended } = await setup(manyKeys);
    const { listingId } = must(await listings.open({ connectionId, bucket: 'docs', prefix: 'in/', view }));
    must(await listings.setView({ listingId, view: { ...view, descending: true, filter: '-3' } }));
    await ended();
    expect(statuses.at(-1)).toMatchObject({ total: 35, count: 6 });
    const { rows } = must(await listings.rows({ listingId, from: 0, count: 10 }));
    expect(rows.map((row) => row.name)[0]).toBe('file-34.txt');
  });

  test('are listed again when asked, once for many askings, and not at once', async () => {
    let asked = 0;
    const { listings, statuses, ended, memory, waits } = await setup(['in/a'], (store) => ({
      ...store,
      listPage(request) {
        asked += 1;
        return store.listPage(request);
      },
    }));
    const { listingId } = must(await listings.open({ connectionId, bucket: 'docs', prefix: 'in/', view }));
    for (let count = 0; count < 5; count++) must(await listings.refresh({ listingId }));
    await ended();
    must(await memory.putSmall('docs', 'in/b', Buffer.from('b'), {}));
    await expect.poll(() => asked).toBe(2);
    must(await listings.refresh({ listingId }));
    await expect.poll(() => statuses.at(-1)?.total).toBe(2);
    expect(statuses.every((status, index) => status.version >= (statuses[index - 1]?.version ?? 0))).toBe(true);
    expect([asked, waits]).toEqual([3, [1000, 1000]]);
  });

  test('that cannot be listed again keep the old rows and say why', async () => {
    let fails = false;
    const { listings, statuses, ended } = await setup(manyKeys, (store) => ({
      ...store,
      listPage: async (request) => (fails ? err(appError('ConnectionReset')) : store.listPage(request)),
    }));
    const { listingId } = must(await listings.open({ connectionId, bucket: 'docs', prefix: 'in/', view }));
    await ended();
    fails = true;
    must(await listings.refresh({ listingId }));
    await expect.poll(() => statuses.at(-1)?.state).toBe('failed');
    expect(statuses.at(-1)).toMatchObject({ total: 35, count: 35, error: { code: 'ConnectionReset' } });
    fails = false;
    must(await listings.refresh({ listingId }));
    await expect.poll(() => statuses.at(-1)).toMatchObject({ state: 'complete', total: 35 });
    expect(statuses.at(-1)).not.toHaveProperty('error');
  });

  test('find the next row that begins with a text, without case or accents, going round', async () => {
    const { listings, ended } = await setup(['Alpha', 'beta', 'Beta 2', '\u00e9clair', 'e\u0301tude', 'zebra']);
    const { listingId } = must(await listings.open({ connectionId, bucket: 'docs', prefix: '', view }));
    await ended();
    const found = async (text: string, match: 'exact' | 'prefix', from = 0) =>
      must(await listings.find({ listingId, text, match, from })).position;
    const { rows } = must(await listings.rows({ listingId, from: 0, count: 10 }));
    expect(rows.map(({ name }) => name)).toEqual(['Alpha', 'beta', 'Beta 2', '\u00e9clair', 'e\u0301tude', 'zebra']);
    expect([await found('BE', 'prefix'), await found('be', 'prefix', 2), await found('be', 'prefix', 3)]).toEqual([
      1, 2, 1,
    ]);
    expect([await found('et', 'prefix'), await found('\u00e9c', 'prefix'), await found('al', 'prefix', 99)]).toEqual([
      4, 3, 0,
    ]);
    expect([await found('Beta', 'exact'), await found('beta', 'exact', 5), await found('no', 'prefix')]).toEqual([
      null,
      1,
      null,
    ]);
  });

  test('nobody looks at any more give way to new ones', async () => {
    const { listings } = await setup([]);
    const first = must(await listings.open({ connectionId, bucket: 'docs', prefix: '', view }));
    for (let count = 0; count < 40; count++)
      must(await listings.open({ connectionId, bucket: 'docs', prefix: '', view }));
    const gone = await listings.rows({ listingId: first.listingId, from: 0, count: 1 });
    expect(gone).toMatchObject({ error: { code: 'ListingNotFound' } });
    const invented = listingIdSchema.parse('list-x');
    expect(await listings.setView({ listingId: invented, view })).toMatchObject({ error: { code: 'ListingNotFound' } });
  });
});
