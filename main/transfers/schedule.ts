import { type JobPriority, jobPriorities } from '../../shared/domain/transfer.ts';

/**
 * Which waiting request goes next. Pure: the gate keeps the lists, this decides.
 *
 * [T40] A job never has more requests in flight than its limit. [T41] Uploads in flight never hold more memory than
 * the budget (one request is always let through, however big). [T44] A job that has none in flight goes before all that
 * have, and is waited for when there is no room; then the higher priority goes first. [T42] Among jobs of one priority,
 * the one with the fewest requests in flight goes first; within a job, requests go in the order of its files.
 */
export type Waiting = {
  readonly jobId: string;
  readonly fileId: number;
  /** Memory the request holds while it runs. */
  readonly memoryBytes: number;
  readonly maxInFlight: number;
  /** Order of arrival. */
  readonly order: number;
};

export type InFlight = {
  readonly memoryBytes: number;
  readonly byJob: ReadonlyMap<string, number>;
  /** Asked each time: it changes while requests wait. */
  readonly priorityOf: (jobId: string) => JobPriority;
};

export function pickNext<W extends Waiting>(
  waiting: readonly W[],
  inFlight: InFlight,
  memoryBudgetBytes: number,
): W | null {
  const hasRoom = ({ memoryBytes }: W): boolean =>
    inFlight.memoryBytes === 0 || inFlight.memoryBytes + memoryBytes <= memoryBudgetBytes;
  let best: W | null = null;
  for (const candidate of waiting) {
    const running = inFlight.byJob.get(candidate.jobId) ?? 0;
    if (running >= candidate.maxInFlight) continue;
    // With none in flight it stays in the race: were smaller ones let past it, its turn might never come.
    if (running > 0 && !hasRoom(candidate)) continue;
    if (best === null || compare(candidate, best, inFlight) < 0) best = candidate;
  }
  return best !== null && hasRoom(best) ? best : null;
}

function compare(a: Waiting, b: Waiting, inFlight: InFlight): number {
  if (a.jobId === b.jobId) return a.fileId - b.fileId || a.order - b.order;
  return compareJobs(a.jobId, b.jobId, inFlight) || a.order - b.order;
}

/** Which of two jobs has the next turn; 0: whichever came first. */
function compareJobs(a: string, b: string, { byJob, priorityOf }: InFlight): number {
  const [runningA, runningB] = [byJob.get(a) ?? 0, byJob.get(b) ?? 0];
  const byStarving = Number(runningA > 0) - Number(runningB > 0);
  const byPriority = jobPriorities.indexOf(priorityOf(a)) - jobPriorities.indexOf(priorityOf(b));
  return byStarving || byPriority || runningA - runningB;
}
