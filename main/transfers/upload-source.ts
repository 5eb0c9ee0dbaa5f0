import type { Verification } from '../../shared/domain/transfer.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { Digests, RangeDigest, RangeSent, SendTo } from '../s3/data-plane/transport.ts';
import { maxHeldBytes } from '../s3/data-plane/send-range.ts';
import { attributeMetadata } from '../s3/file-attributes.ts';
import type { ObjectHeaders } from '../s3/object-store.ts';
import { contentTypeOf } from './content-type.ts';
import { localFingerprint, sameFingerprint } from './fingerprint.ts';
import { countingBytes, targetContext } from './job-requests.ts';
import type { FileRecord, Fingerprint, PartRecord } from './journal.ts';
import { partBytesFor } from './part-plan.ts';
import { withRetries } from './retry.ts';
import type { RunningJob } from './running-job.ts';

export type UploadTo = Omit<SendTo, 'target'>;

/** Where the bytes of an upload come from: a file of this machine, or an object on another server. */
export type UploadSource = {
  readonly headers: ObjectHeaders;
  /** Of all parts but the last, of an upload that is begun now. */
  readonly partBytes: number;
  /** Memory that a request of this size holds. */
  heldBytes(sizeBytes: number): number;
  /** Digests that the parts must have beside their CRC32 for `proofOf`. */
  readonly digests: readonly RangeDigest[];
  /** Those of the whole that can be told without sending it; of a local file, what its bytes are now. */
  digest(names: readonly RangeDigest[]): Promise<Result<Partial<Record<RangeDigest, string>>>>;
  /** One range, retried. */
  send(
    range: { readonly offset: number; readonly sizeBytes: number },
    to: UploadTo,
  ): Promise<Result<RangeSent & Partial<Digests>>>;
  /** After the last byte was read, before there is an object: SourceChanged when it is not what it was. */
  confirm(): Promise<Result<void>>;
  /** How far the bytes that were read are proven to be the source's; ChecksumMismatch when they are not. */
  proofOf(parts: readonly PartRecord[]): Result<Verification>;
};

/** A local file: what was read from the disk is what it is. */
export function localSource(job: RunningJob, file: FileRecord): UploadSource {
  const { files, partSizes, transport } = job.ports;
  const { fingerprint, source: filePath } = file;
  return {
    headers: { contentType: contentTypeOf(filePath), ...metadataOf(job, fingerprint) },
    partBytes: partBytesFor(fingerprint.sizeBytes, partSizes),
    digests: [],
    heldBytes: (sizeBytes) => Math.min(sizeBytes, maxHeldBytes),
    async digest(names) {
      if (names.length === 0) return ok({});
      const read = await transport.digest({ filePath, offset: 0, sizeBytes: fingerprint.sizeBytes }, names, job.signal);
      return read.ok ? ok(read.value.digests) : read;
    },
    send(range, to) {
      // Read in one go: compared before it is sent, so that no mix of two versions ever becomes the object.
      const expected = to.as.type === 'object' && fingerprint.type === 'local' ? fingerprint : undefined;
      return withRetries(targetContext(job), (target) =>
        countingBytes(job, file, (onBytes) =>
          transport.send({ ...range, ...to, target, filePath, expected }, { signal: job.signal, onBytes }),
        ),
      );
    },
    async confirm() {
      const after = await files.stat(filePath);
      if (!after.ok) return after;
      return sameFingerprint(fingerprint, localFingerprint(after.value))
        ? ok()
        : err(appError('SourceChanged', { path: filePath }));
    },
    proofOf: () => ok('checksum'),
  };
}

/** [T70] Of the version that is sent. What a browser sent has been a file only in between. */
function metadataOf({ request }: RunningJob, fingerprint: Fingerprint): Pick<ObjectHeaders, 'metadata'> {
  if (request.kind !== 'upload' || !request.preserve || request.fromSpool || fingerprint.type !== 'local') return {};
  return { metadata: attributeMetadata(fingerprint) };
}

const strength: Record<Verification, number> = { size: 0, md5: 1, checksum: 2 };

/** What two steps one after the other prove. Pure. */
export function weaker(a: Verification, b: Verification): Verification {
  return strength[a] < strength[b] ? a : b;
}
