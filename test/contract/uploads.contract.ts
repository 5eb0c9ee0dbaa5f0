import { describe, expect, test } from 'vitest';
import {
  type Capabilities,
  type ContractBench,
  crcOf,
  fail,
  inChunks,
  md5,
  must,
  patterned,
  type StoreUnderTest,
  whole,
} from './contract-bench.ts';

/** The part of the contract about multipart uploads and streams of unknown length. */
export function uploadContract(
  capabilities: Capabilities,
  tested: () => StoreUnderTest,
  { newBucket, put, keysIn, upload }: ContractBench,
): void {
  describe('uploads in parts', () => {
    const bodies = [Buffer.alloc(5 * 1024 * 1024, 'a'), Buffer.alloc(1000, 'b')];

    test('become one object, verified by the checksum of the whole where the server keeps it', async () => {
      const bucket = await newBucket();
      const { uploadId, keepsChecksum, parts } = await upload(bucket, 'big', bodies);
      expect(keepsChecksum).toBe(capabilities.storesChecksums);
      expect(await keysIn(bucket)).toEqual([]);
      const listed = must(await tested().store.listParts(bucket, 'big', uploadId));
      expect(listed).toMatchObject(
        parts.map(({ partNumber, etag }, index) => ({ partNumber, etag, sizeBytes: bodies[index]?.byteLength })),
      );
      const whole32 = crcOf(Buffer.concat(bodies));
      const options = keepsChecksum ? { crc32: whole32, sizeBytes: 5 * 1024 * 1024 + 1000 } : {};
      must(await tested().store.completeMultipart(bucket, 'big', uploadId, parts, options));
      const details = must(await tested().store.head(bucket, 'big'));
      expect(details).toMatchObject({
        sizeBytes: 5 * 1024 * 1024 + 1000,
        contentType: 'text/x-parts',
        metadata: { made: 'in-parts' },
      });
      expect(details.checksums['crc32']).toBe(capabilities.storesChecksums ? whole32 : undefined);
      const got = await whole(must(await tested().store.getStream(bucket, 'big')).body);
      expect(got.equals(Buffer.concat(bodies))).toBe(true);
      expect(fail(await tested().store.listParts(bucket, 'big', uploadId)).code).toBe('NoSuchUpload');
    });

    test('are refused with the wrong checksum of the whole where the server keeps it', async () => {
      const bucket = await newBucket();
      const { uploadId, parts, keepsChecksum } = await upload(bucket, 'big', [Buffer.from('small')]);
      const wrong = keepsChecksum ? { crc32: crcOf(Buffer.from('other')), sizeBytes: 5 } : {};
      const outcome = await tested().store.completeMultipart(bucket, 'big', uploadId, parts, wrong);
      expect(outcome.ok ? 'made' : outcome.error.code).toBe(capabilities.storesChecksums ? 'BadDigest' : 'made');
    });

    test('taken back leave nothing, twice is once', async () => {
      const bucket = await newBucket();
      const { uploadId, parts } = await upload(bucket, 'big', [Buffer.from('small')]);
      must(await tested().store.abortMultipart(bucket, 'big', uploadId));
      must(await tested().store.abortMultipart(bucket, 'big', uploadId));
      expect(must(await tested().store.listUploads(bucket, ''))).toEqual([]);
      expect(fail(await tested().store.listParts(bucket, 'big', uploadId)).code).toBe('NoSuchUpload');
      expect(fail(await tested().store.completeMultipart(bucket, 'big', uploadId, parts)).code).toBe('NoSuchUpload');
      expect(await keysIn(bucket)).toEqual([]);
    });

    test('with a part that was never sent are refused', async () => {
      const bucket = await newBucket();
      const { uploadId } = await upload(bucket, 'big', [Buffer.from('small')]);
      const invented = [{ partNumber: 7, etag: `"${md5('nothing')}"` }];
      expect(fail(await tested().store.completeMultipart(bucket, 'big', uploadId, invented)).code).toBe('InvalidPart');
      must(await tested().store.abortMultipart(bucket, 'big', uploadId));
    });

    test('with parts too small are refused where the server minds', async () => {
      const bucket = await newBucket();
      const { uploadId, parts } = await upload(bucket, 'big', [Buffer.from('small'), Buffer.from('last')]);
      const outcome = await tested().store.completeMultipart(bucket, 'big', uploadId, parts);
      expect(outcome.ok ? 'made' : outcome.error.code).toBe(capabilities.minimumPart ? 'EntityTooSmall' : 'made');
    });

    test('heed that the key must be free, where the server does', async () => {
      const bucket = await newBucket();
      await put(bucket, 'taken', 'mine');
      const { uploadId, parts } = await upload(bucket, 'taken', [Buffer.from('theirs')]);
      const outcome = await tested().store.completeMultipart(bucket, 'taken', uploadId, parts, { ifNoneMatch: '*' });
      expect(outcome.ok ? 'made' : outcome.error.code).toBe(
        capabilities.conditionalComplete ? 'PreconditionFailed' : 'made',
      );
    });

    test('take ranges of other objects', async () => {
      const bucket = await newBucket();
      const source = Buffer.concat([Buffer.alloc(5 * 1024 * 1024, 'x'), Buffer.from('the end')]);
      const { etag } = must(await tested().store.putSmall(bucket, 'source', source, {}));
      const { uploadId } = must(await tested().store.createMultipart(bucket, 'target', {}));
      const parts: { partNumber: number; etag: string }[] = [];
      for (const [offset, sizeBytes] of [
        [0, 5 * 1024 * 1024],
        [5 * 1024 * 1024, 7],
      ] as const) {
        const partNumber = parts.length + 1;
        const from = { bucket, key: 'source', offset, sizeBytes, sourceIfMatch: etag ?? '' };
        const copied = must(await tested().store.copyPart(from, { bucket, key: 'target', uploadId, partNumber }));
        parts.push({ partNumber, etag: copied.etag });
      }
      must(await tested().store.completeMultipart(bucket, 'target', uploadId, parts));
      expect(await whole(must(await tested().store.getStream(bucket, 'target')).body)).toEqual(source);
    });
  });

  describe('streams of unknown length', () => {
    test.each([0, 1, 32 * 1024 * 1024, 70 * 1024 * 1024 + 3])(
      '%i bytes arrive whole and verified',
      async (sizeBytes) => {
        const bucket = await newBucket();
        const body = patterned(sizeBytes);
        const totals: number[] = [];
        const stored = must(
          await tested().store.putStream(
            bucket,
            'stream',
            inChunks(body, 700_001),
            {},
            { onBytes: (total) => totals.push(total) },
          ),
        );
        expect(stored.sizeBytes).toBe(sizeBytes);
        expect(stored.verification).toBe(capabilities.storesChecksums ? 'checksum' : 'md5');
        expect(totals.at(-1)).toBe(sizeBytes);
        const read = await whole(must(await tested().store.getStream(bucket, 'stream')).body);
        expect(read.equals(body)).toBe(true);
        expect(must(await tested().store.listUploads(bucket, ''))).toEqual([]);
      },
    );

    test('that fail or are aborted leave neither object nor upload', async () => {
      const bucket = await newBucket();
      async function* failing(): AsyncGenerator<Uint8Array> {
        yield patterned(33 * 1024 * 1024);
        throw new Error('the pipe broke');
      }
      expect(fail(await tested().store.putStream(bucket, 'k', failing(), {})).code).toBe('SourceChanged');
      const controller = new AbortController();
      async function* silent(): AsyncGenerator<Uint8Array> {
        yield patterned(33 * 1024 * 1024);
        setImmediate(() => controller.abort());
        await new Promise(() => undefined);
      }
      const aborted = await tested().store.putStream(bucket, 'k', silent(), {}, { signal: controller.signal });
      expect(fail(aborted).code).toBe('Cancelled');
      expect(await keysIn(bucket)).toEqual([]);
      expect(must(await tested().store.listUploads(bucket, ''))).toEqual([]);
    });
  });
}
