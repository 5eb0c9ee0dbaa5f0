/**
 * Which waiting request goes next. Pure: the gate keeps the lists, this decides.
 *
 * [T40] A job never has more requests in flight than its limit. [T41] Uploads in flight never hold more memory than
 * the budget (one request is always let through, however big). [T42] Among jobs, the one with the fewest requests in
 * flight goes first; within a job, requests go in the order of its files.
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

export type InFlight = { readonly memoryBytes: number; readonly byJob: ReadonlyMap<string, number> };

export function pickNext<W extends Waiting>(
  waiting: readonly W[],
  inFlight: InFlight,
  memoryBudgetBytes: number,
): W | null {
  let best: W | null = null;
  for (const candidate of waiting) {
    const running = inFlight.byJob.get(candidate.jobId) ?? 0;
    if (running >= candidate.maxInFlight) continue;
    if (inFlight.memoryBytes > 0 && inFlight.memoryBytes + candidate.memoryBytes > memoryBudgetBytes) continue;
    if (best === null || compare(candidate, best, inFlight) < 0) best = candidate;
  }
  return best;
}

function compare(a: Waiting, b: Waiting, inFlight: InFlight): number {
  if (a.jobId !== b.jobId) {
    const byLoad = (inFlight.byJob.get(a.jobId) ?? 0) - (inFlight.byJob.get(b.jobId) ?? 0);
    if (byLoad !== 0) return byLoad;
    return a.order - b.order;
  }
  return a.fileId - b.fileId || a.order - b.order;
}
