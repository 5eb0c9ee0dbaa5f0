import { dirname } from 'node:path';
import type { Verification } from '../../shared/domain/transfer.ts';
import { type AppError, appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { Digests, RangeDigest } from '../s3/data-plane/transport.ts';
import { plainMd5OfEtag, sameEtag } from '../s3/etag.ts';
import type { LookedAtObject, StoredObject } from '../s3/object-store.ts';
import { mayBeSource } from './copy-sources.ts';
import type { FileInfo } from './files/file-info.ts';
import { finishSame } from './finish-file.ts';
import { localFingerprint, modifiedMsOf, sameFingerprint, versionOf } from './fingerprint.ts';
import { headSource, headTarget } from './job-requests.ts';
import type { FileRecord, PartRecord } from './journal.ts';
import { planParts } from './part-plan.ts';
import { planCheck, proveRanges } from './range-proof.ts';
import type { FileOutcome, RunningJob } from './running-job.ts';
import { keptDigests, levelOf, proveSameObjects, strongestDigest } from './same-content.ts';
import type { UploadSource } from './upload-source.ts';

/**
 * [T69] What is there already with the same content is left out. Each answers with what became of the file, or with null:
 * then it is not proven to be the same, and goes on as its conflict policy says. `leave` undoes what was begun for it.
 */
type Leave = () => Promise<Result<void>>;

/** Proven so far, or null for what is not. */
type Proof = Verification | null;

/** The disk, as the gate knows servers: how many files are worth reading at once is found out in the same way. */
const thisComputer = 'this computer';
/** What reading holds (digestRange). */
const readMemoryBytes = 1024 * 1024;

export async function skipSameUpload(
  job: RunningJob,
  file: FileRecord,
  source: Pick<UploadSource, 'confirm'>,
  leave: Leave,
): Promise<Result<FileOutcome | null>> {
  if (!isCompared(job, file)) return ok(null);
  const there = await headTarget(job, file.target);
  if (!there.ok) return unseen(job, there.error);
  const { fingerprint } = file;
  if (there.value.sizeBytes !== fingerprint.sizeBytes) return ok(null);
  // A server on a folder of this computer: what would be deleted may be the object itself.
  const modifiedMs = modifiedMsOf(there.value);
  if (job.request.removeSource && isSameSecond(fingerprint.modifiedMs, modifiedMs)) return ok(null);
  const proof = await proveFile(job, file, file.source, there.value);
  // Compared was what it is now: what was planned is what goes.
  if (!proof.ok || proof.value === null || !(await source.confirm()).ok) return undecided(job);
  return finishLeft(job, file, proof.value, leave);
}

export async function skipSameDownload(
  job: RunningJob,
  file: FileRecord,
  leave: Leave,
): Promise<Result<FileOutcome | null>> {
  if (!isCompared(job, file)) return ok(null);
  const { files } = job.ports;
  const { target } = file;
  const before = await files.stat(target);
  if (!before.ok || before.value.type !== 'file') return ok(null);
  if (before.value.sizeBytes !== file.fingerprint.sizeBytes || mayBeItself(job, file, before.value)) return ok(null);
  // [T73] Nothing is read through a link that leads out of the folder.
  const folder = await job.folders.make(dirname(target));
  const proof = folder.ok ? await proveDownloaded(job, file) : folder;
  const after = await files.stat(target);
  const isSettled = after.ok && sameFingerprint(localFingerprint(before.value), localFingerprint(after.value));
  if (!proof.ok || proof.value === null || !isSettled) return undecided(job);
  if (job.request.removeSource) {
    // Under the name that it has: nothing but its syncs. Nobody knows who wrote it, and whether for good ([T14]).
    const durable = await files.commitTemp(target, target, true, null);
    if (!durable.ok) return undecided(job);
  }
  return finishLeft(job, file, proof.value, leave);
}

/** Only what the servers keep is compared, nothing is read. */
export async function skipSameCopy(
  job: RunningJob,
  file: FileRecord,
  leave: Leave,
): Promise<Result<FileOutcome | null>> {
  const { request } = job;
  if (!isCompared(job, file) || request.kind !== 'copy') return ok(null);
  // What is still to be moved away is no copy that stays ([T54]).
  if (request.removeSource && (await mayBeSource(request, file.target))) return ok(null);
  const there = await headTarget(job, file.target);
  if (!there.ok) return unseen(job, there.error);
  if (there.value.sizeBytes !== file.fingerprint.sizeBytes) return ok(null);
  const source = await headSource(job, file.source);
  if (!source.ok) return unseen(job, source.error);
  if (!isListed(file, source.value)) return ok(null);
  const proof = source.value.sizeBytes === 0 ? 'size' : proveSameObjects(source.value, there.value);
  return proof === null ? ok(null) : finishLeft(job, file, proof, leave);
}

/** What a person has answered about it, or the name that it got beside what is there, is what became of a comparison. */
function isCompared({ request }: RunningJob, { answer, savedAs }: FileRecord): boolean {
  return request.skipSame && answer === null && savedAs === null;
}

async function finishLeft(
  job: RunningJob,
  file: FileRecord,
  proof: Verification,
  leave: Leave,
): Promise<Result<FileOutcome>> {
  const isBegun = file.uploadId !== null || file.tempPath !== null;
  const left = isBegun ? await leave() : ok();
  return left.ok ? ok(await finishSame(job, file, proof)) : left;
}

/** Nothing is there, or it may not be looked at. Anything that may pass is no answer. */
function unseen(job: RunningJob, error: AppError): Result<null> {
  return error.retry === 'no' ? undecided(job) : err(error);
}

/** Not the same, unless it is only that nobody waits for the answer any more. */
function undecided({ signal }: RunningJob): Result<null> {
  return signal.aborted ? err(appError('Cancelled')) : ok(null);
}

function isListed({ fingerprint }: FileRecord, now: LookedAtObject): boolean {
  if (fingerprint.type !== 'object' || fingerprint.sizeBytes !== now.sizeBytes) return false;
  return fingerprint.etag === null || sameEtag(fingerprint.etag, now.etag);
}

function isSameSecond(a: number | null | undefined, b: number | null | undefined): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return false;
  return Math.floor(a / 1000) === Math.floor(b / 1000);
}

