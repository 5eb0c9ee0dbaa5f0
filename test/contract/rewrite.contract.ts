import { describe, expect, test } from 'vitest';
import type { ObjectHeaders, ObjectVersion } from '../../main/s3/object-store.ts';
import {
  type Capabilities,
  type ContractBench,
  fail,
  md5,
  must,
  type StoreUnderTest,
  whole,
} from './contract-bench.ts';

/** The part of the contract about objects that are made anew out of themselves, and deletions that are taken back. */
export function rewriteContract(
  capabilities: Capabilities,
  tested: () => StoreUnderTest,
  { newBucket, put }: ContractBench,
): void {
  const key = 'a b/ü+%';
  const tags = { a: '1', 'Größe + Ort': 'a=b:c/d ü' };
  const old = {
    contentType: 'text/x-old',
    cacheControl: 'no-cache',
    contentDisposition: 'inline',
    metadata: { colour: 'blue' },
  };

  describe('an object made anew', () => {
    const made = async () => {
      const bucket = await newBucket();
      const { etag } = must(await tested().store.putSmall(bucket, key, Buffer.from('content'), old));
      must(await tested().store.setTags(bucket, key, tags));
      return { bucket, etag: etag ?? '' };
    };

    test('has the new headers instead of all old ones, and its bytes and tags', async () => {
      const { store } = tested();
      const { bucket, etag } = await made();
      const headers = {
        contentType: 'text/x-new',
        contentLanguage: 'de',
        expires: 'Wed, 21 Oct 2099 07:28:00 GMT',
        metadata: { size: 'large' },
      };
      const stored = must(await store.rewrite(bucket, key, { sourceIfMatch: etag, headers }, { ifMatch: etag }));
      expect(stored.etag).toBe(etag);
      const now = must(await store.head(bucket, key));
      expect(now).toMatchObject({ etag, sizeBytes: 7, headers });
      expect(now.headers.cacheControl).toBeUndefined();
      expect(now.metadata).toEqual({ size: 'large' });
      expect(must(await store.getTags(bucket, key))).toEqual(tags);
      expect((await whole(must(await store.getStream(bucket, key)).body)).toString()).toBe('content');
    });

    test('is left alone when another one has taken its place', async () => {
      const { store } = tested();
      const { bucket, etag } = await made();
      await put(bucket, key, 'newer');
      const refused = await store.rewrite(bucket, key, { sourceIfMatch: etag, headers: {} }, { ifMatch: etag });
      expect(fail(refused).code).toBe('PreconditionFailed');
      expect((await whole(must(await store.getStream(bucket, key)).body)).toString()).toBe('newer');
      must(await store.remove(bucket, key));
      const gone = await store.rewrite(bucket, key, { sourceIfMatch: etag, headers: {} }, { ifMatch: etag });
      expect(fail(gone).code).toBe('NoSuchKey');
    });

    test('is left alone when its headers are not those that were seen any more, though its ETag is', async () => {
      const { store } = tested();
      const { bucket, etag } = await made();
      const seen = must(await store.head(bucket, key)).headers;
      const rewrite = (headers: ObjectHeaders) =>
        store.rewrite(bucket, key, { sourceIfMatch: etag, seen, headers }, { ifMatch: etag });
      expect(must(await rewrite({ ...old, metadata: { colour: 'red' } })).etag).toBe(etag);
      expect(fail(await rewrite({ contentType: 'text/x-new' })).code).toBe('PreconditionFailed');
      expect(must(await store.head(bucket, key)).headers).toMatchObject({ ...old, metadata: { colour: 'red' } });
    });
  });

  test('a deletion in a bucket without versions makes no markers', async () => {
    const bucket = await newBucket();
    await put(bucket, 'k');
    const markers: unknown[] = [];
    expect(must(await tested().store.removeMany(bucket, ['k'], (marker) => markers.push(marker))).size).toBe(0);
    expect(markers).toEqual([]);
  });

  if (!capabilities.versions) return;

  const versioned = async () => {
    const bucket = await newBucket();
    await tested().versionBucket?.(bucket);
    return bucket;
  };
  const versionsIn = async (bucket: string): Promise<readonly ObjectVersion[]> =>
    must(await tested().store.listVersions({ bucket, prefix: '', delimiter: '' })).versions;

  test('an older version is made the object again, with all it had', async () => {
    const { store } = tested();
    const bucket = await versioned();
    const first = must(await store.putSmall(bucket, key, Buffer.from('first'), old));
    must(await store.setTags(bucket, key, tags));
    await put(bucket, key, 'second');
    const second = must(await store.head(bucket, key)).etag ?? '';
    const from = { versionId: first.versionId ?? '', sourceIfMatch: first.etag ?? '', headers: null };
    const restored = must(await store.rewrite(bucket, key, from, { ifMatch: second }));
    expect(restored.versionId).not.toBe(first.versionId);
    expect(must(await store.head(bucket, key))).toMatchObject({ etag: first.etag, headers: old });
    expect(must(await store.getTags(bucket, key))).toEqual(tags);
    expect(await versionsIn(bucket)).toHaveLength(3);
    const wrong = await store.rewrite(bucket, key, { ...from, sourceIfMatch: `"${md5('x')}"` }, {});
    expect(fail(wrong).code).toBe('PreconditionFailed');
  });

  test('a deletion of many tells its delete markers; without them the objects are back', async () => {
    const { store } = tested();
    const bucket = await versioned();
    // The last one is deleted by itself: XML cannot name it.
    const keys = ['a/1', 'a/2 ü&<', 'a/3\u0001'];
    for (const each of keys) await put(bucket, each);
    const markers = new Map<string, string>();
    must(await store.removeMany(bucket, keys, (marker) => markers.set(marker.key, marker.versionId)));
    const latest = (await versionsIn(bucket)).filter(({ isLatest }) => isLatest);
    expect(latest.every(({ isDeleteMarker }) => isDeleteMarker)).toBe(true);
    expect(Object.fromEntries(markers)).toEqual(
      Object.fromEntries(latest.map((marker) => [marker.key, marker.versionId])),
    );
    const versions = Array.from(markers, ([each, versionId]) => ({ key: each, versionId }));
    for (let time = 0; time < 2; time += 1) expect(must(await store.removeVersions(bucket, versions)).size).toBe(0);
    for (const each of keys) expect(must(await store.head(bucket, each)).sizeBytes).toBe(Buffer.byteLength(each));
  });
}
