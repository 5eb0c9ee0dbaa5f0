import type { JobId } from '../../shared/domain/ids.ts';
import { endedJobStates, type FileState, movingJobStates } from '../../shared/domain/transfer.ts';
import type { TransferJournal } from './journal.ts';
import { type LiveJob, liveJob } from './live-job.ts';

/** The jobs of the journal. What it says was going on was cut off when the last engine ended ([T60]). */
export function restoreJobs(journal: TransferJournal): Map<JobId, LiveJob> {
  const jobs = new Map<JobId, LiveJob>();
  for (const record of journal.jobs()) {
    const cutOff = movingJobStates.includes(record.state);
    const job = liveJob(cutOff ? { ...record, state: 'interrupted' } : record);
    if (!endedJobStates.includes(record.state)) showParts(job, journal);
    jobs.set(record.id, job);
    if (cutOff) void journal.updateJob(record.id, { state: 'interrupted' });
  }
  return jobs;
}

/** A job that does not run shows the parts it would go on from. */
export function showParts(job: LiveJob, journal: TransferJournal): void {
  job.fileBytes.clear();
  for (const [fileId, bytes] of journal.bytesInParts(job.record.id)) job.fileBytes.set(fileId, bytes);
}

/** `active` and `interrupted` are seen from outside only: in the journal such files are queued. */
export function journaledStates(states: readonly FileState[]): FileState[] {
  const journaled = states.map(
    (state): FileState => (state === 'active' || state === 'interrupted' ? 'queued' : state),
  );
  return [...new Set(journaled)];
}
