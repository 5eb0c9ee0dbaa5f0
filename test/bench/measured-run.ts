import { spawn } from 'node:child_process';
import { open, readFile, rm } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Measurement } from './bench-report.ts';

/** GNU time counts what the whole tree of processes used; Debian's package is `time`. */
export const timeProgram = '/usr/bin/time';

export type MeasuredCommand = {
  readonly program: string;
  readonly args: readonly string[];
  /** The whole environment: nothing of the machine's own settings may change a result. */
  readonly env: Readonly<Record<string, string>>;
  /** Standard output goes there. */
  readonly outputFile: string;
  /** For what GNU time and standard error say; removed afterwards. */
  readonly scratchFile: string;
  /** Then it is killed with all that it started. */
  readonly limitMs: number;
  readonly signal: AbortSignal;
};

const lastLine = (text: string) => text.trimEnd().split('\n').at(-1)?.slice(0, 160) ?? '';

/**
 * Runs a command to its end: wall seconds by our clock, CPU seconds of the tree, the resident peak of its largest process.
 * Never throws for what the command does; throws when the signal is aborted, after having killed it.
 */
export async function measureRun(command: MeasuredCommand): Promise<Measurement> {
  const timeFile = `${command.scratchFile}.time`;
  const errorFile = `${command.scratchFile}.stderr`;
  const output = await open(command.outputFile, 'w');
  const errors = await open(errorFile, 'w');
  try {
    command.signal.throwIfAborted();
    const startedMs = performance.now();
    const child = spawn(
      timeProgram,
      ['--quiet', '-f', '%U %S %M', '-o', timeFile, command.program, ...command.args],
      // A process group of its own: what has to be killed is the tree, and Ctrl+C is for us to pass on.
      { env: command.env, stdio: ['ignore', output.fd, errors.fd], detached: true },
    );
    const { pid } = child;
    const ended = new Promise<{ code: number | null; endedMs: number }>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolve({ code, endedMs: performance.now() }));
    });
    const timer = new AbortController();
    const late = sleep(command.limitMs, undefined, {
      signal: AbortSignal.any([command.signal, timer.signal]),
    }).catch(() => undefined);
    const first = await Promise.race([ended, late]);
    timer.abort();
    if (first === undefined) {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
      await ended;
      command.signal.throwIfAborted();
      return { outcome: 'late', why: `killed after ${command.limitMs / 1000} s` };
    }
    if (first.code !== 0) {
      const said = lastLine(await readFile(errorFile, 'utf8'));
      return { outcome: 'failed', why: `exit code ${String(first.code)}${said === '' ? '' : `, ${said}`}` };
    }
    const [user, system, peakKiB] = (await readFile(timeFile, 'utf8')).trim().split(' ').map(Number);
    if (user === undefined || system === undefined || peakKiB === undefined) {
      return { outcome: 'failed', why: `${timeProgram} said nothing` };
    }
    return {
      outcome: 'done',
      wallSeconds: (first.endedMs - startedMs) / 1000,
      cpuSeconds: user + system,
      peakMiB: peakKiB / 1024,
    };
  } finally {
    await output.close();
    await errors.close();
    await rm(timeFile, { force: true });
    await rm(errorFile, { force: true });
  }
}
