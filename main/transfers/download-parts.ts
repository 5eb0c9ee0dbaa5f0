import type { Verification } from '../../shared/domain/transfer.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { sameEtag } from '../s3/etag.ts';
import { attributesOf, type FileAttributes } from '../s3/file-attributes.ts';
import type { StoredObject } from '../s3/object-store.ts';
import { verifyDownload } from './download-check.ts';
import { objectFingerprint, versionOf } from './fingerprint.ts';
import { countingBytes, headSource, sourceContext } from './job-requests.ts';
import type { FileRecord, PartRecord } from './journal.ts';
import { type PlannedPart, planParts } from './part-plan.ts';
import { type CheckPlan, planCheck, proveRanges } from './range-proof.ts';
import { withRetries } from './retry.ts';
import { runParts } from './run-parts.ts';
import type { RunningJob } from './running-job.ts';

const stageMemoryBytes = 1024 * 1024;

/** All of an object in a temporary file, verified, not yet named. */
export type ReceivedFile = {
  readonly tempPath: string;
  readonly verification: Verification;
  readonly attributes: FileAttributes;
};

/** A big object in ranges, several at once, resumed from the parts that are on the disk; verified, not yet named. */
export async function receiveParts(
  job: RunningJob,
  file: FileRecord,
  makeTemp: () => Promise<Result<string>>,
): Promise<Result<ReceivedFile>> {
  if (job.request.kind !== 'download') throw new Error('not a download');
  const { journal, transport, files } = job.ports;
  const { fingerprint } = file;
  const sizeBytes = fingerprint.sizeBytes;
  const head = await headSource(job, file.source, job.signal, versionOf(file));
  if (!head.ok) return head;
  if (
    head.value.sizeBytes !== sizeBytes ||
    (fingerprint.type === 'object' && fingerprint.etag !== null && !sameEtag(head.value.etag, fingerprint.etag))
  ) {
    return err(appError('SourceChanged', { key: file.source }));
  }
  const check = planCheck(head.value, sizeBytes, job.ports.partSizes);

  // Listed without an ETag: what is on the disk may be of another version, and from now on it must be told.
  const isUnknown = fingerprint.type === 'object' && fingerprint.etag === null && head.value.etag !== null;
  if (isUnknown) {
    const forgotten = await journal.clearParts(file.id);
    if (!forgotten.ok) return forgotten;
    const noted = await journal.updateFile(file.id, {
      fingerprint: objectFingerprint({ ...head.value, pinnedVersionId: versionOf(file).versionId }),
    });
    if (!noted.ok) return noted;
  }

  const resumed = isUnknown ? ok(null) : await partsOnDisk(job, file, file.tempPath, check);
  if (!resumed.ok) return resumed;
  let tempPath = resumed.value === null ? null : file.tempPath;
  if (tempPath === null) {
    const cleared = await journal.clearParts(file.id);
    if (!cleared.ok) return cleared;
    if (file.tempPath !== null) {
      // Forgotten only once it is gone.
      const removed = await files.remove(file.tempPath);
      if (!removed.ok) return removed;
    }
    const temp = await makeTemp();
    if (!temp.ok) return temp;
    tempPath = temp.value;
    const noted = await journal.updateFile(file.id, { partBytes: check.partBytes });
    if (!noted.ok) return noted;
  }
  const filePath = tempPath;
  const plan = planParts(sizeBytes, check.partBytes);
  const have = new Map((resumed.value ?? []).map((part) => [part.partNumber, part]));
  for (const part of have.values()) job.addResumedBytes(file.id, part.sizeBytes);

  const receive = async (part: PlannedPart): Promise<Result<void>> => {
    const received = await withRetries(sourceContext(job), (target) =>
      countingBytes(job, file, (onBytes) =>
        transport.receive(
          {
            target,
            key: file.source,
            ...versionOf(file),
            ifMatch: head.value.etag,
            filePath,
            makesFile: false,
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
  if (!verified.ok) return verified;
  const attributes = attributesOf(head.value.metadata, head.value.lastModified);
  return ok({ tempPath: filePath, verification: verified.value, attributes });
}

/** The journaled parts whose bytes are really in the file there; null when there is nothing to go on with. */
export async function partsOnDisk(
  job: RunningJob,
  file: FileRecord,
  filePath: string | null,
  check: CheckPlan,
): Promise<Result<PartRecord[] | null>> {
  const { journal, files, transport } = job.ports;
  const { partBytes } = file;
  if (filePath === null || partBytes !== check.partBytes) return ok(null);
  const info = await files.stat(filePath);
  if (!info.ok || info.value.sizeBytes !== file.fingerprint.sizeBytes) return ok(null);
  const plan = planParts(file.fingerprint.sizeBytes, partBytes);
  const parts: PartRecord[] = [];
  for (const part of journal.parts(file.id)) {
    const planned = plan[part.partNumber - 1];
    if (!planned || check.rangeDigests.some((name) => part.digests[name] === undefined)) continue;
    const range = { filePath, offset: planned.offset, sizeBytes: planned.sizeBytes };
    const read = await transport.digest(range, ['crc32'], job.signal);
    if (!read.ok) return read;
    if (read.value.digests.crc32 === part.digests['crc32']) parts.push(part);
  }
  return ok(parts);
}

/** How far what the file there holds, in these parts, is proven to be the object. */
export async function verifyWhole(
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
  return proveRanges(check, stored, parts, file.source);
}
