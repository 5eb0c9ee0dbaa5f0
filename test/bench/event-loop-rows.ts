import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { engineNodeOptions } from '../../main/headless/node-runtime.mjs';
import { type ServedBrigade, serveBrigade } from '../servers/brigade.ts';
import { baseEnvironment, dataFolderIn, type Target } from './bench-clients.ts';
import type { Measurement } from './bench-report.ts';
import type { Row } from './bench-rows.ts';
import type { LoopReading, LoopRow } from './event-loop-report.ts';

const hookUrl = new URL('event-loop-hook.ts', import.meta.url).href;
const idleMs = 2000;

export type LoopBench = {
  /** Those that are wanted; listings are no transfers and left out. */
  readonly rows: readonly Row[];
  readonly protocol: string;
  readonly target: Target;
  /** Exists; what is made in it is removed. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Runs `brigade` with this home folder to its end; what it prints goes to the row's `outputFileOf`. */
  run(row: Row, homeFolder: string): Promise<Measurement>;
  readonly outputFileOf: (row: Row) => string;
  readonly say: (line: string) => void;
};

/** What there is since it was asked before; what follows counts anew. Throws when the process has ended. */
async function readLoop({ child }: ServedBrigade): Promise<LoopReading> {
  const waiting = new AbortController();
  const { signal } = waiting;
  try {
    const answered = once(child, 'message', { signal }).then(([reading]) => reading as LoopReading);
    const ended = once(child, 'exit', { signal }).then(() => undefined);
    child.send('read');
    const reading = await Promise.race([answered, ended]);
    if (reading === undefined) throw new Error('brigade serve ended while it was measured.');
    return reading;
  } finally {
    waiting.abort();
  }
}

/** As the command is started for a person, and the hook before it. */
async function serve(homeFolder: string, target: Target): Promise<ServedBrigade> {
  await mkdir(homeFolder);
  return serveBrigade({
    dataDir: dataFolderIn(homeFolder),
    env: baseEnvironment(target, homeFolder),
    args: ['--port', '0'],
    nodeArgs: [...engineNodeOptions, '--import', hookUrl],
    hasChannel: true,
  });
}

type Load = { readonly label: string; readonly rows: readonly Row[] };

/** One after the other, then those three of which each asks something else of the thread. */
function loadsOf(rows: readonly Row[]): Load[] {
  const wanted = (names: readonly string[]) => names.flatMap((name) => rows.find((row) => row.name === name) ?? []);
  const alone = wanted(['up-small', 'down-small', 'up-big', 'down-big']);
  const together = wanted(['up-small', 'down-small', 'up-big']);
  return [
    ...alone.map((row) => ({ label: row.label, rows: [row] })),
    ...(together.length === 3
      ? [{ label: 'all three at once: both of small files, one big upload', rows: together }]
      : []),
  ];
}

/** What did not end well of a run, in words; nothing when all did. */
async function runLoad({ rows }: Load, bench: LoopBench, homeFolder: string): Promise<string[]> {
  const running = rows.map((row) => bench.run(row, homeFolder));
  // Nothing is removed while one of them is still being killed.
  await Promise.allSettled(running);
  const runs = await Promise.all(running);
  return runs.flatMap((run) => (run.outcome === 'done' ? [] : [`${run.outcome}: ${run.why}`]));
}

/** Outside the measuring: what is wrong with what a load left behind. */
async function checkLoad({ rows }: Load, { outputFileOf }: LoopBench): Promise<string[]> {
  const found: string[] = [];
  for (const row of rows) {
    const why = await row.check({ isOurs: true, outputFile: outputFileOf(row) });
    if (why !== undefined) found.push(`wrong: ${why}`);
  }
  return found;
}

/**
 * How late the event loop of the process is that runs the engine and answers the window, `brigade serve`, while transfers run
 * through it: each `brigade cp` finds it by its data folder and hands its work over. One process for all rows, so that the
 * first pays for what is loaded only once; a new one after a load that did not end well. The seconds in which `cp` starts and
 * the engine has nothing to do count too: the shorter the transfer, the more of what was sampled is idle (see `busyShare`).
 * The first row, with nothing to do, is what this machine and the measuring cost by themselves.
 */
export async function measureLoop(bench: LoopBench): Promise<LoopRow[]> {
  const { protocol, target, folder, signal, say } = bench;
  const loads = loadsOf(bench.rows);
  if (loads.length === 0) return [];
  const homeFolder = join(folder, 'served');
  const measured: LoopRow[] = [];
  let served: ServedBrigade | undefined;
  const end = async () => {
    await served?.kill();
    served = undefined;
    await rm(homeFolder, { recursive: true, force: true });
  };
  /** What is measured while `act` runs, and what of it did not end well, in words. */
  const measure = async (act: () => Promise<string[]>): Promise<Pick<LoopRow, 'reading' | 'notes'>> => {
    try {
      served ??= await serve(homeFolder, target);
      await readLoop(served);
      const notes = await act();
      return { reading: await readLoop(served), notes };
    } catch (failure) {
      signal.throwIfAborted();
      return { reading: null, notes: [`failed: ${String(failure)}`] };
    }
  };
  try {
    const idle = await measure(() => sleep(idleMs, [], { signal }));
    measured.push({ row: 'nothing to do', protocol, ...idle });
    for (const load of loads) {
      say(`Event loop, ${load.label} over ${protocol}`);
      for (const row of load.rows) await row.prepare();
      for (const row of load.rows) await row.clear();
      const { reading, notes: failures } = await measure(() => runLoad(load, bench, homeFolder));
      const notes = failures.length > 0 ? failures : await checkLoad(load, bench);
      measured.push({ row: load.label, protocol, reading: notes.length > 0 ? null : reading, notes });
      // Its jobs may be going on.
      if (failures.length > 0) await end();
      for (const row of load.rows) await row.clear();
    }
    return measured;
  } finally {
    await end();
  }
}
