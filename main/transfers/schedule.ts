import { type JobPriority, jobPriorities } from '../../shared/domain/transfer.ts';

/**
 * Which waiting request goes next. Pure: the gate keeps the lists, this decides.
 *
 * [T40] A job never has more requests in flight than its limit, [T47] nor a server more than what it was found to bear. [T41] Uploads in flight never hold more memory than
 * the budget (one request is always let through, however big). [T44] A job that has none in flight goes before all that
 * have, and is waited for when there is no room; then the higher priority goes first. [T42] Among jobs of one priority,
 * the one with the fewest requests in flight goes first; within a job, requests go in the order of its
 * files, [T48] but a file that has half of what may be in flight waits for the others: big ones and small ones go on together.
 */
export type Waiting = {
  readonly jobId: string;
  readonly fileId: number;
  /** Memory the request holds while it runs. */
  readonly memoryBytes: number;
  readonly maxInFlight: number;
  /** The server that it goes to. */
  readonly host: string;
  /** Order of arrival. */
  readonly order: number;
};

export type InFlight = {
  readonly memoryBytes: number;
  readonly byJob: ReadonlyMap<string, number>;
  readonly byHost: ReadonlyMap<string, number>;
  readonly byFile: ReadonlyMap<number, number>;
  /** Requests that a server is worth having at once; asked each time ([T47]). */
  readonly hostLimit: (host: string) => number;
  /** Asked each time: it changes while requests wait. */
  readonly priorityOf: (jobId: string) => JobPriority;
};

export function pickNext<W extends Waiting>(
  waiting: readonly W[],
  inFlight: InFlight,
  memoryBudgetBytes: number,
): W | null {
  const hasRoom = (candidate: W): boolean => fits(candidate, inFlight, memoryBudgetBytes);
  let best: W | null = null;
  for (const candidate of waiting) {
    if (isAtLimit(candidate, inFlight)) continue;
    const running = inFlight.byJob.get(candidate.jobId) ?? 0;
    // With none in flight it stays in the race: were smaller ones let past it, its turn might never come.
    if (running > 0 && !hasRoom(candidate)) continue;
    if (best === null || compare(candidate, best, inFlight) < 0) best = candidate;
  }
  return best !== null && hasRoom(best) ? best : null;
}

/**
 * Whether a request that comes while no other can go may be let go: a look at it alone, where pickNext looks at all. Of many
 * big files there are ten thousands, and all but a few of them come while nothing is free. Pure.
 */
export function mayGo(request: Waiting, inFlight: InFlight, memoryBudgetBytes: number): boolean {
  return !isAtLimit(request, inFlight) && fits(request, inFlight, memoryBudgetBytes);
}

function isAtLimit({ jobId, maxInFlight, host }: Waiting, { byJob, byHost, hostLimit }: InFlight): boolean {
  // A server that is full does not hold back requests to others.
  return (byJob.get(jobId) ?? 0) >= maxInFlight || (byHost.get(host) ?? 0) >= hostLimit(host);
}

function fits({ memoryBytes }: Waiting, inFlight: InFlight, memoryBudgetBytes: number): boolean {
  return inFlight.memoryBytes === 0 || inFlight.memoryBytes + memoryBytes <= memoryBudgetBytes;
}

function compare(a: Waiting, b: Waiting, inFlight: InFlight): number {
  if (a.jobId === b.jobId) return compareFiles(a, b, inFlight) || a.order - b.order;
  return compareJobs(a.jobId, b.jobId, inFlight) || a.order - b.order;
}

function compareFiles(a: Waiting, b: Waiting, inFlight: InFlight): number {
  return Number(hasItsShare(a, inFlight)) - Number(hasItsShare(b, inFlight)) || a.fileId - b.fileId;
}

function hasItsShare({ fileId, maxInFlight, host }: Waiting, { byFile, hostLimit }: InFlight): boolean {
  return (byFile.get(fileId) ?? 0) >= Math.ceil(Math.min(maxInFlight, hostLimit(host)) / 2);
}

/** Which of two jobs has the next turn; 0: whichever came first. */
function compareJobs(a: string, b: string, { byJob, priorityOf }: InFlight): number {
  const [runningA, runningB] = [byJob.get(a) ?? 0, byJob.get(b) ?? 0];
  const byStarving = Number(runningA > 0) - Number(runningB > 0);
  const byPriority = jobPriorities.indexOf(priorityOf(a)) - jobPriorities.indexOf(priorityOf(b));
  return byStarving || byPriority || runningA - runningB;
}
