import { Worker } from 'node:worker_threads';
import { appError } from '../../../shared/errors.ts';
import { err, type Result } from '../../../shared/result.ts';
import type {
  DataTarget,
  Digests,
  RangeOptions,
  RangeReceived,
  RangeRelayed,
  RangeSent,
  RangeTransport,
  ReceiveRange,
  SendRange,
} from '../../s3/data-plane/transport.ts';
import type { FileTasks } from '../files/file-tasks.ts';
import type { FolderNames, ManyInfos } from '../files/read-folder.ts';
import { createWorkerLink, type WorkerLink } from './worker-link.ts';
import type { FromWorker, Posted, WorkerSettings, WorkerTask } from './worker-protocol.ts';

type Waiting = {
  readonly slot: Slot;
  readonly settle: (result: Result<unknown>) => void;
  readonly onBytes: ((bytes: number) => void) | undefined;
};
type Slot = {
  readonly worker: Worker;
  readonly link: WorkerLink;
  busy: number;
  /** Files that it reads or writes, with how many ranges of each. */
  readonly files: Map<string, number>;
};

/** Where a task goes: `together` with other small ones, or to the thread that has `filePath` in hand already. */
type Placement = { readonly together?: boolean; readonly filePath?: string };

/** A thread that is woken for each of them spends more on that than on the range. */
const smallBytes = 256 * 1024;
/** So many small ranges keep a thread busy while the network is waited for. */
const tasksTogether = 32;

/** What a range leaves behind is little and dies young: Node's 48 MB would only be touched for nothing. */
const maxYoungGenerationSizeMb = 6;

export type WorkerPoolOptions = {
  /** The built worker, or worker-entry.ts where Node reads TypeScript itself. */
  readonly workerUrl: URL;
  /** Operating system threads at most; they are started as they are needed. */
  readonly maxThreads: number;
  readonly settings: WorkerSettings;
};

/**
 * RangeTransport and FileTasks on worker threads: each task goes to the thread with the least to do. A thread that dies fails its
 * ranges with ConnectionReset (so they are tried again) and is replaced.
 */
export type WorkerPool = RangeTransport &
  FileTasks & {
    /** Starts a thread that will be needed soon. */
    prepare(): void;
  };

export function createWorkerPool(options: WorkerPoolOptions): WorkerPool {
  const slots: Slot[] = [];
  const waiting = new Map<number, Waiting>();
  let nextId = 1;
  let closed = false;

  function startSlot(): Slot {
    const worker = new Worker(options.workerUrl, {
      workerData: options.settings,
      resourceLimits: { maxYoungGenerationSizeMb },
    });
    const slot: Slot = { worker, link: createWorkerLink(worker), busy: 0, files: new Map() };
    slot.worker.on('message', (message: FromWorker) => {
      for (const [id, bytes] of message.bytes) waiting.get(id)?.onBytes?.(bytes);
      for (const [id, result] of message.results) waiting.get(id)?.settle(result);
    });
    let cause: unknown = 'a transfer thread ended';
    slot.worker.on('error', (error) => {
      cause = error;
    });
    slot.worker.on('exit', () => {
      const index = slots.indexOf(slot);
      if (index >= 0) slots.splice(index, 1);
      for (const entry of waiting.values()) {
        if (entry.slot === slot) entry.settle(err(appError('ConnectionReset', {}, cause)));
      }
    });
    slots.push(slot);
    return slot;
  }

  function chooseSlot({ together, filePath }: Placement): Slot {
    const same = filePath === undefined ? undefined : slots.find((slot) => slot.files.has(filePath));
    if (same) return same;
    if (together) {
      const fullest = slots.reduce<Slot | null>(
        (best, slot) => (slot.busy < tasksTogether && slot.busy >= (best?.busy ?? 0) ? slot : best),
        null,
      );
      if (fullest) return fullest;
    }
    const idle = slots.find((slot) => slot.busy === 0);
    if (idle) return idle;
    if (slots.length < options.maxThreads) return startSlot();
    return slots.reduce((least, slot) => (slot.busy < least.busy ? slot : least));
  }

  function run<T>(
    taskFor: (link: WorkerLink) => WorkerTask,
    { signal, onBytes }: RangeOptions,
    placement: Placement = {},
  ): Promise<Result<T>> {
    if (closed || signal?.aborted) return Promise.resolve(err(appError('ConnectionReset', {}, 'aborted', 'no')));
    const id = nextId++;
    const slot = chooseSlot(placement);
    slot.busy += 1;
    const { filePath } = placement;
    if (filePath !== undefined) slot.files.set(filePath, (slot.files.get(filePath) ?? 0) + 1);
    return new Promise((resolve) => {
      const onAbort = () => slot.link.abort(id);
      waiting.set(id, {
        slot,
        onBytes,
        settle: (result) => {
          waiting.delete(id);
          slot.busy -= 1;
          if (filePath !== undefined) endRange(slot, filePath);
          signal?.removeEventListener('abort', onAbort);
          resolve(result as Result<T>);
        },
      });
      signal?.addEventListener('abort', onAbort, { once: true });
      slot.link.post(id, taskFor(slot.link));
    });
  }

  return {
    send: (range, rangeOptions) =>
      run<RangeSent>((link) => ({ op: 'send', range: posted(range, link) }), rangeOptions, {
        together: range.sizeBytes <= smallBytes,
        ...oneThread(range),
      }),
    receive: (range, rangeOptions) =>
      run<RangeReceived>((link) => ({ op: 'receive', range: posted(range, link) }), rangeOptions, {
        together: range.sizeBytes <= smallBytes,
        ...oneThread(range),
      }),
    relay: (range, rangeOptions) =>
      run<RangeRelayed>((link) => {
        const ends = { from: posted(range.from, link), to: posted(range.to, link) };
        return { op: 'relay', range: { ...range, ...ends } };
      }, rangeOptions),
    digest: (range, digests, signal) => run<Digests>(() => ({ op: 'digest', range, digests }), { signal }),
    readFolder: (path) => run<FolderNames>(() => ({ op: 'readFolder', path }), {}),
    statMany: (folder, names, links) => run<ManyInfos>(() => ({ op: 'statMany', folder, names, links }), {}),
    commitMany: (files) => run<Result<void>[]>(() => ({ op: 'commitMany', files }), {}),
    prepare() {
      if (slots.length === 0) startSlot();
    },
    async close() {
      closed = true;
      await Promise.all(slots.map((slot) => slot.worker.terminate()));
    },
  };
}

function endRange({ files }: Slot, filePath: string): void {
  const left = (files.get(filePath) ?? 1) - 1;
  if (left === 0) files.delete(filePath);
  else files.set(filePath, left);
}

/**
 * A file system lets one thread at a time write to a file: a second one spins for the lock. And a thread keeps the
 * memory of the parts it has sent for those that come. With TLS the threads have enough else to do.
 */
function oneThread({ target, filePath }: ReceiveRange | SendRange): Placement {
  return target.protocol === 'http:' ? { filePath } : {};
}

function posted<T extends { readonly target: DataTarget }>(what: T, link: WorkerLink): Posted<T> {
  return { ...what, target: link.numberOf(what.target) };
}
