import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDigest } from '../../main/checksums/digest.ts';
import type { ObjectStore } from '../../main/s3/object-store.ts';
import type { Result } from '../../shared/result.ts';
import {
  byUtf8,
  type Capabilities,
  createContractBench,
  fail,
  md5,
  must,
  type StoreUnderTest,
  whole,
} from './contract-bench.ts';
import { contractKeys } from './contract-keys.ts';
import { rewriteContract } from './rewrite.contract.ts';
import { tagContract } from './tags.contract.ts';
import { uploadContract } from './uploads.contract.ts';
import { versionContract } from './versions.contract.ts';

/** The promises of the port, to be kept by every implementation and server. Call inside of a test file. */
export function objectStoreContract(
  name: string,
  capabilities: Capabilities,
  open: () => Promise<StoreUnderTest>,
): void {
  describe(`ObjectStore: ${name}`, () => {
    let tested: StoreUnderTest;
    let store: ObjectStore;
    const bench = createContractBench(() => tested);

    beforeAll(async () => {
      tested = await open();
      store = tested.store;
    });
    afterAll(() => tested?.close());

    const { newBucket, put, keysIn } = bench;

    describe('buckets', () => {
      test('are made, listed, located and removed', async () => {
        const bucket = await newBucket();
        const rows = must(await store.listBuckets());
        expect(rows.map((row) => row.name)).toContain(bucket);
        expect(must(await store.bucketLocation(bucket))).toMatch(/^[a-z0-9-]+$/);
        must(await store.removeBucket(bucket));
        expect(must(await store.listBuckets()).map((row) => row.name)).not.toContain(bucket);
      });

      test('are made in the region asked for, where the server has regions', async () => {
        const bucket = `region-${process.pid}-${Date.now().toString(36)}`;
        const made = await store.createBucket(bucket, 'eu-central-1');
        expect(made.ok).toBe(capabilities.regions);
        const location = made.ok ? must(await store.bucketLocation(bucket)) : 'eu-central-1';
        expect(location).toBe('eu-central-1');
      });

      test('with something in them are not removed', async () => {
        const bucket = await newBucket();
        await put(bucket, 'a');
        expect(fail(await store.removeBucket(bucket)).code).toBe('BucketNotEmpty');
        expect(await keysIn(bucket)).toEqual(['a']);
      });

      test('that are missing are NoSuchBucket for every operation', async () => {
        const bucket = `missing-${process.pid}-${Date.now().toString(36)}`;
        const page = await store.listPage({ bucket, prefix: '', delimiter: '/' });
        const outcomes: Result<unknown>[] = [
          page,
          await store.head(bucket, 'k'),
          await store.getStream(bucket, 'k'),
          await store.putSmall(bucket, 'k', new Uint8Array(1), {}),
          await store.removeMany(bucket, ['k']),
          await store.createMultipart(bucket, 'k', {}),
          await store.listUploads(bucket, ''),
          await store.bucketLocation(bucket),
          await store.removeBucket(bucket),
        ];
        expect(outcomes.map((outcome) => fail(outcome).code)).toEqual(outcomes.map(() => 'NoSuchBucket'));
        expect(fail(page).context['bucket']).toBe(bucket);
      });
    });

    describe('keys are bytes', () => {
      test('each comes back as it was given, in every operation', async () => {
        const bucket = await newBucket();
        for (const key of contractKeys) await put(bucket, key);
        const listed = await keysIn(bucket);
        expect(listed).toEqual([...contractKeys].sort(byUtf8));

        for (const key of contractKeys) {
          expect(must(await store.head(bucket, key)).key).toBe(key);
          const { body } = must(await store.getStream(bucket, key));
          expect((await whole(body)).toString()).toBe(key);
        }
        const url = capabilities.presigns ? must(await store.presignGet(bucket, 'a/../b', 60)) : null;
        expect(url === null || url.includes('/a/../b?')).toBe(true);
      });

      test('each can be copied and deleted by itself, its neighbours stay', async () => {
        const bucket = await newBucket();
        const target = await newBucket();
        for (const key of contractKeys) await put(bucket, key);
        for (const key of contractKeys) must(await store.copy({ bucket, key }, { bucket: target, key }));
        expect(await keysIn(target)).toEqual([...contractKeys].sort(byUtf8));
        const odd = contractKeys.filter((_, index) => index % 2 === 1);
        const failed = must(await store.removeMany(target, odd));
        expect([...failed]).toEqual([]);
        const even = contractKeys.filter((_, index) => index % 2 === 0);
        expect(await keysIn(target)).toEqual([...even].sort(byUtf8));
        for (const key of even) must(await store.remove(target, key));
        expect(await keysIn(target)).toEqual([]);
      });

      test('in uploads under way too', async () => {
        const bucket = await newBucket();
        const key = 'parts/ü +%41/a//b';
        const { uploadId } = await bench.upload(bucket, key, [Buffer.from('x')]);
        expect(must(await store.listUploads(bucket, 'parts/'))).toMatchObject([{ key, uploadId }]);
        expect(must(await store.listUploads(bucket, 'other/'))).toEqual([]);
        must(await store.abortMultipart(bucket, key, uploadId));
      });
    });

    describe('listing', () => {
      test('goes through all pages in the order of bytes, none twice, none left out', async () => {
        const bucket = await newBucket();
        const keys = Array.from({ length: 25 }, (_, index) => `k${index}`);
        for (const key of keys) await put(bucket, key);
        const seen: string[] = [];
        let pages = 0;
        let continuationToken: string | undefined;
        do {
          const page = must(
            await store.listPage({ bucket, prefix: '', delimiter: '', maxKeys: 10, continuationToken }),
          );
          expect(page.objects.length).toBeLessThanOrEqual(10);
          seen.push(...page.objects.map((object) => object.key));
          continuationToken = page.continuationToken ?? undefined;
          pages += 1;
        } while (continuationToken !== undefined);
        expect(seen).toEqual([...keys].sort(byUtf8));
        expect(pages).toBe(3);
      });

      test('by folders shows one level, over pages', async () => {
        const bucket = await newBucket();
        for (const key of ['a', 'b/1', 'b/2', 'b/c/3', 'd/', 'd/4', 'e', 'f/5']) await put(bucket, key);
        const objects: string[] = [];
        const prefixes: string[] = [];
        let continuationToken: string | undefined;
        do {
          const page = must(
            await store.listPage({ bucket, prefix: '', delimiter: '/', maxKeys: 2, continuationToken }),
          );
          objects.push(...page.objects.map((object) => object.key));
          prefixes.push(...page.prefixes);
          continuationToken = page.continuationToken ?? undefined;
        } while (continuationToken !== undefined);
        expect(objects).toEqual(['a', 'e']);
        expect(prefixes).toEqual(['b/', 'd/', 'f/']);
        const below = must(await store.listPage({ bucket, prefix: 'b/', delimiter: '/' }));
        expect(below.objects.map((object) => object.key)).toEqual(['b/1', 'b/2']);
        expect(below.prefixes).toEqual(['b/c/']);
      });

      test('starts after a key, and has size, date and ETag of each object', async () => {
        const bucket = await newBucket();
        for (const key of ['a', 'b', 'c']) await put(bucket, key, 'content');
        const page = must(await store.listPage({ bucket, prefix: '', delimiter: '', startAfter: 'a' }));
        expect(page.objects.map((object) => object.key)).toEqual(['b', 'c']);
        expect(page.objects[0]).toMatchObject({ sizeBytes: 7, etag: `"${md5('content')}"` });
        expect(Number.isNaN(Date.parse(page.objects[0]?.lastModified ?? ''))).toBe(false);
      });

      test('of nothing is empty, and an aborted one is Cancelled', async () => {
        const bucket = await newBucket();
        const empty = must(await store.listPage({ bucket, prefix: 'none/', delimiter: '/' }));
        expect(empty).toEqual({ objects: [], prefixes: [], continuationToken: null });
        const signal = AbortSignal.abort();
        expect(fail(await store.listPage({ bucket, prefix: '', delimiter: '', signal })).code).toBe('Cancelled');
      });
    });

    describe('objects', () => {
      test('keep bytes, type and metadata', async () => {
        const bucket = await newBucket();
        const body = Buffer.from([0, 255, 13, 10, 0]);
        must(await store.putSmall(bucket, 'k', body, { contentType: 'text/x-own', metadata: { colour: 'blue' } }));
        const details = must(await store.head(bucket, 'k'));
        expect(details).toMatchObject({
          key: 'k',
          sizeBytes: 5,
          contentType: 'text/x-own',
          metadata: { colour: 'blue' },
          etag: `"${md5(body)}"`,
        });
        expect(await whole(must(await store.getStream(bucket, 'k')).body)).toEqual(body);
      });

      test('come in ranges, of the version that was asked for', async () => {
        const bucket = await newBucket();
        await put(bucket, 'k', '0123456789');
        const { etag } = must(await store.head(bucket, 'k'));
        const read = (offset: number, sizeBytes: number, ifMatch: string | null) =>
          store.readRange(bucket, 'k', { offset, sizeBytes, ifMatch });
        expect((await whole(must(await read(0, 4, etag)))).toString()).toBe('0123');
        expect((await whole(must(await read(3, 4, null)))).toString()).toBe('3456');
        expect((await whole(must(await read(9, 1, etag)))).toString()).toBe('9');
        expect(fail(await read(10, 1, etag)).code).toBe('InvalidRange');
        await put(bucket, 'k', 'another one');
        expect(fail(await read(3, 4, etag)).code).toBe('PreconditionFailed');
        expect((await whole(must(await read(3, 4, null)))).toString()).toBe('ther');
      });

      test('of no bytes are objects', async () => {
        const bucket = await newBucket();
        await put(bucket, 'empty', '');
        expect(must(await store.head(bucket, 'empty')).sizeBytes).toBe(0);
        expect(await whole(must(await store.getStream(bucket, 'empty')).body)).toEqual(Buffer.alloc(0));
      });

      test('that are missing are NoSuchKey, and deleting them is done already', async () => {
        const bucket = await newBucket();
        const missing = fail(await store.head(bucket, 'no/such'));
        expect(missing).toMatchObject({ code: 'NoSuchKey', context: { bucket, key: 'no/such' } });
        expect(fail(await store.getStream(bucket, 'no/such')).code).toBe('NoSuchKey');
        const copied = fail(await store.copy({ bucket, key: 'no/such' }, { bucket, key: 'target' }));
        expect(copied).toMatchObject({ code: 'NoSuchKey', context: { key: 'no/such' } });
        must(await store.remove(bucket, 'no/such'));
        expect(must(await store.removeMany(bucket, ['no/such'])).size).toBe(0);
      });

      test('are made only where none is, when asked so', async () => {
        const bucket = await newBucket();
        const once = { ifNoneMatch: '*' } as const;
        must(await store.putSmall(bucket, 'k', Buffer.from('1'), {}, once));
        const second = await store.putSmall(bucket, 'k', Buffer.from('2'), {}, once);
        expect(fail(second).code).toBe('PreconditionFailed');
        expect((await whole(must(await store.getStream(bucket, 'k')).body)).toString()).toBe('1');
      });

      test('are deleted only when unchanged, when asked so', async () => {
        const bucket = await newBucket();
        await put(bucket, 'k', 'old');
        const old = must(await store.head(bucket, 'k')).etag ?? '';
        await put(bucket, 'k', 'new');
        expect(fail(await store.remove(bucket, 'k', { ifMatch: old })).code).toBe('PreconditionFailed');
        expect(await keysIn(bucket)).toEqual(['k']);
        must(await store.remove(bucket, 'k', { ifMatch: must(await store.head(bucket, 'k')).etag ?? '' }));
        expect(await keysIn(bucket)).toEqual([]);
      });

      test('are copied with type and metadata, not when the source has changed', async () => {
        const bucket = await newBucket();
        const headers = { contentType: 'text/x-own', metadata: { colour: 'blue' } };
        const first = must(await store.putSmall(bucket, 'from', Buffer.from('one'), headers));
        must(await store.copy({ bucket, key: 'from', sourceIfMatch: first.etag ?? '' }, { bucket, key: 'to' }));
        expect(must(await store.head(bucket, 'to'))).toMatchObject({ ...headers, sizeBytes: 3, etag: first.etag });
        await put(bucket, 'from', 'other');
        const changed = await store.copy(
          { bucket, key: 'from', sourceIfMatch: first.etag ?? '' },
          { bucket, key: 'to' },
        );
        expect(fail(changed).code).toBe('PreconditionFailed');
        expect(must(await store.head(bucket, 'to')).sizeBytes).toBe(3);
        const guarded = await store.copy({ bucket, key: 'from' }, { bucket, key: 'to' }, { ifNoneMatch: '*' });
        expect(guarded.ok).toBe(!capabilities.conditionalCopy);
      });

      test('a thousand are deleted at once', async () => {
        const bucket = await newBucket();
        const keys = Array.from({ length: 60 }, (_, index) => `many/${index}`);
        for (const key of keys) await put(bucket, key);
        const missing = Array.from({ length: 940 }, (_, index) => `missing/${index}`);
        expect(must(await store.removeMany(bucket, [...keys, ...missing])).size).toBe(0);
        expect(await keysIn(bucket)).toEqual([]);
      });

      test('have checksums where the server keeps them', async () => {
        const bucket = await newBucket();
        await put(bucket, 'k', 'content');
        const { checksums, checksumType } = must(await store.head(bucket, 'k'));
        expect(Object.keys(checksums).length > 0).toBe(capabilities.storesChecksums);
        expect(checksumType).toBe(capabilities.storesChecksums ? 'FULL_OBJECT' : null);
        for (const [algorithm, value] of Object.entries(checksums)) {
          const digest = createDigest(algorithm as 'crc32' | 'crc64nvme');
          digest.update(Buffer.from('content'));
          expect(value).toBe(digest.digestBase64());
        }
      });
    });

    tagContract(() => tested, bench);
    versionContract(capabilities, () => tested, bench);
    rewriteContract(capabilities, () => tested, bench);
    uploadContract(capabilities, () => tested, bench);

    test('a presigned URL gets the object without credentials', async () => {
      const bucket = await newBucket();
      const key = 'shared/ü +%41.txt';
      await put(bucket, key, 'for everybody');
      const url = must(await store.presignGet(bucket, key, 60));
      expect(url).toContain(bucket);
      expect(capabilities.presigns ? await (await fetch(url)).text() : 'for everybody').toBe('for everybody');
    });
  });
}
