import type { Worker } from 'node:worker_threads';
import type { DataTarget } from '../../s3/data-plane/transport.ts';
import type { ToWorker, WorkerTask } from './worker-protocol.ts';

/** What goes to one thread, gathered for as long as a turn of the event loop takes. */
export type WorkerLink = {
  /** The number by which the thread knows the target; it is told of it before the tasks of the same turn. */
  numberOf(target: DataTarget): number;
  post(id: number, task: WorkerTask): void;
  abort(id: number): void;
};

/** Targets change when credentials do: a few are in use at once, of each connection the newest. */
const maxTargets = 64;

export function createWorkerLink(worker: Pick<Worker, 'postMessage'>): WorkerLink {
  const numbers = new Map<DataTarget, number>();
  let nextNumber = 1;
  let gathered: { targets: [number, DataTarget][]; forget: number[]; tasks: [number, WorkerTask][]; aborts: number[] };
  let isGathering = false;

  function gather(): typeof gathered {
    if (!isGathering) {
      isGathering = true;
      gathered = { targets: [], forget: [], tasks: [], aborts: [] };
      setImmediate(() => {
        isGathering = false;
        worker.postMessage(gathered satisfies ToWorker);
      });
    }
    return gathered;
  }

  return {
    numberOf(target) {
      const known = numbers.get(target);
      if (known !== undefined) return known;
      const number = nextNumber++;
      const { targets, forget } = gather();
      // After the tasks of this message: those may still name it.
      for (const [oldest, oldNumber] of numbers) {
        if (numbers.size < maxTargets) break;
        numbers.delete(oldest);
        forget.push(oldNumber);
      }
      numbers.set(target, number);
      targets.push([number, target]);
      return number;
    },
    post: (id, task) => void gather().tasks.push([id, task]),
    abort: (id) => void gather().aborts.push(id),
  };
}
