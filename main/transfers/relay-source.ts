import type { AppError } from '../../shared/errors.ts';
import { err, ok } from '../../shared/result.ts';
import { digestsFor } from '../s3/digests-for.ts';
import type { RangeDigest } from '../s3/data-plane/transport.ts';
import type { LookedAtObject, StoredObject } from '../s3/object-store.ts';
import { verifyDownload } from './download-check.ts';
import { countingBytes, sourceContext, targetContext } from './job-requests.ts';
import { versionOf } from './fingerprint.ts';
import type { FileRecord } from './journal.ts';
import { minPartBytes, partBytesFor, type PartSizes } from './part-plan.ts';
import { type CheckPlan, planCheck, proveRanges } from './range-proof.ts';
import { withRelayRetries } from './retry.ts';
import type { RunningJob } from './running-job.ts';
import { keptDigests } from './same-content.ts';
import type { UploadSource } from './upload-source.ts';

/** Parts are held in memory: one as big as other tools make them is only taken over up to here. */
const maxPartFactor = 4;

/** The same parts as the source has, where they are of a bearable size: then its multipart ETag can be compared. Pure. */
export function planRelayCheck(stored: StoredObject, sizeBytes: number, sizes: PartSizes): CheckPlan {
  const check = planCheck(stored, sizeBytes, sizes);
  const usual = partBytesFor(sizeBytes, sizes);
  const smallest = Math.min(sizes.partBytes, minPartBytes);
  if (check.partBytes >= smallest && check.partBytes <= Math.max(usual, sizes.partBytes * maxPartFactor)) return check;
  return { ...check, partBytes: usual, multipartMd5: false };
}

/** An object on another server, in the version that was looked at ([T26]). */
export function relaySource(job: RunningJob, file: FileRecord, object: LookedAtObject): UploadSource {
  const { transport, partSizes } = job.ports;
  const sizeBytes = file.fingerprint.sizeBytes;
  const check = planRelayCheck(object, sizeBytes, partSizes);
  const key = file.source;
  return {
    headers: object.headers,
    partBytes: check.partBytes,
    heldBytes: (bytes) => bytes,
    digests: check.rangeDigests.filter((name) => name !== 'crc32'),
    digest: async (names) => ok(storedDigests(object, names)),
    send: (range, to) => {
      const isWhole = to.as.type === 'object';
      return withRelayRetries(sourceContext(job), targetContext(job), (fromTarget, target) =>
        countingBytes(job, file, (onBytes) =>
          transport.relay(
            {
              ...range,
              from: { target: fromTarget, key, ifMatch: object.etag, ...versionOf(file.fingerprint) },
              isWhole,
              expected: isWhole ? storedDigests(object, digestsFor(object)) : {},
              digests: isWhole ? [] : check.rangeDigests,
              to: { ...to, target },
            },
            { signal: job.signal, onBytes },
          ),
        ),
      );
    },
    // Each range was asked for in this version.
    confirm: async () => ok(),
    proofOf(parts) {
      const [only] = parts;
      const proof =
        sizeBytes <= partSizes.singleUploadBytes && only !== undefined
          ? verifyDownload(object, only.digests, key)
          : proveRanges(check, object, parts, key);
      return proof.ok ? proof : err(ofSource(proof.error));
    },
  };
}

function ofSource(error: AppError): AppError {
  return { ...error, context: { ...error.context, side: 'source' } };
}

/** What the source keeps for the whole object, of these. Pure. */
function storedDigests(stored: StoredObject, names: readonly RangeDigest[]): Partial<Record<RangeDigest, string>> {
  const kept = keptDigests(stored);
  return Object.fromEntries(names.flatMap((name) => (kept[name] === undefined ? [] : [[name, kept[name]]])));
}
