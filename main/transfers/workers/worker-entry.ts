import { parentPort, workerData } from 'node:worker_threads';
import { appError } from '../../../shared/errors.ts';
import { assertNever, err, ok, type Result } from '../../../shared/result.ts';
import { createBufferPool } from '../../s3/data-plane/buffer-pool.ts';
import { digestRange } from '../../s3/data-plane/digest-range.ts';
import { createRateLimiters } from '../../s3/data-plane/rate-limit.ts';
import { receiveRange } from '../../s3/data-plane/receive-range.ts';
import { relayRange } from '../../s3/data-plane/relay-range.ts';
import { sendRange } from '../../s3/data-plane/send-range.ts';
import type { DataTarget } from '../../s3/data-plane/transport.ts';
import { commitMany } from '../files/commit-many.ts';
import { readFolder, statMany } from '../files/read-folder.ts';
import type { FromWorker, ToWorker, WorkerSettings, WorkerTask } from './worker-protocol.ts';

/** A transfer thread: runs the data plane's functions for the ranges it is sent, and reports bytes ten times a second. */
const port = parentPort;
if (!port) throw new Error('worker-entry runs in a worker thread only');
const { stallMs, rates, idleBytes = 64 * 1024 * 1024 } = workerData as WorkerSettings;
const settings = { stallMs, limiters: rates && createRateLimiters(rates) };
const reportIntervalMs = 100;
const gatherMs = 2;
/** More would leave this thread without work until the engine's has gone through them. */
const gatheredResults = 16;
const buffers = createBufferPool(idleBytes);
const targets = new Map<number, DataTarget>();
const running = new Map<number, AbortController>();
const moved = new Map<number, number>();
let results: [number, Result<unknown>][] = [];
let postTimer: NodeJS.Timeout | NodeJS.Immediate | undefined;
let reportTimer: NodeJS.Timeout | undefined;

function post(): void {
  postTimer = undefined;
  clearTimeout(reportTimer);
  reportTimer = undefined;
  const message: FromWorker = { bytes: [...moved], results };
  moved.clear();
  results = [];
  if (message.bytes.length > 0 || message.results.length > 0) port?.postMessage(message);
}

function targetOf(number: number): DataTarget {
  const target = targets.get(number);
  if (!target) throw new Error(`no target ${number}`);
  return target;
}

function run(id: number, task: WorkerTask, signal: AbortSignal): Promise<Result<unknown>> {
  const options = {
    signal,
    onBytes: (bytes: number) => {
      moved.set(id, (moved.get(id) ?? 0) + bytes);
      reportTimer ??= setTimeout(post, reportIntervalMs);
    },
  };
  switch (task.op) {
    case 'send':
      return sendRange({ ...task.range, target: targetOf(task.range.target) }, buffers, settings, options);
    case 'receive':
      return receiveRange({ ...task.range, target: targetOf(task.range.target) }, buffers, settings, options);
    case 'relay': {
      const { from, to } = task.range;
      const ends = {
        from: { ...from, target: targetOf(from.target) },
        to: { ...to, target: targetOf(to.target) },
      };
      return relayRange({ ...task.range, ...ends }, buffers, settings, options);
    }
    case 'digest':
      return digestRange(task.range, task.digests, buffers, signal);
    case 'readFolder':
      return Promise.resolve(readFolder(task.path));
    case 'statMany':
      return Promise.resolve(ok(statMany(task.folder, task.names, task.links)));
    case 'commitMany':
      return commitMany(task.files).then(ok);
    default:
      return assertNever(task);
  }
}

function start(id: number, task: WorkerTask): void {
  const controller = new AbortController();
  running.set(id, controller);
  const finish = (result: Result<unknown>) => {
    running.delete(id);
    results.push([id, result]);
    // While others are under way there is no hurry: several results for one waking of the engine's thread.
    if (results.length >= gatheredResults) post();
    else postTimer ??= running.size > 0 ? setTimeout(post, gatherMs) : setImmediate(post);
  };
  run(id, task, controller.signal).then(finish, (error: unknown) =>
    finish(err(appError('UnexpectedFailure', {}, error))),
  );
}

port.on('message', (message: ToWorker) => {
  for (const [number, target] of message.targets) targets.set(number, target);
  for (const [id, task] of message.tasks) start(id, task);
  for (const id of message.aborts) running.get(id)?.abort();
  for (const number of message.forget) targets.delete(number);
});
