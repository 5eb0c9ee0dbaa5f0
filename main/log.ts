import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type DestinationStream, type Logger, pino } from 'pino';
import { createRedactor, type Redactor } from './credentials/redact.ts';

export type Log = Logger;

export type LogOptions = {
  readonly dataDir: string;
  readonly level?: 'debug' | 'info' | 'warn' | 'error' | undefined;
  /** Share one with whoever learns secrets, so that they are redacted by value too. */
  readonly redactor?: Redactor | undefined;
  /** One file's size before the next is begun. */
  readonly maxFileBytes?: number | undefined;
  /** How many are kept beside the one being written. */
  readonly keptFiles?: number | undefined;
};

const defaultMaxFileBytes = 5 * 1024 * 1024;
const defaultKeptFiles = 4;

/**
 * The engine's log: JSON lines in DIR/logs/brigade.log, older ones in brigade.1.log (the newest) to brigade.4.log.
 * Every line is redacted (credentials/redact.ts), and each is written before the call returns, so that a crash loses
 * none. A log that cannot be written never stops the work: the line is dropped.
 */
export function createLog(options: LogOptions): Log {
  const redactor = options.redactor ?? createRedactor();
  const file = createRotatingFile(
    join(options.dataDir, 'logs'),
    options.maxFileBytes ?? defaultMaxFileBytes,
    options.keptFiles ?? defaultKeptFiles,
  );
  return pino(
    {
      level: options.level ?? 'info',
      base: null,
      messageKey: 'message',
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      serializers: { err: (error: unknown) => error },
      formatters: {
        level: (level) => ({ level }),
        log: (fields) => redactor.value(fields) as Record<string, unknown>,
      },
      hooks: {
        // Messages and their arguments, and whatever the parts above let through.
        streamWrite: (line) => `${JSON.stringify(redactor.value(JSON.parse(line)))}\n`,
      },
    },
    file,
  );
}

/** Drops everything; for tests and for commands that do not hold the data folder. */
export function createSilentLog(): Log {
  return pino({ level: 'silent' });
}

function createRotatingFile(folder: string, maxFileBytes: number, keptFiles: number): DestinationStream {
  const path = join(folder, 'brigade.log');
  const older = (number: number) => join(folder, `brigade.${number}.log`);
  let file: number | undefined;
  let sizeBytes = 0;

  function open(): number {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const opened = openSync(path, 'a', 0o600);
    sizeBytes = statSync(path).size;
    return opened;
  }

  function rotate(opened: number): number {
    closeSync(opened);
    file = undefined;
    rmSync(older(keptFiles), { force: true });
    for (let number = keptFiles - 1; number >= 1; number -= 1) {
      if (existsSync(older(number))) renameSync(older(number), older(number + 1));
    }
    if (keptFiles > 0) renameSync(path, older(1));
    else rmSync(path);
    return open();
  }

  return {
    write(line) {
      try {
        const bytes = Buffer.from(line);
        file ??= open();
        if (sizeBytes > 0 && sizeBytes + bytes.length > maxFileBytes) file = rotate(file);
        writeSync(file, bytes);
        sizeBytes += bytes.length;
      } catch {
        // A full disk, a folder taken away: the log is not worth failing a transfer for.
      }
    },
  };
}
