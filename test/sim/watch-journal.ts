import { numberedName } from '../../main/transfers/free-name.ts';
import type { AppError, ErrorCode } from '../../shared/errors.ts';
import type { FileRecord, JobRecord } from '../../main/transfers/journal.ts';
import { isDurable, isLeftOut, type Placements } from './copies.ts';
import type { JournalWatch } from './journal.ts';
import { isExcused } from './watch-objects.ts';
import { describeFile, endsOf, type JournaledFile, sameBytes, sourceVersions, targetOf, type World } from './world.ts';

const passing: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'BadDigest',
  'ConnectionReset',
  'EndpointUnreachable',
  'HostNotFound',
  'InternalError',
  'RequestTimeTooSkewed',
  'ResponseTruncated',
  'SlowDown',
  'Stalled',
]);

/** The rules for what the journal says, each checked when it is on the disk. */
export function watchJournal(world: World, placements: Placements): JournalWatch {
  const isSource = (found: JournaledFile, bytes: Uint8Array) =>
    sourceVersions(world, found).some((version) => sameBytes(version.bytes, bytes)) || isExcused(world, found, bytes);

  function checkDownload(found: JournaledFile): void {
    const path = targetOf(found.file);
    const there = world.disk.names.get(path);
    if (found.file.source.endsWith('/') && found.file.fingerprint.sizeBytes === 0) return;
    const since = world.jobBornStep.get(found.job.id) ?? 0;
    const placed = (placements.get(path) ?? []).filter(({ step }) => step >= since);
    if (!placed.some(({ bytes }) => isSource(found, bytes)))
      return world.violate(`[T12] done, but never placed whole: ${describeFile(found)}`);
    const isPresent = placed.some(({ inode, bytes }) => inode === there && inode.bytes === bytes);
    // Another job may have replaced it just now, not for good yet: then this one's is what a power cut leaves.
    if (isPresent && !placed.some(({ bytes }) => isDurable(world, path, bytes)))
      world.violate(`[T14] done, but a power cut would take it away: ${describeFile(found)}`);
  }

  function checkObject(found: JournaledFile): void {
    const { target } = endsOf(world, found.job);
    const key = targetOf(found.file);
    if (target === null || key.endsWith('/')) return;
    const since = world.jobBornStep.get(found.job.id) ?? 0;
    // Of what is in the way of a write nobody can tell who put it there, and when, if it is the same ([T6]).
    const versions = target.server
      .versionsOf(target.bucket, key)
      .filter(({ bornStep, goneStep }) => bornStep >= since || goneStep === null || goneStep >= since);
    const isThere = versions.some(
      (version) =>
        isSource(found, version.bytes) ||
        (version.by === 'engine' && version.isTainted && found.file.verification === 'size'),
    );
    if (!isThere) world.violate(`[T7] done, but never written whole: ${describeFile(found)}`);
  }

  /** [T62] What may succeed later was tried again: the SDK alone does so three times. */
  function checkTries(file: FileRecord, error: AppError): void {
    if (!passing.has(error.code)) return;
    const { network } = world;
    // Names that were looked at for keep-both, and not chosen yet.
    const others = [2, 3, 4].map((number) => numberedName(file.target, number, '/'));
    const failures = [...new Set([file.source, targetOf(file), ...others])]
      .map((key) => network.failuresOf(key))
      .reduce((sum, count) => sum + count);
    if (failures < 3) world.violate(`[T62] given up after ${failures} failures: ${error.code} ${file.source}`);
  }

  /** [T10] A temporary file is in the journal for as long as it is there, and in that of a file that is not done. */
  function checkTemp(file: FileRecord, before: FileRecord): void {
    const path = before.tempPath;
    if (path === null || !world.disk.names.has(path)) return;
    if (file.tempPath !== path || file.state === 'done' || file.state === 'skipped')
      world.violate(`[T10] ${path} is there and forgotten`);
  }

  /** [T20] [T69] What is skipped is there already, or is what nobody wants there. */
  function checkSkipped(found: JournaledFile): void {
    const { job, file } = found;
    if ((file.answer ?? job.answerForAll ?? job.request.conflict) === 'skip') return;
    if (!job.request.skipSame || !isLeftOut(world, found))
      world.violate(`[T69] skipped, and the same is not there: ${describeFile(found)}`);
  }

  return {
    onJobCreated(job: JobRecord) {
      world.jobBornStep.set(job.id, world.scheduler.steps);
      if (job.request.kind !== 'upload' || !job.request.fromSpool) return;
      for (const item of job.request.items) if ('file' in item) world.spooled.add(item.file);
    },
    onFileChanged(job: JobRecord, file: FileRecord, before: FileRecord) {
      checkTemp(file, before);
      if (file.uploadId !== null) world.journaledUploads.add(file.uploadId);
      if (file.state === 'failed' && before.state !== 'failed' && file.error !== null) checkTries(file, file.error);
      if (file.state === 'skipped' && before.state !== 'skipped') checkSkipped({ job, file });
      if (file.error?.code === 'UnexpectedFailure') world.violate(`unexpected: ${file.error.cause ?? ''}`);
    },
    onFileDone(job, file) {
      const found = { job, file };
      world.filesDone += 1;
      const { target } = endsOf(world, job);
      if (target !== null) world.doneAt.add(`${target.server.name} ${target.bucket}/${targetOf(file)}`);
      if (file.verification === null) world.violate(`[T7] done, but not verified: ${describeFile(found)}`);
      if (job.request.kind === 'download') checkDownload(found);
      else checkObject(found);
    },
  };
}
