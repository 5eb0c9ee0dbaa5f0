import { endedJobStates } from '../../shared/domain/transfer.ts';
import { checkDurable, checkNothingLeft, checkRest } from './check-end.ts';
import type { Placements } from './copies.ts';
import { createDice } from './dice.ts';
import { type EngineLife, killEngine, startEngine } from './engine-life.ts';
import { answerOne, type Deed, otherDeeds, userDeeds } from './people.ts';
import { populate } from './scenario.ts';
import { createTrace } from './trace.ts';
import { createWorld, type World } from './world.ts';

export type Outcome = {
  readonly seed: number;
  /** The first rule that was broken, in words; null when none was. */
  readonly violation: string | null;
  readonly steps: number;
  readonly faults: number;
  readonly filesDone: number;
  readonly deaths: number;
  readonly hash: string;
  readonly lines: readonly string[];
};

/** A run that does not end by itself is a failure of its own. */
const maxStormSteps = 3000;
const maxCalmSteps = 20_000;
const maxRounds = 40;
/** A source that changed may take one retry to be looked at again; what fails after two fails for a reason that lasts. */
const maxRetries = 2;

/**
 * One seed: people, the engine and the weather do what the seed says; then the weather is calm, everything is resumed
 * and must come to a good end, and everything is cleared and must leave nothing.
 */
export async function simulate(seed: number, options: { readonly keepLines?: number } = {}): Promise<Outcome> {
  const dice = createDice(seed);
  const trace = createTrace(options.keepLines ?? 0);
  const horizonMs = dice.pick([500, 5_000, 60_000, 400_000]);
  const world = createWorld(dice, trace, horizonMs);
  const run = createRun(world);
  const onRejection = (reason: unknown) =>
    world.violate(`unhandled: ${reason instanceof Error ? reason.stack : String(reason)}`);
  process.on('unhandledRejection', onRejection);
  try {
    populate(world);
    await storm(world, run, horizonMs);
    await calm(world, run);
  } finally {
    world.life.dead = true;
    process.off('unhandledRejection', onRejection);
  }
  const { violation, scheduler, sky } = world;
  const { filesDone } = world;
  const result = { seed, violation, steps: scheduler.steps, faults: sky.faults, filesDone, deaths: run.deaths };
  return { ...result, hash: trace.hash(), lines: trace.lines };
}

type Run = {
  engine: EngineLife | null;
  deaths: number;
  readonly placements: Placements;
  /** What a power cut brought back although the engine had removed it: nobody knows of it any more. */
  readonly excused: Set<string>;
  readonly watch: (promise: Promise<unknown>) => void;
};

function createRun(world: World): Run {
  return {
    engine: null,
    deaths: 0,
    placements: new Map(),
    excused: new Set(),
    watch(promise) {
      promise.catch((error: unknown) =>
        world.violate(`rejected: ${error instanceof Error ? error.stack : String(error)}`),
      );
    },
  };
}

const turn = setImmediate;
/** Lets the engine go on until it waits for something again. */
const nextTurn = () => new Promise<void>((resolve) => turn(resolve));

/** Does what is next, and lets the engine go on until it waits again. */
async function takeStep({ scheduler }: World): Promise<boolean> {
  if (!scheduler.step()) return false;
  await nextTurn();
  return true;
}

function die(world: World, run: Run): void {
  if (run.engine === null) return;
  const power = world.dice.chance(0.5);
  const before = new Set(world.disk.names.keys());
  killEngine(world, run.engine, power);
  for (const path of world.disk.names.keys()) if (!before.has(path)) run.excused.add(path);
  run.engine = null;
  run.deaths += 1;
}

