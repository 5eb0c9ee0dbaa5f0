import { endedJobStates, type JobMove, type JobPriority, jobPriorities } from '../../shared/domain/transfer.ts';
import type { JobId } from '../../shared/domain/ids.ts';
import { ok, type Result } from '../../shared/result.ts';
import type { JobPatch, JobRecord } from './journal.ts';
import type { LiveJob } from './live-job.ts';

type Ordered = Pick<JobRecord, 'id' | 'priority' | 'position'>;

/** [T45] Priority, then position. Pure. */
export function compareOrder(a: Ordered, b: Ordered): number {
  const byPriority = jobPriorities.indexOf(a.priority) - jobPriorities.indexOf(b.priority);
  return byPriority || a.position - b.position || (a.id < b.id ? -1 : 1);
}

/**
 * The positions that change when a job moves among those of its priority; of `jobs`, which have not ended. Nothing when it
 * is there already. Pure.
 */
export function moveJob<J extends Ordered>(jobs: readonly J[], moved: J, to: JobMove): ReadonlyMap<J, number> {
  const peers = jobs.filter(({ priority }) => priority === moved.priority).sort(compareOrder);
  const from = peers.indexOf(moved);
  const at = to === 'first' ? 0 : Math.max(0, Math.min(peers.length - 1, from + (to === 'up' ? -1 : 1)));
  const [first] = peers;
  if (at === from || first === undefined) return new Map();
  if (to === 'first') return new Map([[moved, first.position - 1]]);
  const others = peers.filter((peer) => peer !== moved);
  others.splice(at, 0, moved);
  // The same places, given out anew; one that two have (they had other priorities before) becomes two.
  let last = Number.NEGATIVE_INFINITY;
  const places = peers.map(({ position }) => (last = Math.max(position, last + 1)));
  return new Map(
    others.flatMap((job, index) => {
      const position = places[index] ?? job.position;
      return position === job.position ? [] : [[job, position] as const];
    }),
  );
}

export type OrderCommands = {
  /** Among the jobs of its priority that have not ended. Nothing happens to one that has, or is there already. */
  move(jobId: JobId, to: JobMove): Promise<Result<void>>;
  /** Holds for its next requests. Idempotent. */
  setPriority(jobId: JobId, priority: JobPriority): Promise<Result<void>>;
};

/** The person's say in which job goes first ([T44], [T45]). */
export function createOrderCommands(options: {
  readonly jobs: ReadonlyMap<JobId, LiveJob>;
  readonly find: (jobId: JobId) => Result<LiveJob>;
  readonly patch: (job: LiveJob, change: JobPatch) => Promise<Result<void>>;
}): OrderCommands {
  const { jobs, find, patch } = options;
  const isOpen = (job: LiveJob) => !endedJobStates.includes(job.record.state);
  return {
    async move(jobId, to) {
      const found = find(jobId);
      if (!found.ok) return found;
      if (!isOpen(found.value)) return ok();
      const open = [...jobs.values()].filter(isOpen).map(({ record }) => record);
      const changes = [...moveJob(open, found.value.record, to)];
      const saves = await Promise.all(
        changes.map(async ([{ id }, position]) => {
          const job = find(id);
          return job.ok ? patch(job.value, { position }) : job;
        }),
      );
      return saves.find((saved) => !saved.ok) ?? ok();
    },
    async setPriority(jobId, priority) {
      const found = find(jobId);
      return found.ok ? patch(found.value, { priority }) : found;
    },
  };
}
