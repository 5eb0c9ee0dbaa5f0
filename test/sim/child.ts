import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Message, News, Order } from './seed-process.ts';

/** One seed of a mutant may turn in circles; on a busy machine a hundred others take their time. */
const silenceMs = 180_000;
/** Ten times what a seed needs: what seeds leave behind ends the process within some thousands of them. */
const heapMiB = 256;

export type Child = {
  /** Ends it after the seed it is at. */
  stop(): void;
  /** `died`: before its order was done, or after it was silent for too long. */
  readonly end: Promise<'ended' | 'died'>;
};

/** Runs seeds in a process of its own. */
export function startChild(order: Order, onNews: (news: News) => void): Child {
  const child: ChildProcess = fork(fileURLToPath(new URL('seed-process.ts', import.meta.url)), {
    execArgv: [...process.execArgv, `--max-old-space-size=${heapMiB}`],
  });
  // One that has just ended does not hear it, and need not.
  const send = (message: Message) => void child.send(message, () => undefined);
  send({ type: 'run', order });
  const end = new Promise<'ended' | 'died'>((resolve) => {
    let hasEnded = false;
    const killer = setTimeout(() => child.kill('SIGKILL'), silenceMs);
    child.on('message', (news: News) => {
      killer.refresh();
      if (news.type === 'end') hasEnded = true;
      onNews(news);
    });
    child.on('close', () => {
      clearTimeout(killer);
      resolve(hasEnded ? 'ended' : 'died');
    });
  });
  let isStopped = false;
  const stop = () => {
    if (isStopped || !child.connected) return;
    isStopped = true;
    send({ type: 'stop' });
  };
  return { end, stop };
}
