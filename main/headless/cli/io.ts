import { createInterface } from 'node:readline/promises';
import type { Readable } from 'node:stream';

/** The outside world of one command. Results go to `out`, everything else to `say`. */
export interface CommandIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdin: Readable;
  /** Writes as fast as the reader reads; false once nobody reads any more (`brigade ls | head`). */
  out(bytes: string | Uint8Array): Promise<boolean>;
  /** One line for the person at the terminal. */
  say(line: string): void;
  /** Shows `text` in place of the last status; '' removes it. Nothing where standard error is no terminal. */
  status(text: string): void;
  readonly hasTerminal: boolean;
  /** Asks the person at the terminal; null when there is none, or nothing was answered. */
  ask(question: string): Promise<string | null>;
  /** Calls back once at the first SIGINT, SIGTERM or SIGHUP; a second one ends the process at once. */
  onStop(listener: (signal: NodeJS.Signals) => void): void;
}

/** Two signals so close together are one key press that reached us twice: from the terminal and from our parent. */
const sameKeyPressMs = 300;

export function processIo(): CommandIo {
  const { stdout, stderr } = process;
  let isReaderGone = false;
  let statusShown = '';
  const listeners: ((signal: NodeJS.Signals) => void)[] = [];
  let firstStopMs: number | undefined;
  let firstSignal: NodeJS.Signals | undefined;

  stdout.on('error', () => (isReaderGone = true));
  stderr.on('error', () => undefined);
  const stop = (signal: NodeJS.Signals): void => {
    const nowMs = performance.now();
    if (firstStopMs !== undefined) {
      if (nowMs - firstStopMs > sameKeyPressMs) process.exit(130);
      return;
    }
    firstStopMs = nowMs;
    firstSignal = signal;
    for (const listener of listeners.splice(0)) listener(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);

  const eraseStatus = (): void => {
    if (statusShown !== '') stderr.write('\r\x1b[2K');
  };
  return {
    env: process.env,
    cwd: process.cwd(),
    stdin: process.stdin,
    hasTerminal: stderr.isTTY,
    async ask(question) {
      if (!process.stdin.isTTY || !stderr.isTTY) return null;
      eraseStatus();
      const asking = createInterface({ input: process.stdin, output: stderr });
      try {
        const answer = await asking.question(question);
        return answer.trim() === '' ? null : answer.trim();
      } finally {
        asking.close();
      }
    },
    out: (bytes) =>
      new Promise((resolve) => {
        if (isReaderGone) return resolve(false);
        stdout.write(bytes, (failure) => {
          if (failure) isReaderGone = true;
          resolve(!isReaderGone);
        });
      }),
    say: (line) => {
      eraseStatus();
      stderr.write(`${line}\n${statusShown}`);
    },
    status: (text) => {
      if (!stderr.isTTY) return;
      eraseStatus();
      statusShown = text.slice(0, Math.max(0, stderr.columns - 1));
      stderr.write(statusShown);
    },
    onStop: (listener) => {
      if (firstSignal === undefined) listeners.push(listener);
      else listener(firstSignal);
    },
  };
}
