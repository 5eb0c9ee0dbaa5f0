import { basename, dirname, join, sep } from 'node:path';
import { type AppError, appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { RangeReceived } from '../s3/data-plane/transport.ts';
import { verifyDownload } from './download-check.ts';
import { type ReceivedFile, receiveParts } from './download-parts.ts';
import { countingBytes, gateRequest, sourceContext } from './job-requests.ts';
import type { FileRecord } from './journal.ts';
import { findNamed } from './find-named.ts';
import { versionOf } from './fingerprint.ts';
import { finishFile, finishVerified } from './finish-file.ts';
import { lookAtSource, withKnownSource } from './look-at-source.ts';
import { withRetries } from './retry.ts';
import { conflictPolicyOf, failed, type FileOutcome, type RunningJob, stopped } from './running-job.ts';
import { skipSameDownload } from './skip-same.ts';
import { decideTarget } from './target-conflict.ts';

/** A download holds this much memory while it is staged for writing. */
const stageMemoryBytes = 1024 * 1024;
const maxRestarts = 3;
const tempEnding = '.brigade-part';

export function downloadBucket(job: RunningJob): string {
  if (job.request.kind !== 'download') throw new Error('not a download');
  return job.request.bucket;
}

/** Downloads one object into a temporary file, verifies it, and gives it its name ([T10]-[T17]). Resumes its parts. */
export async function downloadFile(
  job: RunningJob,
  file: FileRecord,
  /** Journaled for this file just now. */
  freshTemp: string | null = null,
): Promise<FileOutcome> {
  let current = file;
  let temp = freshTemp;
  for (let restart = 0; ; restart += 1) {
    const outcome = await downloadOnce(job, current, temp);
    temp = null;
    if (job.signal.aborted && outcome.type !== 'done') return stopped;
    if (outcome.type !== 'failed') return outcome;
    const { code } = outcome.error;
    const changed = code === 'PreconditionFailed' || code === 'SourceChanged';
    const folderIsGone = code === 'FileNotFound' && restart === 0;
    if (!changed && !folderIsGone && code !== 'ChecksumMismatch' && code !== 'FileExists') return outcome;
    if (folderIsGone) job.folders.forget(dirname(file.target));
    // Bytes that do not fit together are worth nothing, not even to a later retry.
    const again = code === 'FileExists' ? ok() : await startAfresh(job, current, changed);
    if (!again.ok) return failed(again.error);
    if (restart + 1 >= maxRestarts) return outcome;
    const latest = job.ports.journal.file(file.id);
    if (!latest) return outcome;
    current = latest;
  }
}

/** Forgets what has been downloaded, and looks at the object again when it has changed. */
async function startAfresh(job: RunningJob, file: FileRecord, changed: boolean): Promise<Result<void>> {
  const discarded = await discardDownload(job, file);
  if (!discarded.ok || !changed) return discarded;
  const looked = await lookAtSource(job, file);
  return looked.ok ? ok() : looked;
}

/** Removes the temporary file and forgets the parts in it. Idempotent. */
export async function discardDownload(job: RunningJob, file: FileRecord): Promise<Result<void>> {
  const { journal, files } = job.ports;
  const tempPath = journal.file(file.id)?.tempPath ?? file.tempPath;
  if (tempPath !== null) {
    const removed = await files.remove(tempPath);
    if (!removed.ok) return removed;
  }
  const cleared = await journal.clearParts(file.id);
  return cleared.ok ? journal.updateFile(file.id, { tempPath: null, partBytes: null }) : cleared;
}

async function downloadOnce(job: RunningJob, planned: FileRecord, freshTemp: string | null): Promise<FileOutcome> {
  job.resetBytes(planned.id);
  const { files } = job.ports;
  const known = await withKnownSource(job, planned);
  if (!known.ok) return failed(known.error);
  const file = known.value;
  const finished = await finishVerified(job, file);
  if (finished !== null) return finished;
  if (isMarker(file)) return makeMarkedFolder(job, file);
  // A small one that may replace what is there is sooner downloaded than compared.
  if (conflictPolicyOf(job, file) !== 'overwrite' || !isReceivedWhole(job, file)) {
    const named = freshTemp === null ? await findNamed(job, file) : ok(null);
    if (!named.ok) return failed(named.error);
    if (named.value !== null) {
      // In the journal it stays until the file is done.
      const left = file.tempPath === null ? ok() : await files.remove(file.tempPath);
      return left.ok ? finishFile(job, file, named.value) : failed(left.error);
    }
  }

  const same = await skipSameDownload(job, file, () => discardDownload(job, file));
  if (!same.ok) return failed(same.error);
  if (same.value !== null) return same.value;
  const decision = await decideTarget(job, file, (path) => lookAtFile(job, path), {
    source: `${downloadBucket(job)}/${file.source}`,
    target: (path) => path,
    separator: sep,
  });
  if (!decision.ok) return failed(decision.error);
  if (decision.value.type === 'outcome') {
    // Nothing of ours may stay behind; named, so that it is tried again.
    const left = decision.value.outcome.type === 'skipped' ? await discardDownload(job, file) : ok();
    return left.ok ? decision.value.outcome : failed(left.error);
  }
  const { target, replace } = decision.value;
  const isSmall = isReceivedWhole(job, file);
  // Of a small one that is told at the end as well: it is not worth being looked for first.
  if (replace && !isSmall) {
    const there = await files.stat(target);
    if (there.ok && there.value.type === 'folder') return failed(appError('IsADirectory', { path: target }));
    if (there.ok && there.value.type === 'other') return failed(appError('NotAFile', { path: target }));
  }
  const folder = await job.folders.make(dirname(target));
  if (!folder.ok) return failed(folder.error);

  const received = isSmall
    ? await receiveWhole(job, file, target, freshTemp)
    : await receiveParts(job, file, () => makeTemp(job, file, target));
  if (!received.ok) return failed(aboutFolder(received.error));
  const { tempPath, verification, attributes } = received.value;
  const committed = await files.commitTemp(tempPath, target, replace, preserves(job) ? attributes : null);
  if (!committed.ok) return failed(aboutFolder(committed.error));
  return finishFile(job, file, verification);
}

function preserves({ request }: RunningJob): boolean {
  return request.kind === 'download' && request.preserve;
}

/** Nobody has chosen the temporary name: what failed with it is said of the folder that it is in. Pure. */
function aboutFolder(error: AppError): AppError {
  const { path } = error.context;
  if (typeof path !== 'string' || !path.endsWith(tempEnding)) return error;
  return { ...error, context: { ...error.context, path: dirname(path) } };
}

async function makeMarkedFolder(job: RunningJob, file: FileRecord): Promise<FileOutcome> {
  // Made again when somebody has removed it.
  job.folders.forget(file.target);
  const made = await job.folders.make(file.target);
  return made.ok ? finishFile(job, file, 'size') : failed(made.error);
}

async function lookAtFile(job: RunningJob, path: string) {
  const info = await job.ports.files.stat(path);
  if (!info.ok) return info.error.code === 'FileNotFound' ? ok(null) : info;
  // A folder in the way is no conflict that an answer could settle.
  if (info.value.type === 'folder') return err(appError('IsADirectory', { path }));
  return ok({ sizeBytes: info.value.sizeBytes, modifiedMs: info.value.modifiedMs });
}

/** A name beside the target that nothing has: hidden, and short enough for any file system together with the longest. */
function freshTempPath({ ports: { random } }: RunningJob, { id }: FileRecord, target: string): string {
  const tag = Math.floor(random.next() * 36 ** 6)
    .toString(36)
    .padStart(6, '0');
  const stem = Array.from(basename(target)).slice(0, 40).join('');
  return join(dirname(target), `.${stem}.${id}-${tag}${tempEnding}`);
}

/** Journals the name of a temporary file before there is one, so that it can always be found again. */
async function nameTemp(job: RunningJob, file: FileRecord, target: string): Promise<Result<string>> {
  const tempPath = freshTempPath(job, file, target);
  const saved = await job.ports.journal.updateFile(file.id, { tempPath });
  return saved.ok ? ok(tempPath) : saved;
}

/**
 * The same for small files that are about to be downloaded, all at once: one commit for many. Answers with the names by
 * file; those whose place is not certain yet are left out, and so are all when the journal does not take it.
 */
export async function nameTemps(
  job: RunningJob,
  files: readonly FileRecord[],
): Promise<ReadonlyMap<FileRecord['id'], string>> {
  const named = new Map<FileRecord['id'], string>();
  // What may be there already gets none before it has been compared.
  if (job.request.kind !== 'download' || job.request.skipSame) return named;
  const saves: Promise<Result<void>>[] = [];
  for (const file of files) {
    const isSmall = file.fingerprint.type === 'object' && isReceivedWhole(job, file) && !isMarker(file);
    const isCertain = conflictPolicyOf(job, file) === 'overwrite' && file.verification === null;
    if (!isSmall || !isCertain || file.tempPath !== null) continue;
    const tempPath = freshTempPath(job, file, file.savedAs ?? file.target);
    named.set(file.id, tempPath);
    saves.push(job.ports.journal.updateFile(file.id, { tempPath }));
  }
  const saved = await Promise.all(saves);
  return saved.every(({ ok: isSaved }) => isSaved) ? named : new Map();
}

function isReceivedWhole({ ports }: RunningJob, { fingerprint }: FileRecord): boolean {
  return fingerprint.sizeBytes <= ports.partSizes.singleDownloadBytes;
}

/** An empty object whose key ends in `/` is how consoles keep an empty folder. */
function isMarker({ source, fingerprint }: FileRecord): boolean {
  return source.endsWith('/') && fingerprint.sizeBytes === 0;
}

async function makeTemp(job: RunningJob, file: FileRecord, target: string): Promise<Result<string>> {
  const named = await nameTemp(job, file, target);
  if (!named.ok) return named;
  const created = await job.ports.files.createTemp(named.value, file.fingerprint.sizeBytes);
  return created.ok ? named : created;
}

/** A small object in one request; not resumed, so a temporary file left by a crash is removed first. */
async function receiveWhole(
  job: RunningJob,
  file: FileRecord,
  target: string,
  freshTemp: string | null,
): Promise<Result<ReceivedFile>> {
  const { gate, transport } = job.ports;
  const { fingerprint } = file;
  const cleaned = file.tempPath === null ? ok() : await discardDownload(job, file);
  if (!cleaned.ok) return cleaned;
  const temp = freshTemp === null ? await nameTemp(job, file, target) : ok(freshTemp);
  if (!temp.ok) return temp;
  const tempPath = temp.value;
  const turn = gateRequest(job, file, { bytes: fingerprint.sizeBytes, memoryBytes: stageMemoryBytes });
  const received = await gate.run(turn, job.signal, () =>
    withRetries(sourceContext(job), (dataTarget) =>
      countingBytes(job, file, (onBytes) =>
        transport.receive(
          {
            target: dataTarget,
            key: file.source,
            ...versionOf(file),
            ifMatch: fingerprint.type === 'object' ? fingerprint.etag : null,
            filePath: tempPath,
            makesFile: true,
            offset: 0,
            sizeBytes: fingerprint.sizeBytes,
            digests: [],
            digestsAsStored: true,
          },
          { signal: job.signal, onBytes },
        ),
      ),
    ),
  );
  const verified = received?.ok ? verifiedWhole(received.value, file, tempPath) : received;
  if (verified?.ok) return verified;
  const discarded = await discardDownload(job, file);
  if (!verified) return err(appError('ConnectionReset', {}, 'aborted', 'no'));
  return discarded.ok ? verified : discarded;
}

function verifiedWhole(received: RangeReceived, file: FileRecord, tempPath: string): Result<ReceivedFile> {
  const verified = verifyDownload(received.stored, received.digests, file.source);
  return verified.ok ? ok({ tempPath, verification: verified.value, attributes: received.attributes }) : verified;
}
