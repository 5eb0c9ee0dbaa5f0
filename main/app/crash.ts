import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { app, dialog } from 'electron';
import type { Redactor } from '../credentials/redact.ts';

export interface CrashOptions {
  readonly dataFolder: string;
  /** Brings the engine to a resumable point. */
  readonly close: () => Promise<void>;
  /** What was thrown may have secrets in it: nothing of it is written or shown that this knows or recognises. */
  readonly redactor: Redactor;
  readonly words: {
    readonly title: string;
    readonly text: string;
    readonly whereDetailsAre: (file: string) => string;
  };
}

/** How long a crashing app waits for the engine; what it did not finish is resumed from the journal. */
const closeWithinMs = 3000;

/**
 * The one place bugs end: written to `crash.log` in the data folder, said in a box, then the app exits with code 1.
 * The state behind a bug is unknown, so the app does not go on.
 */
export function handleCrashes({ dataFolder, close, redactor, words }: CrashOptions): void {
  let isCrashing = false;
  const crash = async (thrown: unknown): Promise<void> => {
    if (isCrashing) return;
    isCrashing = true;
    const stack = redactor.text(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
    process.stderr.write(`${stack}\n`);
    const file = join(dataFolder, 'crash.log');
    const isWritten = note(file, stack);
    await Promise.race([close(), delay(closeWithinMs)]).catch(() => {});
    dialog.showErrorBox(words.title, `${words.text}\n\n${isWritten ? words.whereDetailsAre(file) : stack}`);
    app.exit(1);
  };
  process.on('uncaughtException', (error) => void crash(error));
  process.on('unhandledRejection', (reason) => void crash(reason));
}

function note(file: string, text: string): boolean {
  try {
    appendFileSync(file, `${new Date().toISOString()} ${app.getVersion()} ${text}\n`, { mode: 0o600 });
    return true;
  } catch {
    return false;
  }
}

function delay(delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, delayMs);
  });
}
