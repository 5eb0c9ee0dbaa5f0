import type { Verification } from '../../shared/domain/transfer.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { combineCrc } from '../checksums/combine-crc.ts';
import { isCrcAlgorithm } from '../checksums/digest.ts';
import type { RangeDigest } from '../s3/data-plane/transport.ts';
import { multipartEtag, partCountOfEtag, plainMd5OfEtag, sameEtag } from '../s3/etag.ts';
import type { StoredObject } from '../s3/object-store.ts';
import { verifyDownload } from './download-check.ts';
import { countingBytes, retryContext } from './job-requests.ts';
import type { FileRecord, PartRecord } from './journal.ts';
import {
  guessPartBytes,
  partBytesFor,
  type PartSizes,
  type PlannedPart,
  planParts,
  standardPartSizes,
} from './part-plan.ts';
import { withBackoff, withRetries } from './retry.ts';
import { runParts } from './run-parts.ts';
import type { RunningJob } from './running-job.ts';

const stageMemoryBytes = 1024 * 1024;

/**
 * How a big object is checked. parts: the digests of its ranges are combined, nothing is read twice. file: the
 * finished file is read once more. Pure.
 */
export type CheckPlan = {
  readonly partBytes: number;
  readonly rangeDigests: readonly RangeDigest[];
  readonly fileDigest: RangeDigest | null;
  readonly multipartMd5: boolean;
};

export function planCheck(stored: StoredObject, sizeBytes: number, sizes: PartSizes = standardPartSizes): CheckPlan {
  const partBytes = partBytesFor(sizeBytes, sizes);
  // CRC32 of each range is always kept: after a crash it tells whether a part really reached the disk.
  const base = { partBytes, rangeDigests: ['crc32'] as RangeDigest[], fileDigest: null, multipartMd5: false };
  if (stored.checksumType === 'FULL_OBJECT') {
    const algorithms = Object.keys(stored.checksums) as RangeDigest[];
    const crc = algorithms.find(isCrcAlgorithm);
    if (crc !== undefined) return { ...base, rangeDigests: crc === 'crc32' ? ['crc32'] : ['crc32', crc] };
    return { ...base, fileDigest: algorithms[0] ?? null };
  }
  if (!stored.etagIsMd5) return base;
  if (plainMd5OfEtag(stored.etag) !== null) return { ...base, fileDigest: 'md5' };
  const partCount = partCountOfEtag(stored.etag);
  const guessed = partCount === null ? null : guessPartBytes(sizeBytes, partCount, sizes);
  if (guessed === null) return base;
  return { ...base, partBytes: guessed, rangeDigests: ['crc32', 'md5'], multipartMd5: true };
}

/** A big object in ranges, several at once, resumed from the parts that are on the disk; verified, not yet named. */
export async function receiveParts(
  job: RunningJob,
  file: FileRecord,
  makeTemp: () => Promise<Result<string>>,
): Promise<Result<{ readonly tempPath: string; readonly verification: Verification }>> {
  if (job.request.kind !== 'download') throw new Error('not a download');
  const { bucket } = job.request;
  const { journal, transport, files } = job.ports;
  const { fingerprint } = file;
  const sizeBytes = fingerprint.sizeBytes;
  const head = await withBackoff(retryContext(job, bucket), () =>
    job.connection.store.head(bucket, file.source, job.signal),
  );
  if (!head.ok) return head;
  if (
    head.value.sizeBytes !== sizeBytes ||
    (fingerprint.type === 'object' && fingerprint.etag !== null && !sameEtag(head.value.etag, fingerprint.etag))
  ) {
    return err(appError('SourceChanged', { key: file.source }));
  }
  const check = planCheck(head.value, sizeBytes, job.ports.partSizes);

  const resumed = await partsOnDisk(job, file, check);
  if (!resumed.ok) return resumed;
  let tempPath = resumed.value?.tempPath;
  if (tempPath === undefined) {
    const cleared = await journal.clearParts(file.id);
    if (!cleared.ok) return cleared;
    if (file.tempPath !== null) await files.remove(file.tempPath);
    const temp = await makeTemp();
    if (!temp.ok) return temp;
    tempPath = temp.value;
    const noted = await journal.updateFile(file.id, { partBytes: check.partBytes });
    if (!noted.ok) return noted;
  }
  const filePath = tempPath;
  const plan = planParts(sizeBytes, check.partBytes);
  const have = new Map((resumed.value?.parts ?? []).map((part) => [part.partNumber, part]));
  for (const part of have.values()) job.addResumedBytes(file.id, part.sizeBytes);

  const receive = async (part: PlannedPart): Promise<Result<void>> => {
    const received = await withRetries(retryContext(job, bucket), (target) =>
      countingBytes(job, file, (onBytes) =>
        transport.receive(
          {
            target,
            key: file.source,
            ifMatch: head.value.etag,
            filePath,
            offset: part.offset,
            sizeBytes: part.sizeBytes,
            digests: check.rangeDigests,
            digestsAsStored: false,
          },
          { signal: job.signal, onBytes },
        ),
      ),
    );
    if (!received.ok) return received;
    const digests: Record<string, string> = {};
    for (const [name, value] of Object.entries(received.value.digests)) if (value !== undefined) digests[name] = value;
    const record: PartRecord = { partNumber: part.partNumber, sizeBytes: part.sizeBytes, etag: null, digests };
    have.set(part.partNumber, record);
    return journal.savePart(file.id, record);
  };
  const missing = plan.filter((part) => !have.has(part.partNumber));
  const done = await runParts(job, file, missing, () => stageMemoryBytes, receive);
  if (!done.ok) return done;

  const info = await files.stat(filePath);
  if (!info.ok) return info;
  if (info.value.sizeBytes !== sizeBytes) {
    return err(
      appError('SizeMismatch', { key: file.source, expectedBytes: sizeBytes, actualBytes: info.value.sizeBytes }),
    );
  }
  const parts = plan.flatMap((part) => have.get(part.partNumber) ?? []);
  const verified = await verifyWhole(job, file, filePath, check, parts, head.value);
  return verified.ok ? ok({ tempPath: filePath, verification: verified.value }) : verified;
}

