import { parentPort, workerData } from 'node:worker_threads';
import type { Result } from '../../../shared/result.ts';
import { createBufferPool } from '../../s3/data-plane/buffer-pool.ts';
import { digestRange } from '../../s3/data-plane/digest-range.ts';
import { receiveRange } from '../../s3/data-plane/receive-range.ts';
import { relayRange } from '../../s3/data-plane/relay-range.ts';
import { sendRange } from '../../s3/data-plane/send-range.ts';
import { assertNever, err } from '../../../shared/result.ts';
import { appError } from '../../../shared/errors.ts';
import type { FromWorker, ToWorker, WorkerSettings, WorkerTask } from './worker-protocol.ts';

/** A transfer thread: runs the data plane's functions for the ranges it is sent, and reports bytes ten times a second. */
const port = parentPort;
if (!port) throw new Error('worker-entry runs in a worker thread only');
const settings = workerData as WorkerSettings;
const buffers = createBufferPool(64 * 1024 * 1024);
const running = new Map<number, AbortController>();
const moved = new Map<number, number>();
let reportTimer: NodeJS.Timeout | undefined;

function post(message: FromWorker): void {
  port?.postMessage(message);
}

function report(): void {
  reportTimer = undefined;
  if (moved.size === 0) return;
  post({ bytes: [...moved] });
  moved.clear();
}

function run(id: number, task: WorkerTask, signal: AbortSignal): Promise<Result<unknown>> {
  const options = {
    signal,
    onBytes: (bytes: number) => {
      moved.set(id, (moved.get(id) ?? 0) + bytes);
      reportTimer ??= setTimeout(report, 100);
    },
  };
  switch (task.op) {
    case 'send':
      return sendRange(task.range, buffers, settings, options);
    case 'receive':
      return receiveRange(task.range, buffers, settings, options);
    case 'relay':
      return relayRange(task.range, buffers, settings, options);
    case 'digest':
      return digestRange(task.range, task.digests, buffers, signal);
    default:
      return assertNever(task);
  }
}

port.on('message', (message: ToWorker) => {
  if ('abort' in message) {
    running.get(message.id)?.abort();
    return;
  }
  const controller = new AbortController();
  running.set(message.id, controller);
  const finish = (result: Result<unknown>) => {
    running.delete(message.id);
    const bytes = moved.get(message.id);
    if (bytes !== undefined) {
      moved.delete(message.id);
      post({ bytes: [[message.id, bytes]] });
    }
    post({ id: message.id, result });
  };
  run(message.id, message.task, controller.signal).then(finish, (error: unknown) =>
    finish(err(appError('UnexpectedFailure', {}, error))),
  );
});
