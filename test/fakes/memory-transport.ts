import { createDigest } from '../../main/checksums/digest.ts';
import type { DataTarget, RangeDigest, RangeSent, RangeTransport, SendTo } from '../../main/s3/data-plane/transport.ts';
import { digestsFor } from '../../main/s3/digests-for.ts';
import { attributesOf } from '../../main/s3/file-attributes.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { MemoryFiles } from './memory-files.ts';
import type { MemoryObjectStore } from './memory-object-store.ts';

function digest(name: RangeDigest, bytes: Uint8Array): string {
  const one = createDigest(name);
  one.update(bytes);
  return one.digestBase64();
}

const digestsOf = (names: Iterable<RangeDigest>, bytes: Uint8Array) =>
  Object.fromEntries(Array.from(names, (name) => [name, digest(name, bytes)]));

/** As sendBody has it: what is in the way may be its own. */
export function withSums(error: AppError, crc32: string, md5: string | null): Result<never> {
  if (error.code !== 'PreconditionFailed') return err(error);
  return err({ ...error, context: { ...error.context, crc32, ...(md5 === null ? {} : { md5 }) } });
}

/** RangeTransport between MemoryFiles and a MemoryObjectStore; `storeOf` tells several servers apart. */
export function createMemoryTransport(
  files: MemoryFiles,
  store: MemoryObjectStore,
  storeOf: (target: DataTarget) => MemoryObjectStore = () => store,
): RangeTransport {
  const sendBytes = async ({ target, key, as, withMd5 }: SendTo, bytes: Uint8Array): Promise<Result<RangeSent>> => {
    const crc32 = digest('crc32', bytes);
    const md5 = withMd5 ? Buffer.from(digest('md5', bytes), 'base64').toString('hex') : null;
    if (as.type === 'part') {
      const sent = await storeOf(target).sendPart({
        bucket: target.bucket,
        key,
        uploadId: as.uploadId,
        partNumber: as.partNumber,
        body: bytes,
        crc32,
      });
      return sent.ok ? ok({ etag: sent.value.etag, crc32, serverCrc32: crc32, md5, versionId: null }) : sent;
    }
    const { type: _, ifMatch, ifNoneMatch, ...headers } = as;
    const stored = await storeOf(target).putSmall(target.bucket, key, bytes, headers, { ifMatch, ifNoneMatch });
    if (!stored.ok) return withSums(stored.error, crc32, md5);
    const { etag, checksums } = stored.value;
    return ok({ etag, crc32, serverCrc32: checksums['crc32'] ?? null, md5, versionId: null });
  };
  return {
    async send(range) {
      const { filePath, offset, sizeBytes } = range;
      const bytes = files.entries.get(filePath)?.bytes.slice(offset, offset + sizeBytes);
      return bytes?.length === sizeBytes ? sendBytes(range, bytes) : err(appError('SourceChanged', { path: filePath }));
    },
    async relay({ from, offset, sizeBytes, expected, digests, to }) {
      const ofSource = (error: AppError) => err({ ...error, context: { ...error.context, side: 'source' } });
      const { target, key, ifMatch } = from;
      const got = storeOf(target).getRange(target.bucket, key, { offset, sizeBytes, ifMatch });
      if (!got.ok) return ofSource(got.error);
      const bytes = Uint8Array.from(got.value);
      if (bytes.length !== sizeBytes) return ofSource(appError('ResponseTruncated', { key }));
      for (const [algorithm, value] of Object.entries(expected))
        if (digest(algorithm as RangeDigest, bytes) !== value) return ofSource(appError('ChecksumMismatch', { key }));
      const sent = await sendBytes(to, bytes);
      const names = new Set([...digests, ...(Object.keys(expected) as RangeDigest[])]);
      return sent.ok ? ok({ ...sent.value, digests: digestsOf(names, bytes) }) : sent;
    },
    async receive({
      target,
      key,
      versionId,
      ifMatch,
      filePath,
      makesFile,
      offset,
      sizeBytes,
      digests,
      digestsAsStored,
    }) {
      const head = await storeOf(target).head(target.bucket, key, undefined, { versionId });
      if (!head.ok) return head;
      const bytes = storeOf(target).getRange(target.bucket, key, { offset, sizeBytes, ifMatch, versionId });
      if (!bytes.ok) return bytes;
      if (makesFile && !files.entries.has(filePath)) await files.createTemp(filePath, sizeBytes);
      const file = files.entries.get(filePath);
      if (!file) return err(appError('FileNotFound', { path: filePath }));
      file.bytes.set(bytes.value, offset);
      const names = new Set([...digests, ...(digestsAsStored ? digestsFor(head.value) : [])]);
      return ok({
        digests: digestsOf(names, bytes.value),
        stored: head.value,
        totalBytes: head.value.sizeBytes,
        attributes: attributesOf(head.value.metadata, head.value.lastModified),
      });
    },
    async digest({ filePath, offset, sizeBytes }, names) {
      const bytes = files.entries.get(filePath)?.bytes.slice(offset, offset + sizeBytes);
      return bytes?.length === sizeBytes
        ? ok({ digests: digestsOf(names, bytes) })
        : err(appError('SourceChanged', { path: filePath }));
    },
    close: async () => undefined,
  };
}