/** The journaled parts whose bytes are really in the temporary file; null when there is nothing to go on with. */
async function partsOnDisk(
  job: RunningJob,
  file: FileRecord,
  check: CheckPlan,
): Promise<Result<{ tempPath: string; parts: PartRecord[] } | null>> {
  const { journal, files, transport } = job.ports;
  const { tempPath, partBytes } = file;
  if (tempPath === null || partBytes !== check.partBytes) return ok(null);
  const info = await files.stat(tempPath);
  if (!info.ok || info.value.sizeBytes !== file.fingerprint.sizeBytes) return ok(null);
  const plan = planParts(file.fingerprint.sizeBytes, partBytes);
  const parts: PartRecord[] = [];
  for (const part of journal.parts(file.id)) {
    const planned = plan[part.partNumber - 1];
    if (!planned || check.rangeDigests.some((name) => part.digests[name] === undefined)) continue;
    const range = { filePath: tempPath, offset: planned.offset, sizeBytes: planned.sizeBytes };
    const read = await transport.digest(range, ['crc32'], job.signal);
    if (!read.ok) return read;
    if (read.value.digests.crc32 === part.digests['crc32']) parts.push(part);
  }
  return ok({ tempPath, parts });
}

async function verifyWhole(
  job: RunningJob,
  file: FileRecord,
  filePath: string,
  check: CheckPlan,
  parts: readonly PartRecord[],
  stored: StoredObject,
): Promise<Result<Verification>> {
  const sizeBytes = file.fingerprint.sizeBytes;
  if (check.fileDigest !== null) {
    const read = await job.ports.transport.digest({ filePath, offset: 0, sizeBytes }, [check.fileDigest], job.signal);
    return read.ok ? verifyDownload(stored, read.value.digests, file.source) : read;
  }
  if (check.multipartMd5) {
    const md5s = parts.map((part) => Buffer.from(part.digests['md5'] ?? '', 'base64').toString('hex'));
    // A different part size than the guessed one gives another ETag: that proves nothing either way.
    return ok(sameEtag(stored.etag, multipartEtag(md5s)) ? 'md5' : 'size');
  }
  return verifyDownload(stored, combinedCrcs(parts, check.rangeDigests), file.source);
}

/** The CRCs of the whole from those of its parts, in order. Pure. */
function combinedCrcs(
  parts: readonly PartRecord[],
  names: readonly RangeDigest[],
): Partial<Record<RangeDigest, string>> {
  const combined: Partial<Record<RangeDigest, string>> = {};
  for (const name of names.filter(isCrcAlgorithm)) {
    let whole: string | null = null;
    for (const part of parts) {
      const own = part.digests[name] ?? '';
      whole = whole === null ? own : combineCrc(name, whole, own, part.sizeBytes);
    }
    if (whole !== null) combined[name] = whole;
  }
  return combined;
}