/**
 * A move of an object into the file that its server keeps it in would delete both. Such a file is as old as the object, to
 * the fraction of a second that no object tells; one that was downloaded ([T71]) has no fraction.
 */
function mayBeItself({ request }: RunningJob, { fingerprint }: FileRecord, { modifiedMs }: FileInfo): boolean {
  if (!request.removeSource || fingerprint.type !== 'object' || modifiedMs % 1000 === 0) return false;
  return isSameSecond(modifiedMs, fingerprint.modifiedMs);
}

/** By the ETag that was listed, where that is an MD5: whatever it is made of, it is no chance if it is that of the file. */
async function proveDownloaded(job: RunningJob, file: FileRecord): Promise<Result<Proof>> {
  const { fingerprint, target } = file;
  const listed = fingerprint.type === 'object' ? plainMd5OfEtag(fingerprint.etag) : null;
  if (listed !== null || fingerprint.sizeBytes === 0) {
    const proof = await proveFile(job, file, target, { ...nothingKept, etag: listed });
    if (!proof.ok || proof.value !== null) return proof;
  }
  const head = await headSource(job, file.source, job.signal, versionOf(file));
  if (!head.ok) return head;
  // What it is not has been seen above.
  const isOther = listed !== null && head.value.etagIsMd5;
  return isOther || !isListed(file, head.value) ? ok(null) : proveFile(job, file, target, head.value);
}

const nothingKept: StoredObject = {
  etag: null,
  checksums: {},
  checksumType: null,
  versionId: null,
  etagIsMd5: true,
};

/** Whether the local file has the bytes of an object of its size, by what the server keeps of that. */
async function proveFile(
  job: RunningJob,
  file: FileRecord,
  filePath: string,
  stored: StoredObject,
): Promise<Result<Proof>> {
  const { sizeBytes } = file.fingerprint;
  if (sizeBytes === 0) return ok('size');
  const kept = keptDigests(stored);
  const name = strongestDigest(kept);
  if (name !== null) {
    const read = await readDigest(job, file, { filePath, offset: 0, sizeBytes }, name);
    return read.ok ? ok(read.value.digests[name] === kept[name] ? levelOf(name) : null) : read;
  }
  const check = planCheck(stored, sizeBytes, job.ports.partSizes);
  return check.multipartMd5 ? proveParts(job, file, filePath, stored, check) : ok(null);
}

/** By the ETag of an upload in parts, if they were of the size that is guessed. */
async function proveParts(
  job: RunningJob,
  file: FileRecord,
  filePath: string,
  stored: StoredObject,
  check: ReturnType<typeof planCheck>,
): Promise<Result<Proof>> {
  const parts: PartRecord[] = [];
  for (const { partNumber, offset, sizeBytes } of planParts(file.fingerprint.sizeBytes, check.partBytes)) {
    const read = await readDigest(job, file, { filePath, offset, sizeBytes }, 'md5');
    if (!read.ok) return read;
    const { md5 = '' } = read.value.digests;
    parts.push({ partNumber, sizeBytes, etag: null, digests: { md5 } });
  }
  const proven = proveRanges(check, stored, parts, file.source);
  return proven.ok && proven.value === 'size' ? ok(null) : proven;
}

/** In turn with the requests of all jobs, whose bandwidth it does not take. */
async function readDigest(
  { id, maxInFlight, ports, signal }: RunningJob,
  file: FileRecord,
  range: { readonly filePath: string; readonly offset: number; readonly sizeBytes: number },
  name: RangeDigest,
): Promise<Result<Digests>> {
  const needs = { bytes: range.sizeBytes, memoryBytes: readMemoryBytes, maxInFlight, host: thisComputer };
  const read = await ports.gate.run({ ...needs, jobId: id, fileId: file.id }, signal, () =>
    ports.transport.digest(range, [name], signal),
  );
  return read ?? err(appError('Cancelled'));
}
