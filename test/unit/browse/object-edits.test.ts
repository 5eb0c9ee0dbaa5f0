import { expect, test } from 'vitest';
import type { HeldSelection } from '../../../main/browse/held-selection.ts';
import { createObjectService } from '../../../main/browse/object-service.ts';
import { createSelectionService } from '../../../main/browse/selection-service.ts';
import { type OpenConnection, whereItLeads } from '../../../main/s3/open-connection.ts';
import type { EngineEvent } from '../../../shared/contract/events.ts';
import { jobIdSchema, listingIdSchema } from '../../../shared/domain/ids.ts';
import type { TransferRequest } from '../../../shared/domain/transfer.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok } from '../../../shared/result.ts';
import { createMemoryObjectStore, type MemoryObjectStore } from '../../fakes/memory-object-store.ts';
import { connectionId, must } from '../../fakes/test-connection.ts';

/** What the menu of the browser does with objects, on a store in memory: nothing of them is lost on the way. */

const bucket = 'docs';
const key = 'in/a';
const at = { connectionId, bucket, key };

type Given = { readonly isVersioned?: boolean; readonly credentials?: object; readonly store?: object };

async function setUp({ isVersioned = true, credentials = {}, store: change = {} }: Given = {}) {
  const memory = createMemoryObjectStore();
  must(await memory.createBucket(bucket));
  if (isVersioned) memory.versionBucket(bucket);
  const store: MemoryObjectStore = { ...memory, ...change };
  const connection = {
    id: connectionId,
    store,
    description: { endpointUrl: null, region: null },
    dataTarget: async () => ok({ credentials }),
  } as unknown as OpenConnection;
  const opener = { open: async () => ok(connection) };
  const events: EngineEvent[] = [];
  const emit = (event: EngineEvent) => void events.push(event);
  const place = { type: 'folder', connectionId, bucket, prefix: '', leadsTo: whereItLeads(connection) } as const;
  const held: HeldSelection = {
    place,
    summary: { items: 2, folders: 1, bytes: 1 },
    isEverything: false,
    names: ['in', 'top'],
    rows: () => [
      { type: 'folder', name: 'in', prefix: 'in/' },
      { type: 'object', name: 'top', key: 'top', sizeBytes: 1, modifiedMs: null, etag: null, storageClass: null },
    ],
  };
  const requests: TransferRequest[] = [];
  const objects = createObjectService({
    opener,
    emit,
    clock: { nowMs: () => 1_000_000 },
    pathRules: { platform: 'win32' },
    startTransfer: async (request) => {
      requests.push(request);
      return ok({ jobId: jobIdSchema.parse('job-1') });
    },
  });
  const selections = createSelectionService({
    listings: { held: () => ok(held) },
    opener,
    emit,
  } as unknown as Parameters<typeof createSelectionService>[0]);
  const put = async (at: string, body = at, headers = {}) =>
    must(await memory.putSmall(bucket, at, Buffer.from(body), headers));
  const { selectionId } = must(await selections['selection.hold']({ listingId: listingIdSchema.parse('list-1') }));
  const bytesOf = (at: string) => {
    const bytes = memory.buckets.get(bucket)?.objects.get(at)?.bytes;
    return bytes && Buffer.from(bytes).toString();
  };
  return { memory, objects, selections, selectionId, events, requests, put, bytesOf };
}

test('a deletion in a versioned bucket is taken back by its delete markers, and a newer object is left alone', async () => {
  const { memory, selections, selectionId, put, bytesOf } = await setUp();
  for (const each of ['in/a', 'in/b', 'in/c', 'top', 'other']) await put(each);
  // Deleted by somebody else before: that marker is not ours.
  await put('gone');
  must(await memory.remove(bucket, 'gone'));
  expect(must(await selections['selection.delete']({ selectionId }))).toEqual({
    deletedCount: 4,
    restorableCount: 4,
    failedCount: 0,
    failed: [],
  });
  await selections['selection.release']({ selectionId });
  await put('in/b', 'newer');
  must(await memory.remove(bucket, 'in/c'));
  expect(must(await selections['selection.undelete']({ selectionId }))).toMatchObject({
    restoredCount: 2,
    newerCount: 1,
    newer: ['in/b'],
    failedCount: 1,
    // Somebody has deleted it once more: another try would not help.
    retryCount: 0,
    failed: [{ key: 'in/c', error: { code: 'PreconditionFailed' } }],
  });
  expect(['in/a', 'in/b', 'in/c', 'top', 'gone'].map(bytesOf)).toEqual(['in/a', 'newer', undefined, 'top', undefined]);
  expect(await selections['selection.undelete']({ selectionId })).toMatchObject({
    error: { code: 'SelectionNotFound' },
  });
});