/** Where much depends on what comes next; and what comes next, more often than anything else. */
const turningPoints: readonly { readonly at: RegExp; readonly deeds: readonly string[] }[] = [
  { at: /^commit file \d+ verification/, deeds: ['death', 'change a source', 'delete target', 'put at target'] },
  { at: /^commit file \d+ (uploadId|tempPath)/, deeds: ['death', 'change a source'] },
  { at: /^commit part|^< .* put .*#/, deeds: ['death', 'spoil an upload', 'replace an upload', 'change a source'] },
  { at: /^[<>] .* complete/, deeds: ['death', 'replace an upload', 'put at target'] },
  { at: /^> .* (delete|copy|put)/, deeds: ['death', 'change a source', 'put at target'] },
  { at: /^< .* head/, deeds: ['change a source', 'put at target'] },
  { at: /^< .* get|^disk write/, deeds: ['death', 'change a source', 'pause', 'cancel'] },
  { at: /^disk (commit|fsync|rm)/, deeds: ['death', 'put at target'] },
  { at: /^disk (stat|read)/, deeds: ['change a source'] },
];

async function storm(world: World, run: Run, horizonMs: number): Promise<void> {
  const { dice, scheduler } = world;
  run.engine = startEngine(world, run.placements);
  const users = userDeeds(world, () => run.engine?.service ?? null, run.watch);
  const [start] = users as [Deed];
  const others = otherDeeds(world);
  const byStep = new Map<number, Deed>();
  /** Between any two things that happen, or at any time; most of it while most of it moves. */
  const plan = (deed: Deed) => {
    if (dice.chance(0.6)) byStep.set(1 + dice.int(150), deed);
    else scheduler.after(Math.floor(horizonMs * dice.next() ** 3), deed.name, null, deed.act);
  };
  /** Or just when something of a kind has happened. */
  const ambushes = Array.from({ length: dice.int(6) }, () => ({
    ...dice.pick(turningPoints),
    skip: dice.int(5),
    isOver: false,
  }));
  const death = { name: 'death', act: () => dieAndRestart(world, run) };
  scheduler.after(0, start.name, null, start.act);
  if (dice.chance(0.5)) plan(start);
  for (let left = dice.chance(0.2) ? 0 : dice.int(6); left > 0; left -= 1) plan(dice.pick(users));
  for (let left = dice.chance(0.2) ? 0 : dice.int(8); left > 0; left -= 1) plan(dice.pick(others));
  for (let left = dice.chance(0.4) ? 0 : dice.int(4); left > 0; left -= 1) byStep.set(1 + dice.int(200), death);
  const endMs = scheduler.nowMs() + horizonMs;
  await nextTurn();
  while (world.violation === null && scheduler.steps < maxStormSteps && scheduler.nowMs() < endMs) {
    if (!(await takeStep(world))) return;
    const due = [byStep.get(scheduler.steps)];
    for (const ambush of ambushes) {
      if (ambush.isOver || !ambush.at.test(scheduler.last) || (ambush.skip -= 1) >= 0) continue;
      ambush.isOver = true;
      const named = dice.pick(ambush.deeds);
      const deed = [death, ...users, ...others].find(({ name }) => name === named);
      // Whoever dies may find another world when he comes back.
      due.push(
        dice.chance(0.7) ? deed : dice.pick(others),
        named === 'death' && dice.chance(0.6) ? dice.pick(others) : undefined,
      );
    }
    for (const deed of due) {
      if (deed === undefined) continue;
      world.trace.note(0, deed.name);
      deed.act();
      await nextTurn();
    }
  }
}

function dieAndRestart(world: World, run: Run): void {
  if (run.engine === null) return;
  const { dice, scheduler } = world;
  die(world, run);
  scheduler.after(dice.int(200), 'restart', null, () => {
    if (run.engine !== null) return;
    run.engine = startEngine(world, run.placements);
    if (dice.chance(0.7)) run.watch(run.engine.service.resume());
  });
}

/** Until nothing happens any more. */
async function settle(world: World, run: Run): Promise<void> {
  await nextTurn();
  for (let steps = 0; world.violation === null; steps += 1) {
    if (!(await takeStep(world))) return;
    if (steps === maxCalmSteps) {
      const states = run.engine?.service.list().map(({ id, state, error }) => `${id} ${state} ${error?.code ?? ''}`);
      world.violate(`it does not come to rest: ${states?.join(', ')}`);
    }
  }
}

async function calm(world: World, run: Run): Promise<void> {
  const { dice, sky, trace, scheduler, connections } = world;
  if (world.violation !== null) return;
  sky.calm();
  trace.note(scheduler.nowMs(), 'calm');
  for (const { account } of connections) account.needsSignIn = false;
  await settle(world, run);
  // [T64] What only waited for the network has gone on by itself.
  for (const { id, retryAtMs } of run.engine?.service.list() ?? [])
    if (retryAtMs !== undefined) world.violate(`[T64] ${id} waits for a network that is there`);
  await converge(world, run);
  if (world.violation === null && dice.chance(0.3)) {
    die(world, run);
    checkDurable(world, run.placements);
    await converge(world, run);
  }
  if (world.violation !== null || run.engine === null) return;
  world.isClearing = true;
  run.watch(run.engine.service.clear());
  await settle(world, run);
  if (world.violation === null) checkNothingLeft(world, run.excused);
}

/** Everything is resumed, answered and tried again until nothing is left to do; then it must have come to a good end. */
async function converge(world: World, run: Run): Promise<void> {
  run.engine ??= startEngine(world, run.placements);
  const { service } = run.engine;
  const sinceStep = world.scheduler.steps;
  const retried = new Map<string, number>();
  for (let round = 0; world.violation === null; round += 1) {
    service.signedIn();
    run.watch(service.resume());
    answerOne(world, service, run.watch);
    for (const { id, state } of service.list()) {
      const times = retried.get(id) ?? 0;
      if (state !== 'failed' || times >= maxRetries) continue;
      retried.set(id, times + 1);
      run.watch(service.retry(id));
    }
    await settle(world, run);
    const open = service.list().filter(({ state }) => !endedJobStates.includes(state));
    const untried = service.list().filter(({ id, state }) => state === 'failed' && (retried.get(id) ?? 0) < maxRetries);
    if (open.length === 0 && untried.length === 0) return checkRest(world, service, sinceStep);
    if (round === maxRounds)
      world.violate(`it does not end: ${open.map(({ id, state }) => `${id} ${state}`).join(', ')}`);
  }
}
