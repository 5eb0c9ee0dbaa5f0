import type { JobPriority } from '../../shared/domain/transfer.ts';
import { type Waiting, pickNext } from './schedule.ts';

export type GateRequest = Omit<Waiting, 'order'>;

export type RequestGate = {
  /** Runs the work when its turn has come; null when the signal came first. */
  run<T>(request: GateRequest, signal: AbortSignal, work: () => Promise<T>): Promise<T | null>;
};

/** All requests of all jobs pass here: it holds them back until the scheduler lets them go. */
export function createRequestGate(memoryBudgetBytes: number, priorityOf: (jobId: string) => JobPriority): RequestGate {
  const waiting: (Waiting & { go: () => void })[] = [];
  const byJob = new Map<string, number>();
  let memoryBytes = 0;
  let order = 0;

  function admit(): void {
    for (;;) {
      const next = pickNext(waiting, { memoryBytes, byJob, priorityOf }, memoryBudgetBytes);
      if (!next) return;
      waiting.splice(waiting.indexOf(next), 1);
      memoryBytes += next.memoryBytes;
      byJob.set(next.jobId, (byJob.get(next.jobId) ?? 0) + 1);
      next.go();
    }
  }

  function leave(request: GateRequest): void {
    memoryBytes -= request.memoryBytes;
    const running = (byJob.get(request.jobId) ?? 1) - 1;
    if (running === 0) byJob.delete(request.jobId);
    else byJob.set(request.jobId, running);
    admit();
  }

  return {
    async run(request, signal, work) {
      if (signal.aborted) return null;
      const admitted = await new Promise<boolean>((resolve) => {
        const onAbort = () => {
          const index = waiting.indexOf(entry);
          if (index >= 0) waiting.splice(index, 1);
          resolve(false);
        };
        const entry = {
          ...request,
          order: order++,
          go: () => {
            signal.removeEventListener('abort', onAbort);
            resolve(true);
          },
        };
        waiting.push(entry);
        signal.addEventListener('abort', onAbort, { once: true });
        admit();
      });
      if (!admitted) return null;
      try {
        return await work();
      } finally {
        leave(request);
      }
    },
  };
}
