import type { EngineEvent } from '../../shared/contract/events.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import { addCounts, fileView, type LiveJob } from './live-job.ts';
import type { JobListener } from './run-job.ts';
import { patchOf } from './run-job.ts';
import { countOfVerification, type FileRecord } from './journal.ts';
import type { FileOutcome } from './running-job.ts';

/** Files at least this big show up while they move; smaller ones are done before anyone could look. */
const shownBytes = 1024 * 1024;
const changedFoldersDelayMs = 1000;
const maxChangedFolders = 50;

/** Keeps the list's picture of a running job true, and tells of it. */
export function createJobListener(options: {
  readonly job: LiveJob;
  readonly clock: Clock;
  readonly emit: (event: EngineEvent) => void;
  readonly changed: () => void;
}): JobListener & { end(): void } {
  const { job, clock, emit, changed } = options;
  const { request } = job.record;
  const changedFolders = new Set<string>();
  let cancelTimer: (() => void) | null = null;

  function tellFolders(): void {
    cancelTimer?.();
    cancelTimer = null;
    if (request.kind === 'download' && !request.removeSource) return;
    const bucket = request.kind === 'copy' ? request.toBucket : request.bucket;
    const prefixes = changedFolders.size > maxChangedFolders ? [''] : [...changedFolders];
    for (const prefix of prefixes)
      emit({ type: 'objects.changed', connectionId: request.connectionId, bucket, prefix });
    changedFolders.clear();
  }

  function noteFolder(file: FileRecord): void {
    const key = request.kind === 'download' ? file.source : (file.savedAs ?? file.target);
    changedFolders.add(key.slice(0, key.lastIndexOf('/') + 1));
    cancelTimer ??= clock.setTimer(changedFoldersDelayMs, tellFolders);
  }

  function countsOf(file: FileRecord, outcome: FileOutcome) {
    const bytes = file.fingerprint.sizeBytes;
    switch (outcome.type) {
      case 'done':
        return { filesDone: 1, bytesEnded: bytes, [countOfVerification[outcome.verification]]: 1 };
      case 'skipped':
        return { filesSkipped: 1, bytesEnded: bytes };
      case 'failed':
        return { filesFailed: 1 };
      case 'waiting':
      case 'stopped':
        return {};
    }
  }

  return {
    planned(files) {
      let bytesTotal = 0;
      for (const file of files) bytesTotal += file.fingerprint.sizeBytes;
      const filesFailed = files.filter((file) => file.error !== null).length;
      job.record = addCounts(job.record, { filesTotal: files.length, bytesTotal, filesFailed });
      changed();
    },
    planComplete() {
      job.record = { ...job.record, planned: true };
      changed();
    },
    fileStarted(file) {
      job.activeFiles.set(file.id, file);
      if (file.fingerprint.sizeBytes >= shownBytes) emit({ type: 'transfers.file', file: fileView(job, file) });
    },
    fileEnded(file, outcome) {
      job.activeFiles.delete(file.id);
      job.fileBytes.delete(file.id);
      job.record = addCounts(job.record, countsOf(file, outcome));
      if (outcome.type === 'waiting') job.questions.set(file.id, outcome.question);
      if (outcome.type === 'done') noteFolder(file);
      const ended = outcome.type === 'stopped' ? file : { ...file, ...patchOf(outcome) };
      const small = file.fingerprint.sizeBytes < shownBytes;
      if (!small || outcome.type === 'failed' || outcome.type === 'waiting') {
        emit({ type: 'transfers.file', file: fileView(job, ended) });
      }
      changed();
    },
    end: tellFolders,
  };
}