test('without versions nothing is offered to be taken back', async () => {
  const { selections, selectionId, put } = await setUp({ isVersioned: false });
  await put('in/a');
  expect(must(await selections['selection.delete']({ selectionId }))).toMatchObject({ restorableCount: 0 });
  expect(await selections['selection.undelete']({ selectionId })).toMatchObject({
    error: { code: 'SelectionNotFound' },
  });
});

test('an undo whose markers could not be removed names each of them, and can be tried once more', async () => {
  const error = appError('AccessDenied', { permission: 's3:DeleteObjectVersion' });
  const refusal: { removeVersions?: () => Promise<unknown> } = { removeVersions: async () => err(error) };
  const { memory, selections, selectionId, put, bytesOf } = await setUp({
    store: {
      removeVersions: (...given: Parameters<MemoryObjectStore['removeVersions']>) =>
        refusal.removeVersions?.() ?? memory.removeVersions(...given),
    },
  });
  await put('in/a');
  await put('top');
  must(await selections['selection.delete']({ selectionId }));
  expect(must(await selections['selection.undelete']({ selectionId }))).toMatchObject({
    restoredCount: 0,
    retryCount: 2,
    failedCount: 2,
    failed: [{ error }, { error }],
  });
  delete refusal.removeVersions;
  expect(must(await selections['selection.undelete']({ selectionId }))).toMatchObject({ restoredCount: 2 });
  expect(bytesOf('in/a')).toBe('in/a');
});

test('tags of a selection are added to those it has; an object that would have too many is named', async () => {
  const { memory, selections, selectionId, events, put } = await setUp();
  for (const each of ['in/a', 'in/b', 'top']) await put(each);
  must(await memory.setTags(bucket, 'in/a', { old: '1', gone: 'x' }));
  must(await memory.setTags(bucket, 'in/b', Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`t${i}`, '']))));
  const change = { selectionId, set: { new: '2' }, remove: ['gone'] };
  expect(must(await selections['selection.tag'](change))).toMatchObject({
    taggedCount: 2,
    failedCount: 1,
    failed: [{ key: 'in/b', error: { code: 'InvalidInput', context: { field: 'tags' } } }],
  });
  expect(must(await memory.getTags(bucket, 'in/a'))).toEqual({ old: '1', new: '2' });
  expect(must(await memory.getTags(bucket, 'top'))).toEqual({ new: '2' });
  expect(events.at(-1)).toMatchObject({ type: 'selection.progress', doneCount: 2, failedCount: 1 });
});

test('tags that somebody else has changed meanwhile are not written over', async () => {
  const { memory, objects, put } = await setUp();
  await put(key);
  must(await memory.setTags(bucket, key, { a: 'theirs' }));
  const edit = { ...at, tags: { a: 'mine' } };
  expect(await objects['objects.setTags']({ ...edit, seen: { a: '1' } })).toMatchObject({
    error: { code: 'PreconditionFailed' },
  });
  must(await objects['objects.setTags']({ ...edit, seen: { a: 'theirs' } }));
  expect(must(await objects['objects.tags'](at))).toEqual({ tags: { a: 'mine' } });
});

