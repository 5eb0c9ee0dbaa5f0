import type { Clock } from '../../shared/domain/clock.ts';
import type { JobPriority } from '../../shared/domain/transfer.ts';
import type { Result } from '../../shared/result.ts';
import { type Concurrency, createConcurrency } from './concurrency.ts';
import { createRetryBudget, type RetryBudget } from './retry-budget.ts';
import { type InFlight, mayGo, type Waiting, pickNext } from './schedule.ts';

export type GateRequest = Omit<Waiting, 'order'> & {
  /** What it moves: how fast a server is is measured by it. */
  readonly bytes: number;
};

export type RequestGate = {
  /** Runs the work when its turn has come; null when the signal came first. */
  run<T extends Result<unknown>>(request: GateRequest, signal: AbortSignal, work: () => Promise<T>): Promise<T | null>;
  /** The server wants less, or connections to it break ([T47]). */
  pressed(host: string): void;
  /** How many retries the server gets from everything that runs ([T67]). */
  retriesOf(host: string): RetryBudget;
};

/** A request that waits, with the others that have its signal. */
type InLine = Waiting & { readonly line: Set<InLine>; settle(isAdmitted: boolean): void };

/** All requests of all jobs pass here: it holds them back until the scheduler lets them go. */
export function createRequestGate(
  memoryBudgetBytes: number,
  priorityOf: (jobId: string) => JobPriority,
  clock: Pick<Clock, 'nowMs'>,
): RequestGate {
  const waiting: InLine[] = [];
  /** Who waits with which signal: a listener of each would make adding one take as long as there are others. */
  const lines = new WeakMap<AbortSignal, Set<InLine>>();
  const byJob = new Map<string, number>();
  const byHost = new Map<string, number>();
  const byFile = new Map<number, number>();
  const concurrencies = new Map<string, Concurrency>();
  const budgets = new Map<string, RetryBudget>();
  let memoryBytes = 0;
  let order = 0;

  function concurrencyOf(host: string): Concurrency {
    let concurrency = concurrencies.get(host);
    if (!concurrency) concurrencies.set(host, (concurrency = createConcurrency(clock.nowMs())));
    return concurrency;
  }
  const hostLimit = (host: string): number => concurrencyOf(host).limit();

  const inFlight = (): InFlight => ({ memoryBytes, byJob, byHost, byFile, priorityOf, hostLimit });

  function admit(): void {
    for (;;) {
      const next = pickNext(waiting, inFlight(), memoryBudgetBytes);
      if (!next) return;
      waiting.splice(waiting.indexOf(next), 1);
      memoryBytes += next.memoryBytes;
      add(byJob, next.jobId, 1);
      add(byHost, next.host, 1);
      add(byFile, next.fileId, 1);
      next.line.delete(next);
      next.settle(true);
    }
  }

  function lineOf(signal: AbortSignal): Set<InLine> {
    const known = lines.get(signal);
    if (known !== undefined) return known;
    const line = new Set<InLine>();
    lines.set(signal, line);
    const onAbort = () => {
      const others = waiting.filter((entry) => !line.has(entry));
      waiting.length = 0;
      for (const entry of others) waiting.push(entry);
      for (const entry of line) entry.settle(false);
      line.clear();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    return line;
  }

  function leave(request: GateRequest): void {
    memoryBytes -= request.memoryBytes;
    add(byJob, request.jobId, -1);
    add(byHost, request.host, -1);
    add(byFile, request.fileId, -1);
    admit();
  }

  function noteDone({ host, bytes }: GateRequest): void {
    const concurrency = concurrencyOf(host);
    const wasFull = (byHost.get(host) ?? 0) >= concurrency.limit() && waiting.some((other) => other.host === host);
    concurrency.done(clock.nowMs(), bytes, wasFull);
  }

  return {
    pressed(host) {
      concurrencyOf(host).pressed(clock.nowMs());
    },
    retriesOf(host) {
      let budget = budgets.get(host);
      if (!budget) budgets.set(host, (budget = createRetryBudget()));
      return budget;
    },
    async run(request, signal, work) {
      if (signal.aborted) return null;
      const admitted = await new Promise<boolean>((resolve) => {
        const line = lineOf(signal);
        const entry: InLine = { ...request, order: order++, line, settle: resolve };
        waiting.push(entry);
        line.add(entry);
        // Nothing has become free: of all that wait only this one may go.
        if (mayGo(entry, inFlight(), memoryBudgetBytes)) admit();
      });
      if (!admitted) return null;
      try {
        const result = await work();
        if (result.ok) noteDone(request);
        return result;
      } finally {
        leave(request);
      }
    },
  };
}

function add<N>(counts: Map<N, number>, name: N, amount: number): void {
  const sum = (counts.get(name) ?? 0) + amount;
  if (sum === 0) counts.delete(name);
  else counts.set(name, sum);
}
