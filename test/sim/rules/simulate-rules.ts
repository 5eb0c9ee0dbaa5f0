import { createDice } from '../dice.ts';
import type { Deed } from '../people.ts';
import type { Outcome } from '../simulate.ts';
import { createTrace } from '../trace.ts';
import { calm } from './calm.ts';
import { createRuleWorld } from './create-rule-world.ts';
import { deathOf, type Drama, nextTurn, quitOf, start, takeStep, watchOf } from './drama.ts';
import { ruleDeeds, worldDeeds } from './rule-people.ts';
import { pickRules, populateRules, versionBuckets } from './rule-scenario.ts';
import type { RuleWorld } from './rule-world.ts';
import { setTimeOf } from './simulated-time.ts';

const maxStormSteps = 2500;

/** One seed: rules, people, other programs and the weather; then it is calm, and all of it must come to rest. */
export async function simulateRules(seed: number, options: { readonly keepLines?: number } = {}): Promise<Outcome> {
  const dice = createDice(seed);
  const trace = createTrace(options.keepLines ?? 0);
  const horizonMs = dice.pick([15_000, 60_000, 60_000, 240_000, 900_000]);
  const world = createRuleWorld(dice, trace, horizonMs);
  setTimeOf(
    () => world.nowMs(),
    (delayMs, act) => void world.scheduler.after(delayMs, 'signal', world.life, act),
  );
  const drama: Drama = {
    world,
    placements: new Map(),
    excused: new Set(),
    life: null,
    leaving: null,
    wasEverPaused: false,
  };
  const onRejection = (reason: unknown) =>
    world.violate(`unhandled: ${reason instanceof Error ? reason.stack : String(reason)}`);
  process.on('unhandledRejection', onRejection);
  try {
    populateRules(world);
    versionBuckets(world, seed);
    await storm(drama, horizonMs);
    await calm(drama);
  } finally {
    world.life.dead = true;
    process.off('unhandledRejection', onRejection);
  }
  if (world.violation !== null && options.keepLines !== undefined) noteRuns(world);
  const runs = world.db.prepare("SELECT count(*) FROM rule_run WHERE state = 'done'").pluck().get() as number;
  world.db.close();
  const { violation, scheduler, sky, deaths } = world;
  const result = { seed, violation, steps: scheduler.steps, faults: sky.faults, filesDone: runs, deaths };
  return { ...result, hash: trace.hash(), lines: trace.lines };
}

/** What the journal says in the end, for whoever looks for what went wrong. */
function noteRuns(world: RuleWorld): void {
  const { trace, reader, db } = world;
  for (const { id, connectionId, trigger, actions, marks } of reader.rules())
    trace.note(0, `rule ${id} ${connectionId} ${JSON.stringify({ trigger, actions, marks })}`);
  const rows = db.prepare('SELECT id, source FROM rule_run ORDER BY id').all() as { id: number; source: string }[];
  for (const { id, source } of rows) {
    const run = reader.run(id as NonNullable<ReturnType<typeof reader.run>>['id']);
    if (run === null) continue;
    const { event, state, step, error, causes, isHeld } = run;
    const steps = reader.steps(run.id).map((each) => `${each.state} ${each.detail ?? ''} ${each.error?.code ?? ''}`);
    trace.note(
      0,
      `run ${id} ${run.ruleId} ${source} ${event.type} ${event.key} ${event.versionId ?? ''} ${event.etag} ${event.lastModified} ${state} at ${step} ${
        error?.code ?? ''
      } after ${causes.join()} ${isHeld ? 'held' : ''} [${steps.join('; ')}]`,
    );
  }
  for (const write of db.prepare('SELECT * FROM rule_write').all()) trace.note(0, JSON.stringify(write));
}

const turningPoints: readonly { readonly at: RegExp; readonly deeds: readonly string[] }[] = [
  { at: /^index commit look/, deeds: ['death', 'new object', 'new file', 'overwrite'] },
  { at: /^index (look|update) done/, deeds: ['death', 'remove a rule', 'edit a rule'] },
  { at: /^index forget/, deeds: ['death', 'overwrite'] },
  { at: /^turn/, deeds: ['death', 'pause a rule', 'retry a run', 'skip a run'] },
  { at: /^commit job/, deeds: ['death', 'overwrite', 'cancel a job'] },
  { at: /^> .* (copy|put)/, deeds: ['death', 'overwrite', 'overwrite with the same'] },
  { at: /^< .* head/, deeds: ['overwrite', 'overwrite with the same', 'delete an object', 'death'] },
  { at: /^> .* delete/, deeds: ['death', 'overwrite', 'overwrite with the same'] },
  { at: /^< .* (copy|complete|put)/, deeds: ['death', 'overwrite', 'run a rule'] },
  { at: /^< .* list/, deeds: ['delete an object', 'new object', 'overwrite', 'death'] },
  { at: /^disk (stat|readdir)/, deeds: ['new file', 'write on', 'delete a file', 'folder away'] },
  { at: /^commit remove job/, deeds: ['death'] },
];

async function storm(drama: Drama, horizonMs: number): Promise<void> {
  const { world } = drama;
  const { dice, scheduler } = world;
  start(drama);
  await nextTurn();
  const services = () => drama.life;
  const users = ruleDeeds(world, services, watchOf(drama));
  const others = worldDeeds(world);
  const endings = [deathOf(drama), deathOf(drama), quitOf(drama)];
  const byStep = new Map<number, Deed>();
  const plan = (deed: Deed) => {
    if (dice.chance(0.4)) byStep.set(1 + dice.int(400), deed);
    else scheduler.after(Math.floor(horizonMs * dice.next()), deed.name, null, () => perform(deed));
  };
  let isOver = false;
  const perform = (deed: Deed) => {
    if (isOver) return;
    if (deed.name === 'pause all') drama.wasEverPaused = true;
    deed.act();
  };
  const ambushes = Array.from({ length: dice.int(5) }, () => ({
    ...dice.pick(turningPoints),
    skip: dice.int(6),
    isOver: false,
  }));
  for (let left = 1 + dice.int(3); left > 0; left -= 1)
    for (const rule of pickRules(world, left * 10)) {
      const add = { name: 'add a rule', act: () => void drama.life?.rules.add({ rule }).catch(() => undefined) };
      if (dice.chance(0.7)) scheduler.after(dice.int(50), add.name, null, add.act);
      else plan(add);
    }
  for (let left = 2 + dice.int(10); left > 0; left -= 1) plan(dice.pick(others));
  for (let left = dice.chance(0.3) ? 0 : dice.int(6); left > 0; left -= 1) plan(dice.pick(users));
  for (let left = dice.chance(0.4) ? 0 : dice.int(4); left > 0; left -= 1) plan(dice.pick(endings));
  const endMs = scheduler.nowMs() + horizonMs;
  const firstStep = scheduler.steps;
  while (world.violation === null && scheduler.steps < maxStormSteps && scheduler.nowMs() < endMs) {
    if (!(await takeStep(drama))) break;
    const due = [byStep.get(scheduler.steps - firstStep)];
    for (const ambush of ambushes) {
      if (ambush.isOver || !ambush.at.test(scheduler.last) || (ambush.skip -= 1) >= 0) continue;
      ambush.isOver = true;
      const named = dice.pick(ambush.deeds);
      due.push([...endings, ...users, ...others].find(({ name }) => name === named));
      if (named === 'death' && dice.chance(0.5)) due.push(dice.pick(others));
    }
    for (const deed of due) {
      if (deed === undefined) continue;
      world.trace.note(0, deed.name);
      perform(deed);
      await nextTurn();
    }
  }
  isOver = true;
}
