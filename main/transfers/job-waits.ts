import type { JobId } from '../../shared/domain/ids.ts';
import { endedJobStates, type JobState, type JobView } from '../../shared/domain/transfer.ts';

const stillStates: readonly JobState[] = [...endedJobStates, 'paused', 'interrupted'];

/** Whoever waits for a job to stand still. */
export function createJobWaits() {
  const waiting = new Map<JobId, ((job: JobView | null) => void)[]>();

  const tell = (jobId: JobId, job: JobView | null): void => {
    if (job !== null && !stillStates.includes(job.state)) return;
    const told = waiting.get(jobId);
    waiting.delete(jobId);
    for (const resolve of told ?? []) resolve(job);
  };
  return {
    tell,
    whenStill(jobId: JobId, now: JobView | null): Promise<JobView | null> {
      if (now === null || stillStates.includes(now.state)) return Promise.resolve(now);
      return new Promise((resolve) => {
        waiting.set(jobId, [...(waiting.get(jobId) ?? []), resolve]);
      });
    },
    close(): void {
      const told = [...waiting.values()].flat();
      waiting.clear();
      for (const resolve of told) resolve(null);
    },
  };
}
