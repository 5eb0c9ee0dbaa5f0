import { createDigest } from '../../main/checksums/digest.ts';
import type { RangeDigest, RangeTransport } from '../../main/s3/data-plane/transport.ts';
import { digestsFor } from '../../main/s3/data-plane/receive-range.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok } from '../../shared/result.ts';
import type { MemoryFiles } from './memory-files.ts';
import type { MemoryObjectStore } from './memory-object-store.ts';

function digest(name: RangeDigest, bytes: Uint8Array): string {
  const one = createDigest(name);
  one.update(bytes);
  return one.digestBase64();
}

const digestsOf = (names: Iterable<RangeDigest>, bytes: Uint8Array) =>
  Object.fromEntries(Array.from(names, (name) => [name, digest(name, bytes)]));

/** RangeTransport between MemoryFiles and a MemoryObjectStore. */
export function createMemoryTransport(files: MemoryFiles, store: MemoryObjectStore): RangeTransport {
  return {
    async send({ target, key, filePath, offset, sizeBytes, as, withMd5 }) {
      const bytes = files.entries.get(filePath)?.bytes.slice(offset, offset + sizeBytes);
      if (bytes?.length !== sizeBytes) return err(appError('SourceChanged', { path: filePath }));
      const crc32 = digest('crc32', bytes);
      const md5 = withMd5 ? Buffer.from(digest('md5', bytes), 'base64').toString('hex') : null;
      if (as.type === 'part') {
        const sent = await store.sendPart({
          bucket: target.bucket,
          key,
          uploadId: as.uploadId,
          partNumber: as.partNumber,
          body: bytes,
          crc32,
        });
        return sent.ok ? ok({ etag: sent.value.etag, crc32, serverCrc32: crc32, md5, versionId: null }) : sent;
      }
      const { ifMatch, ifNoneMatch, ...headers } = as;
      const stored = await store.putSmall(target.bucket, key, bytes, headers, { ifMatch, ifNoneMatch });
      return stored.ok
        ? ok({
            etag: stored.value.etag,
            crc32,
            serverCrc32: stored.value.checksums['crc32'] ?? null,
            md5,
            versionId: null,
          })
        : stored;
    },
    async receive({ target, key, ifMatch, filePath, offset, sizeBytes, digests, digestsAsStored }) {
      const head = await store.head(target.bucket, key);
      if (!head.ok) return head;
      const bytes = store.getRange(target.bucket, key, offset, sizeBytes, ifMatch);
      if (!bytes.ok) return bytes;
      const file = files.entries.get(filePath);
      if (!file) return err(appError('FileNotFound', { path: filePath }));
      file.bytes.set(bytes.value, offset);
      const names = new Set([...digests, ...(digestsAsStored ? digestsFor(head.value) : [])]);
      return ok({ digests: digestsOf(names, bytes.value), stored: head.value, totalBytes: head.value.sizeBytes });
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
