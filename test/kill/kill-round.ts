import { existsSync, statSync, truncateSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { runBrigade } from '../servers/brigade.ts';
import { databaseOf } from '../servers/journaled-parts.ts';
import { checkAfterKill, checkAtEnd, readJournal, type Versions } from './kill-check.ts';
import type { RoundPlan, Scenario } from './kill-plan.ts';
import { type KillPhase, runAndKill } from './kill-run.ts';
import type { KillWorld } from './kill-world.ts';

export type RoundReport = {
  readonly plan: RoundPlan;
  readonly phases: readonly KillPhase[];
  /** Kills that came too late. */
  readonly tooLate: number;
  readonly emptyUploads: number;
  /** The database said that it is broken after its log had been cut short, and was put away. */
  readonly putAway: boolean;
  readonly problems: readonly string[];
};

/** What a world remembers between its rounds. */
export type RoundsState = {
  /** Version that is at the target. */
  readonly present: Map<Scenario, number>;
  dataDir: string | null;
};

/** Requests that an undisturbed run makes, roughly: kills are spread over them. */
const expectedRequests: Readonly<Record<Scenario, number>> = {
  'upload one': 6,
  'upload folder': 45,
  'download one': 5,
  'download folder': 45,
  'move folder up': 45,
};

const lockedMs = 400;

/** Somebody else holds the database for a moment while the next run goes on. */
async function lockMeanwhile(dataDir: string, delayMs: number): Promise<void> {
  await sleep(delayMs);
  if (!existsSync(databaseOf(dataDir))) return;
  const db = new Database(databaseOf(dataDir), { timeout: 50 });
  try {
    db.exec('BEGIN IMMEDIATE');
    await sleep(lockedMs);
    db.exec('ROLLBACK');
  } catch {
    // It was faster.
  } finally {
    db.close();
  }
}

function cutLogShort(dataDir: string, share: number): boolean {
  const log = `${databaseOf(dataDir)}-wal`;
  if (!existsSync(log) || statSync(log).size === 0) return false;
  truncateSync(log, Math.floor(statSync(log).size * share));
  return true;
}

/**
 * One round: runs the command, kills it, goes on (up to four times), lets it end at last and checks everything after each
 * step. Never throws for what the product does wrong: that is a problem of the report.
 */
export async function runRound(world: KillWorld, state: RoundsState, plan: RoundPlan): Promise<RoundReport> {
  const random = createSeededRandom(plan.seed * 31 + 7);
  const { scenario } = plan;
  const isMove = scenario.startsWith('move');
  const before = state.present.get(scenario);
  const version = before === 0 ? 1 : 0;
  const versions: Versions = {
    scenario,
    old: before === undefined ? null : world.tree(scenario, before),
    new: world.tree(scenario, version),
  };
  if (plan.freshData || state.dataDir === null) state.dataDir = await mkdtemp(join(world.work, 'data-'));
  const dataDir = state.dataDir;
  const options = { dataDir, env: world.env };
  const known = new Set(readJournal(dataDir).map(({ jobId }) => jobId));
  const command = await world.args(scenario, version);
  const resume = ['transfers', 'resume'];

  const problems: string[] = [];
  const phases: KillPhase[] = [];
  let tooLate = 0;
  let isWhole = true;
  let putAway = false;
  let next = command;
  let left = expectedRequests[scenario];
  let meanwhile: Promise<void> | undefined;

  /** False: not an end that is allowed. After the log was cut, the database may be broken; it has to be said. */
  const acceptEnd = async (code: number | null, stderr: string): Promise<boolean> => {
    if (code === 0) return true;
    if (isWhole) return false;
    if (stderr.includes('DatabaseCorrupt')) {
      for (const name of await readdir(dataDir)) if (name.startsWith('brigade.sqlite')) await rm(join(dataDir, name));
      putAway = true;
      return true;
    }
    // A move whose row was lost after its source was deleted: the file is where it belongs.
    return isMove && stderr.includes('FileNotFound');
  };

  for (const kill of plan.kills) {
    const from = world.proxy.requests.length;
    const run = await runAndKill(next, options, world.proxy, kill.moment, Math.max(1, left));
    await meanwhile;
    left -= world.proxy.requests.slice(from).filter((request) => request.isFinished).length;
    const journal = readJournal(dataDir, known);
    problems.push(...(await checkAfterKill(world, versions, journal, isWhole)));
    if (run.killed) phases.push(run.phase);
    else {
      tooLate += 1;
      if (!(await acceptEnd(run.code, run.stderr))) problems.push(`ended with ${run.code}: ${run.stderr}`);
    }
    if (kill.mishap === 'walCutShort' && cutLogShort(dataDir, random.next())) isWhole = false;
    // A second move of the same files would find some of them gone, and say so.
    next = kill.next === 'resume' || isMove ? resume : command;
    meanwhile = kill.mishap === 'lockedMeanwhile' ? lockMeanwhile(dataDir, random.between(0, 900)) : undefined;
  }

  // Nothing to resume: it was killed before it had said what it was about.
  for (const last of [resume, command]) {
    if (last === command && (await isAllNew(world, versions))) continue;
    const ended = await runBrigade(last, options);
    await meanwhile;
    if (!(await acceptEnd(ended.code, ended.stderr)))
      problems.push(`${last[0]} ended with ${ended.code}: ${ended.stderr}`);
  }
  const { problems: leftovers, emptyUploads } = await checkAtEnd(world, versions, dataDir, known, isWhole);
  problems.push(...leftovers);
  state.present.set(scenario, version);
  if (problems.length > 0 || !isWhole) await startOver(world, state, scenario);
  return { plan, phases, tooLate, emptyUploads, putAway, problems: [...new Set(problems)] };
}

async function isAllNew(world: KillWorld, versions: Versions): Promise<boolean> {
  const target = await world.read(versions.scenario);
  return [...versions.new].every(([name, hash]) => target.get(name) === hash);
}

/** What one round left must not be found again by the next. */
async function startOver(world: KillWorld, state: RoundsState, scenario: Scenario): Promise<void> {
  await rm(join(world.work, 'target'), { recursive: true, force: true });
  for (const each of ['download one', 'download folder'] as const) state.present.delete(each);
  if (scenario.startsWith('download')) state.present.delete(scenario);
  state.dataDir = null;
}
