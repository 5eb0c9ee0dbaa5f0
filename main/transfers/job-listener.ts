import type { EngineEvent } from '../../shared/contract/events.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import type { ConnectionId } from '../../shared/domain/ids.ts';
import type { FileState } from '../../shared/domain/transfer.ts';
import { addCounts, fileView, type LiveJob } from './live-job.ts';
import { ask } from './open-questions.ts';
import type { JobListener } from './run-job.ts';
import { patchOf } from './run-job.ts';
import { countOfVerification, type FileRecord, stateWhenPlanned } from './journal.ts';
import type { FileOutcome } from './running-job.ts';

/** Files at least this big show up while they move; smaller ones are done before anyone could look. */
const shownBytes = 1024 * 1024;
const changedFoldersDelayMs = 1000;
const maxChangedFolders = 50;

type Place = { readonly connectionId: ConnectionId; readonly bucket: string };

/** Keeps the list's picture of a running job true, and tells of it. */
export function createJobListener(options: {
  readonly job: LiveJob;
  readonly clock: Clock;
  readonly emit: (event: EngineEvent) => void;
  readonly changed: () => void;
  /** A server has answered. */
  readonly onAnswer: () => void;
}): JobListener & { end(): void } {
  const { job, clock, emit, changed, onAnswer } = options;
  const { request } = job.record;
  /** Folders by the bucket they are in, at both ends of a move. */
  const changedFolders = new Map<string, { readonly place: Place; readonly prefixes: Set<string> }>();
  let cancelTimer: (() => void) | null = null;

  function tellFolders(): void {
    cancelTimer?.();
    cancelTimer = null;
    for (const { place, prefixes } of changedFolders.values()) {
      const told = prefixes.size > maxChangedFolders ? [''] : prefixes;
      for (const prefix of told) emit({ type: 'objects.changed', ...place, prefix });
    }
    changedFolders.clear();
  }

  function noteFolder(place: Place, key: string): void {
    const id = `${place.connectionId} ${place.bucket}`;
    let folders = changedFolders.get(id);
    if (!folders) changedFolders.set(id, (folders = { place, prefixes: new Set() }));
    folders.prefixes.add(key.slice(0, key.lastIndexOf('/') + 1));
    cancelTimer ??= clock.setTimer(changedFoldersDelayMs, tellFolders);
  }

  function noteChanges(file: FileRecord, isWritten: boolean): void {
    const { connectionId, bucket } = request;
    const target = file.savedAs ?? file.target;
    if (isWritten && request.kind === 'upload') noteFolder({ connectionId, bucket }, target);
    if (isWritten && request.kind === 'copy')
      noteFolder({ connectionId: request.toConnectionId ?? connectionId, bucket: request.toBucket }, target);
    if (request.kind !== 'upload' && request.removeSource) noteFolder({ connectionId, bucket }, file.source);
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
      if (request.kind !== 'upload') onAnswer();
      let bytesTotal = 0;
      for (const file of files) bytesTotal += file.fingerprint.sizeBytes;
      const count = (state: FileState) => files.filter((file) => stateWhenPlanned(file) === state).length;
      const counts = { filesFailed: count('failed'), filesSkipped: count('skipped') };
      job.record = addCounts(job.record, { filesTotal: files.length, bytesTotal, ...counts });
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
      if (outcome.type !== 'stopped' && outcome.type !== 'failed') onAnswer();
      job.activeFiles.delete(file.id);
      job.fileBytes.delete(file.id);
      job.record = addCounts(job.record, countsOf(file, outcome));
      if (outcome.type === 'waiting') ask(job, outcome.question);
      if (outcome.type === 'done') noteChanges(file, true);
      // [T69] Of a move the source is gone all the same.
      if (outcome.type === 'skipped' && outcome.verification !== undefined) noteChanges(file, false);
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