test('other headers are given to the object that was seen and to no newer one; the bytes and tags stay', async () => {
  const { memory, objects, put, bytesOf } = await setUp({ isVersioned: false });
  const { etag } = await put(key, 'content', { contentType: 'text/old', metadata: { a: '1' } });
  must(await memory.setTags(bucket, key, { t: '1' }));
  const headers = { contentType: 'text/new', cacheControl: 'no-cache', metadata: { b: '2' } };
  const seen = must(await objects['objects.stat'](at)).headers;
  const edit = { ...at, etag: etag ?? '', seen, headers };
  must(await objects['objects.setHeaders'](edit));
  expect(must(await objects['objects.stat'](at))).toMatchObject({ etag, headers, metadata: { b: '2' } });
  expect(must(await memory.getTags(bucket, key))).toEqual({ t: '1' });
  // The ETag is the same: somebody else has seen other headers.
  for (const other of [seen, { ...headers, metadata: { b: '1' } }, { ...headers, expires: '0' }])
    expect(await objects['objects.setHeaders']({ ...edit, seen: other, headers: {} })).toMatchObject({
      error: { code: 'PreconditionFailed' },
    });
  expect(must(await objects['objects.stat'](at))).toMatchObject({ headers });
  await put(key, 'newer');
  expect(await objects['objects.setHeaders']({ ...at, etag: etag ?? '', seen: {}, headers: {} })).toMatchObject({
    error: { code: 'PreconditionFailed' },
  });
  expect(bytesOf(key)).toBe('newer');
});

test('headers that somebody else gives it in between are not written over', async () => {
  const theirs = { cacheControl: 'no-store', metadata: { by: 'them' } };
  const { memory, objects, put } = await setUp({
    store: {
      // Asked for between the look at the object and its copy.
      bucketVersioning: async (name: string): Promise<unknown> => {
        const { etag } = must(await memory.head(bucket, key));
        must(await memory.rewrite(bucket, key, { sourceIfMatch: etag ?? '', headers: theirs }, {}));
        return memory.bucketVersioning(name);
      },
    },
  });
  const { etag } = await put(key);
  const edit = { ...at, etag: etag ?? '', seen: {}, headers: { contentType: 'text/new' } };
  expect(await objects['objects.setHeaders'](edit)).toMatchObject({ error: { code: 'PreconditionFailed' } });
  expect(must(await memory.head(bucket, key)).headers).toEqual(theirs);
});

test('what is too large for a copy on the server is refused before anything is sent', async () => {
  const { memory, objects, put } = await setUp();
  const { etag } = await put(key);
  const large = await setUp({
    store: {
      head: async () => ok({ ...must(await memory.head(bucket, key)), sizeBytes: 5 * 1024 ** 3 + 1 }),
      rewrite: () => expect.unreachable('it was sent'),
    },
  });
  for (const answer of [
    await large.objects['objects.setHeaders']({ ...at, etag: etag ?? '', seen: {}, headers: {} }),
    await large.objects['objects.restoreVersion']({ ...at, versionId: 'version-1' }),
  ])
    expect(answer).toMatchObject({ error: { code: 'TooLargeToCopy' } });
  expect(must(await objects['objects.stat'](at)).sizeBytes).toBe(key.length);
});

test('an answer that is not what was there is no success', async () => {
  const other = { etag: `"${'0'.repeat(32)}"`, etagIsMd5: true, checksums: {}, checksumType: null, versionId: null };
  const { objects, put } = await setUp({ store: { rewrite: async () => ok(other) } });
  const { etag } = await put(key);
  expect(await objects['objects.setHeaders']({ ...at, etag: etag ?? '', seen: {}, headers: {} })).toMatchObject({
    error: { code: 'ChecksumMismatch' },
  });
});

test('versions are listed for one key, and an older one is restored onto what was seen', async () => {
  const { memory, objects, put, bytesOf } = await setUp();
  const first = (await put(key, 'first')).versionId ?? '';
  for (const body of ['second', 'third']) await put(key, body);
  await put('in/ab');
  must(await memory.remove(bucket, key));
  const { versions, isWhole } = must(await objects['objects.versions'](at));
  expect(isWhole).toBe(true);
  expect(versions.map(({ isDeleteMarker, sizeBytes }) => [isDeleteMarker, sizeBytes])).toEqual([
    [true, 0],
    [false, 5],
    [false, 6],
    [false, 5],
  ]);
  const marker = versions[0]?.versionId ?? '';
  expect(await objects['objects.restoreVersion']({ ...at, versionId: marker })).toMatchObject({
    error: { code: 'MethodNotAllowed' },
  });
  expect(await objects['objects.restoreVersion']({ ...at, versionId: first, seen: 'another' })).toMatchObject({
    error: { code: 'PreconditionFailed' },
  });
  expect(bytesOf(key)).toBeUndefined();
  must(await objects['objects.restoreVersion']({ ...at, versionId: first, seen: marker }));
  expect(bytesOf(key)).toBe('first');
  expect(must(await objects['objects.versions'](at)).versions).toHaveLength(5);
});

