import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { crc32ToBase64 } from '../../main/checksums/crc-base64.ts';
import type { ObjectStore } from '../../main/s3/object-store.ts';
import type { PartSender } from '../../main/s3/put-stream.ts';
import type { AppError } from '../../shared/errors.ts';
import type { Result } from '../../shared/result.ts';

export type StoreUnderTest = {
  readonly store: ObjectStore;
  /** The port itself sends no parts: that is the data plane's. */
  readonly sendPart: PartSender;
  /** Makes the bucket a versioned one, or no more one; where `versions` is promised. */
  readonly versionBucket?: (bucket: string, status?: 'Enabled' | 'Suspended') => Promise<void>;
  close(): Promise<void>;
};

/** Where servers differ. Each test runs on every server and asserts what this one promises. */
export type Capabilities = {
  /** Checksums sent are verified, kept and returned; multipart uploads keep a full-object CRC32. */
  readonly storesChecksums: boolean;
  /** The completion of a multipart upload heeds If-None-Match. */
  readonly conditionalComplete: boolean;
  /** A copy heeds If-None-Match for its target. */
  readonly conditionalCopy: boolean;
  /** Makes buckets in any region, and says so. */
  readonly regions: boolean;
  /** A part smaller than 5 MiB before the last is refused at the completion. */
  readonly minimumPart: boolean;
  /** Buckets can be versioned. */
  readonly versions: boolean;
  /** A delete marker that is read by its version is told from a version that is gone. */
  readonly tellsDeleteMarkers: boolean;
  /** URLs can be fetched over HTTP. */
  readonly presigns: boolean;
};

export type ContractBench = ReturnType<typeof createContractBench>;

let names = 0;

/** What the tests of the contract do again and again. Buckets have names of their own: servers are shared. */
export function createContractBench(tested: () => StoreUnderTest) {
  const newBucket = async (): Promise<string> => {
    names += 1;
    const bucket = `contract-${process.pid}-${Date.now().toString(36)}-${names}`;
    must(await tested().store.createBucket(bucket));
    return bucket;
  };
  const put = async (bucket: string, key: string, body: string | Uint8Array = key) =>
    must(await tested().store.putSmall(bucket, key, Buffer.from(body), {}));
  const keysIn = async (bucket: string): Promise<string[]> => {
    const keys: string[] = [];
    let continuationToken: string | undefined;
    do {
      const page = must(await tested().store.listPage({ bucket, prefix: '', delimiter: '', continuationToken }));
      keys.push(...page.objects.map((object) => object.key));
      continuationToken = page.continuationToken ?? undefined;
    } while (continuationToken !== undefined);
    return keys;
  };
  const upload = async (bucket: string, key: string, bodies: readonly Uint8Array[]) => {
    const { uploadId, keepsChecksum } = must(
      await tested().store.createMultipart(bucket, key, {
        contentType: 'text/x-parts',
        metadata: { made: 'in-parts' },
      }),
    );
    const parts: { partNumber: number; etag: string; crc32?: string }[] = [];
    for (const [index, body] of bodies.entries()) {
      const crc = keepsChecksum ? crcOf(body) : null;
      const sent = must(await tested().sendPart({ bucket, key, uploadId, partNumber: index + 1, body, crc32: crc }));
      parts.push({ partNumber: index + 1, etag: sent.etag, ...(crc === null ? {} : { crc32: crc }) });
    }
    return { uploadId, keepsChecksum, parts };
  };
  return { newBucket, put, keysIn, upload };
}

export function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${JSON.stringify(result.error)}`);
  return result.value;
}

export function fail(result: Result<unknown>): AppError {
  if (result.ok) throw new Error('It was expected to fail');
  return result.error;
}

export async function whole(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export function patterned(sizeBytes: number): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  for (let index = 0; index < sizeBytes; index += 4096) bytes.writeUInt8((index / 4096) % 251, index);
  return bytes;
}

export async function* inChunks(bytes: Buffer, chunkBytes: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.byteLength; from += chunkBytes) yield bytes.subarray(from, from + chunkBytes);
}

export function md5(body: string | Uint8Array): string {
  return createHash('md5').update(body).digest('hex');
}

export function crcOf(bytes: Uint8Array): string {
  return crc32ToBase64(crc32(bytes));
}

export function byUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
