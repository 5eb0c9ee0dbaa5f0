import { Worker } from 'node:worker_threads';
import { appError } from '../../../shared/errors.ts';
import { err, type Result } from '../../../shared/result.ts';
import type { FromIndexes, ToIndexes } from './index-protocol.ts';

type WithoutCall<T> = T extends unknown ? Omit<T, 'call'> : never;

/** A call with its answer under way. */
export type Conversation = {
  send(message: WithoutCall<ToIndexes>, transfer?: ArrayBuffer[]): void;
  /** The next message, in order. */
  receive(): Promise<FromIndexes>;
  /** Nobody listens any more. */
  leave(): void;
};

export type IndexCalls = {
  /** Starts the thread where there is none. */
  begin(): Conversation;
  /** One message and its answer. */
  ask<T>(message: WithoutCall<ToIndexes>): Promise<Result<T>>;
  /** Of the thread that the next call goes to: another one knows nothing of what was open in it. */
  thread(): number;
  close(): Promise<void>;
};

/** Nothing there outlives a page: left alone, V8 would take a hundred MB more before it looks for what it can give back. */
const resourceLimits = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 256 };

/**
 * Calls to the thread of the indexes, which the first one starts. One that dies fails the calls under way with
 * UnexpectedFailure ('backoff') and is replaced by the next. It keeps the process alive while there are calls only.
 */
export function createIndexCalls(workerUrl: URL): IndexCalls {
  let worker: Worker | null = null;
  let thread = 0;
  let lastCall = 0;
  const listeners = new Map<number, { readonly worker: Worker; take(message: FromIndexes): void }>();

  const start = (): Worker => {
    const started = new Worker(workerUrl, { resourceLimits });
    let cause: unknown = 'the thread of the indexes ended';
    started.on('message', (message: FromIndexes) => listeners.get(message.call)?.take(message));
    started.on('error', (error) => (cause = error));
    started.on('exit', () => {
      if (worker === started) worker = null;
      const result = err(appError('UnexpectedFailure', {}, cause, 'backoff'));
      for (const [call, listener] of listeners) if (listener.worker === started) listener.take({ call, result });
    });
    started.unref();
    return started;
  };
  const current = (): Worker => {
    if (worker === null) {
      worker = start();
      thread += 1;
    }
    return worker;
  };

  const begin = (): Conversation => {
    const target = current();
    lastCall += 1;
    const call = lastCall;
    const arrived: FromIndexes[] = [];
    let wake = (): void => undefined;
    listeners.set(call, {
      worker: target,
      take(message) {
        arrived.push(message);
        wake();
      },
    });
    target.ref();
    return {
      send: (message, transfer = []) => target.postMessage({ ...message, call }, transfer),
      async receive() {
        for (;;) {
          const message = arrived.shift();
          if (message !== undefined) return message;
          await new Promise<void>((resolve) => (wake = resolve));
        }
      },
      leave() {
        listeners.delete(call);
        if (![...listeners.values()].some((other) => other.worker === target)) target.unref();
      },
    };
  };

  return {
    begin,
    async ask<T>(message: WithoutCall<ToIndexes>) {
      const conversation = begin();
      try {
        conversation.send(message);
        for (;;) {
          const answer = await conversation.receive();
          if ('result' in answer) return answer.result as Result<T>;
        }
      } finally {
        conversation.leave();
      }
    },
    thread: () => (worker === null ? thread + 1 : thread),
    async close() {
      await worker?.terminate();
    },
  };
}