test('where versioning is not on, nothing is restored or given other headers at the cost of another version', async () => {
  const denied = appError('AccessDenied', { permission: 's3:GetBucketVersioning' });
  const asked: { bucketVersioning?: () => Promise<unknown> } = {};
  const { memory, objects, put, bytesOf } = await setUp({
    isVersioned: false,
    store: {
      bucketVersioning: (name: string) => asked.bucketVersioning?.() ?? memory.bucketVersioning(name),
    },
  });
  await put(key, 'before');
  memory.versionBucket(bucket);
  const first = (await put(key, 'first')).versionId ?? '';
  const { versionId, etag } = await put(key, 'second');
  memory.suspendVersions(bucket);
  const lost = { error: { code: 'VersionWouldBeLost', context: { bucket, key } } };
  const restore = (each: string) => objects['objects.restoreVersion']({ ...at, versionId: each });
  const edit = () => objects['objects.setHeaders']({ ...at, etag: etag ?? '', seen: {}, headers: {} });
  for (const each of [first, 'null']) expect(await restore(each)).toMatchObject(lost);
  expect(await edit()).toMatchObject(lost);
  asked.bucketVersioning = async () => err(denied);
  expect(await restore(first)).toMatchObject({ error: denied });
  const ids = must(await objects['objects.versions'](at)).versions.map((each) => each.versionId);
  expect(ids).toEqual([versionId, first, 'null']);
  // Nothing is called null any more: nothing can be replaced, whatever is on.
  must(await memory.removeVersion(bucket, key, 'null'));
  must(await restore(first));
  expect(bytesOf(key)).toBe('first');
  expect(must(await objects['objects.versions'](at)).versions).toHaveLength(3);
});

test('a version is downloaded as it was seen, under a name that the file system can hold', async () => {
  const { memory, objects, requests, put } = await setUp();
  const odd = 'in/a:b';
  const { versionId, etag } = await put(odd, 'first');
  await put(odd, 'newer');
  const input = { connectionId, bucket, key: odd, versionId: versionId ?? '', conflict: 'ask' } as const;
  must(await objects['objects.downloadVersion']({ ...input, folder: '/tmp' }));
  const seen = { sizeBytes: 5, etag, lastModified: expect.any(String), versionId };
  expect(requests).toMatchObject([{ kind: 'download', bucket, items: [{ key: odd, seen }] }]);
  expect(JSON.stringify(requests)).not.toContain('/tmp/a:b');
  expect(await objects['objects.downloadVersion']({ ...input, folder: 'tmp' })).toMatchObject({
    error: { code: 'InvalidInput' },
  });
  expect(must(await memory.head(bucket, odd)).sizeBytes).toBe(5);
});

test.each([
  ['its time', {}, { worksUntilMs: 4_600_000, endsWith: 'time' }],
  ['its time, before its credentials', { expiresMs: 9e9, sessionToken: 't' }, { endsWith: 'time' }],
  ['its credentials', { expiresMs: 2e6, sessionToken: 't' }, { worksUntilMs: 2e6, endsWith: 'credentials' }],
  ['nobody knows when', { sessionToken: 't' }, { worksUntilMs: 4_600_000, endsWith: 'unknown' }],
])('a link ends with %s', async (_name, credentials, expected) => {
  const { objects } = await setUp({ credentials });
  expect(must(await objects['objects.presign']({ ...at, expiresInSeconds: 3600 }))).toMatchObject(expected);
});

test('a bucket that is not empty says what is in it', async () => {
  const { memory, objects, put } = await setUp();
  for (const body of ['1', '2']) await put(key, body);
  await put('b');
  must(await memory.remove(bucket, 'b'));
  must(await memory.createMultipart(bucket, 'u', {}));
  expect(await objects['buckets.remove']({ connectionId, bucket })).toMatchObject({
    error: { code: 'BucketNotEmpty', context: { bucket, objects: 1, oldVersions: 3, uploads: 1 } },
  });
});
