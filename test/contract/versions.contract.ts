import { describe, expect, test } from 'vitest';
import type { ListVersionsRequest, ObjectVersion, VersionPage } from '../../main/s3/object-store.ts';
import {
  byUtf8,
  type Capabilities,
  type ContractBench,
  fail,
  md5,
  must,
  type StoreUnderTest,
  whole,
} from './contract-bench.ts';
import { contractKeys } from './contract-keys.ts';

/** The part of the contract about versions of objects. */
export function versionContract(
  capabilities: Capabilities,
  tested: () => StoreUnderTest,
  { newBucket, put, keysIn }: ContractBench,
): void {
  const versionsIn = async (bucket: string, more: Partial<ListVersionsRequest> = {}) => {
    const rows: ObjectVersion[] = [];
    let next: VersionPage['next'] = null;
    do {
      const request: ListVersionsRequest = { bucket, prefix: '', delimiter: '', ...more, ...next };
      const page: VersionPage = must(await tested().store.listVersions(request));
      expect(page.versions.length).toBeLessThanOrEqual(more.maxKeys ?? 1000);
      rows.push(...page.versions);
      next = page.next;
    } while (next !== null);
    return rows;
  };

  describe('versions of a bucket without versioning', () => {
    test('are one of each object, called null', async () => {
      const { store } = tested();
      const bucket = await newBucket();
      expect(await versionsIn(bucket)).toEqual([]);
      expect(must(await store.bucketVersioning(bucket))).toBe('none');
      for (const key of contractKeys) await put(bucket, key);
      const rows = await versionsIn(bucket, { maxKeys: 7 });
      expect(rows.map((row) => row.key)).toEqual([...contractKeys].sort(byUtf8));
      const { objects } = must(await store.listPage({ bucket, prefix: '', delimiter: '' }));
      expect(rows).toEqual(
        objects.map((object) => ({ ...object, versionId: 'null', isLatest: true, isDeleteMarker: false })),
      );
      expect((await versionsIn(bucket, { prefix: 'folder/' })).map((row) => row.key)).toEqual(['folder/', 'folder/in']);
      const after = await versionsIn(bucket, { prefix: 'folder/', keyMarker: 'folder/' });
      expect(after.map((row) => row.key)).toEqual(['folder/in']);
    });

    test('are read by that name, and taken away for good', async () => {
      const { store } = tested();
      const bucket = await newBucket();
      await put(bucket, 'k', 'content');
      const versionId = 'null';
      expect(must(await store.head(bucket, 'k', undefined, { versionId })).sizeBytes).toBe(7);
      expect((await whole(must(await store.getStream(bucket, 'k', undefined, { versionId })).body)).toString()).toBe(
        'content',
      );
      must(await store.removeVersion(bucket, 'k', versionId));
      must(await store.removeVersion(bucket, 'k', versionId));
      expect(await keysIn(bucket)).toEqual([]);
    });

    test('are none of a missing bucket, and an aborted listing is Cancelled', async () => {
      const { store } = tested();
      const request = { bucket: await newBucket(), prefix: '', delimiter: '' } as const;
      const missing = await store.listVersions({ ...request, bucket: 'missing-bucket-of-versions' });
      expect(fail(missing).code).toBe('NoSuchBucket');
      const signal = AbortSignal.abort();
      expect(fail(await store.listVersions({ ...request, signal })).code).toBe('Cancelled');
    });
  });

  if (!capabilities.versions) return;

  describe('versions', () => {
    const versioned = async (): Promise<string> => {
      const bucket = await newBucket();
      await tested().versionBucket?.(bucket);
      return bucket;
    };
    const idOf = async (bucket: string, key: string, body: string) => (await put(bucket, key, body)).versionId ?? '';

    test('and delete markers are listed in the order they came, newest first, over pages', async () => {
      const { store } = tested();
      const bucket = await newBucket();
      await put(bucket, 'a', 'before');
      await tested().versionBucket?.(bucket);
      const [second, third] = [await idOf(bucket, 'a', 'second'), await idOf(bucket, 'a', 'third!')];
      const b = await idOf(bucket, 'b/ü', 'b');
      for (const round of ['1', '22', '333']) {
        await put(bucket, 'c', round);
        must(await store.remove(bucket, 'c'));
      }
      await put(bucket, 'c', '4444');
      expect([...(await keysIn(bucket))]).toEqual(['a', 'b/ü', 'c']);

      const rows = await versionsIn(bucket);
      expect(rows.slice(0, 4)).toMatchObject([
        { key: 'a', versionId: third, isLatest: true, isDeleteMarker: false, sizeBytes: 6, etag: `"${md5('third!')}"` },
        { key: 'a', versionId: second, isLatest: false, isDeleteMarker: false, etag: `"${md5('second')}"` },
        { key: 'a', versionId: 'null', isLatest: false, isDeleteMarker: false, etag: `"${md5('before')}"` },
        { key: 'b/ü', versionId: b, isLatest: true, isDeleteMarker: false },
      ]);
      const marker = { key: 'c', isLatest: false, isDeleteMarker: true, sizeBytes: 0, etag: null, storageClass: null };
      expect(rows.slice(4)).toMatchObject([
        { key: 'c', isLatest: true, isDeleteMarker: false, sizeBytes: 4 },
        marker,
        { key: 'c', isLatest: false, isDeleteMarker: false, sizeBytes: 3 },
        marker,
        { key: 'c', isLatest: false, isDeleteMarker: false, sizeBytes: 2 },
        marker,
        { key: 'c', isLatest: false, isDeleteMarker: false, sizeBytes: 1 },
      ]);
      expect(new Set(rows.map((row) => `${row.key} ${row.versionId}`)).size).toBe(rows.length);
      expect(rows.every((row) => !Number.isNaN(Date.parse(row.lastModified ?? '')))).toBe(true);
      for (const maxKeys of [1, 2, 3, 5]) expect(await versionsIn(bucket, { maxKeys })).toEqual(rows);
      expect(await versionsIn(bucket, { prefix: 'b/' })).toEqual([rows[3]]);
    });

    test('stay while versioning is suspended, but for the one called null', async () => {
      const { store } = tested();
      const bucket = await versioned();
      expect(must(await store.bucketVersioning(bucket))).toBe('enabled');
      const kept = await idOf(bucket, 'k', 'kept');
      await tested().versionBucket?.(bucket, 'Suspended');
      expect(must(await store.bucketVersioning(bucket))).toBe('suspended');
      for (const body of ['lost', 'null']) await put(bucket, 'k', body);
      const ids = (await versionsIn(bucket)).map((row) => row.versionId);
      expect(ids).toEqual(['null', kept]);
      expect(fail(await store.bucketVersioning('missing-bucket-of-versions')).code).toBe('NoSuchBucket');
    });

    test('of every kind of key', async () => {
      const bucket = await versioned();
      for (const key of contractKeys) await put(bucket, key, 'old');
      for (const key of contractKeys) await put(bucket, key, 'newer');
      const rows = await versionsIn(bucket, { maxKeys: 25 });
      expect(rows.map(({ key, sizeBytes }) => [key, sizeBytes])).toEqual(
        [...contractKeys].sort(byUtf8).flatMap((key) => [
          [key, 5],
          [key, 3],
        ]),
      );
      for (const { key, versionId, sizeBytes } of rows) {
        expect(must(await tested().store.head(bucket, key, undefined, { versionId })).sizeBytes).toBe(sizeBytes);
      }
    });

    test('are looked at and read, whichever is the latest', async () => {
      const { store } = tested();
      const bucket = await versioned();
      const old = { versionId: await idOf(bucket, 'k', 'the old one') };
      const { etag } = must(await store.head(bucket, 'k'));
      await put(bucket, 'k', 'another');
      expect(must(await store.head(bucket, 'k')).sizeBytes).toBe(7);
      expect(must(await store.head(bucket, 'k', undefined, old))).toMatchObject({ ...old, sizeBytes: 11, etag });
      const stream = must(await store.getStream(bucket, 'k', undefined, old));
      expect(stream.details).toMatchObject({ ...old, sizeBytes: 11 });
      expect((await whole(stream.body)).toString()).toBe('the old one');
      const range = { offset: 4, sizeBytes: 3, ifMatch: etag };
      expect((await whole(must(await store.readRange(bucket, 'k', { ...range, ...old })))).toString()).toBe('old');
      expect(fail(await store.readRange(bucket, 'k', range)).code).toBe('PreconditionFailed');
    });

    test('of a deleted object are there; its delete marker has no bytes', async () => {
      const { store } = tested();
      const bucket = await versioned();
      const old = { versionId: await idOf(bucket, 'k', 'content') };
      must(await store.remove(bucket, 'k'));
      expect(fail(await store.head(bucket, 'k')).code).toBe('NoSuchKey');
      const [marker] = await versionsIn(bucket);
      expect(marker).toMatchObject({ isDeleteMarker: true, isLatest: true });
      const deleted = { versionId: marker?.versionId };
      const refusal = capabilities.tellsDeleteMarkers ? 'MethodNotAllowed' : 'NoSuchKey';
      expect(fail(await store.head(bucket, 'k', undefined, deleted)).code).toBe(refusal);
      expect(fail(await store.getStream(bucket, 'k', undefined, deleted)).code).toBe(refusal);
      expect((await whole(must(await store.getStream(bucket, 'k', undefined, old)).body)).toString()).toBe('content');
      expect(fail(await store.removeBucket(bucket)).code).toBe('BucketNotEmpty');
    });

    test('are taken away one by one: without its delete marker an object is back', async () => {
      const { store } = tested();
      const bucket = await versioned();
      const [first, second] = [await idOf(bucket, 'k', 'first'), await idOf(bucket, 'k', 'second')];
      must(await store.remove(bucket, 'k'));
      const marker = (await versionsIn(bucket))[0]?.versionId ?? '';
      must(await store.removeVersion(bucket, 'k', marker));
      expect(must(await store.head(bucket, 'k'))).toMatchObject({ versionId: second });
      must(await store.removeVersion(bucket, 'k', second));
      must(await store.removeVersion(bucket, 'k', second));
      expect(must(await store.head(bucket, 'k'))).toMatchObject({ versionId: first });
      expect(fail(await store.head(bucket, 'k', undefined, { versionId: second })).code).toBe('NoSuchKey');
      expect(await versionsIn(bucket)).toMatchObject([{ versionId: first, isLatest: true }]);
      must(await store.removeVersion(bucket, 'k', first));
      expect(await versionsIn(bucket)).toEqual([]);
    });

    test('are restored by a copy to their own key, with type, metadata and tags', async () => {
      const { store } = tested();
      const bucket = await versioned();
      const key = 'p/ü +%41?versionId=x';
      const headers = { contentType: 'text/x-own', metadata: { colour: 'blue' } };
      const stored = must(await store.putSmall(bucket, key, Buffer.from('first'), headers));
      must(await store.setTags(bucket, key, { a: '1' }));
      await put(bucket, key, 'second');
      must(await store.remove(bucket, key));
      const from = { bucket, key, versionId: stored.versionId ?? '', sourceIfMatch: stored.etag ?? '' };
      const restored = must(await store.copy(from, { bucket, key }));
      expect(restored.versionId).not.toBe(stored.versionId);
      expect(must(await store.head(bucket, key))).toMatchObject({ ...headers, etag: stored.etag, sizeBytes: 5 });
      expect(must(await store.getTags(bucket, key))).toEqual({ a: '1' });
      expect(await versionsIn(bucket)).toHaveLength(4);
      const wrong = await store.copy({ ...from, sourceIfMatch: `"${md5('second')}"` }, { bucket, key });
      expect(fail(wrong).code).toBe('PreconditionFailed');
      must(await store.removeVersion(bucket, key, from.versionId));
      const gone = fail(await store.copy({ bucket, key, versionId: from.versionId }, { bucket, key }));
      expect(gone).toMatchObject({ code: 'NoSuchKey', context: { key } });
    });

    test('are taken into an upload in ranges', async () => {
      const { store } = tested();
      const bucket = await versioned();
      const old = { versionId: await idOf(bucket, 'k', 'the old one') };
      await put(bucket, 'k', 'another');
      const { uploadId } = must(await store.createMultipart(bucket, 'k', {}));
      const from = { bucket, key: 'k', offset: 4, sizeBytes: 7, ...old };
      const part = must(await store.copyPart(from, { bucket, key: 'k', uploadId, partNumber: 1 }));
      must(await store.completeMultipart(bucket, 'k', uploadId, [{ partNumber: 1, etag: part.etag }]));
      expect((await whole(must(await store.getStream(bucket, 'k')).body)).toString()).toBe('old one');
    });
  });
}
