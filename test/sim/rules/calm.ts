import type { Statement } from 'better-sqlite3';
import type { RuleView } from '../../../shared/domain/rule.ts';
import { checkNothingLeft } from '../check-end.ts';
import { checkLooks } from './check-looks.ts';
import { checkNothingOpen, checkRuns } from './check-runs.ts';
import { die, type Drama, start, takeStep, watchOf } from './drama.ts';
import type { RuleLife } from './rule-life.ts';
import type { RuleWorld } from './rule-world.ts';

/** Of the calm: nothing that goes on takes longer than that to end, but for the looks, which never do. */
const [quietMs, roundMs, maxRoundSteps, maxRounds] = [8_000, 45_000, 6000, 30];
/** Each rule makes a run of each state at most; the rest is a loop. */
const maxRuns = 600;
const maxRetries = 2;

/** Fair weather: all of it comes to rest, and is checked; now and then once more after another crash. */
export async function calm(drama: Drama): Promise<void> {
  const { world } = drama;
  if (world.violation !== null) return;
  world.sky.calm();
  world.isFolderGone = false;
  world.trace.note(world.scheduler.nowMs(), 'calm');
  for (const { account } of world.connections) account.needsSignIn = false;
  await converge(drama);
  if (world.violation === null && world.dice.chance(0.3)) {
    die(drama);
    await converge(drama);
  }
  if (world.violation !== null) return;
  checkLooks(world);
  checkRuns(world, drama.placements, drama.wasEverPaused);
  checkNothingOpen(world);
  if (world.violation === null) checkNothingLeft(world, drama.excused);
}

/** Everything is resumed, looked at and tried again until nothing is left to do. */
async function converge(drama: Drama): Promise<void> {
  const { world } = drama;
  const watch = watchOf(drama);
  const retried = new Map<number, number>();
  let quietRounds = 0;
  for (let round = 0; world.violation === null; round += 1) {
    if (drama.life === null) start(drama);
    const { rules, transfers } = drama.life as unknown as RuleLife;
    transfers.signedIn();
    watch(transfers.resume());
    const before = world.observer.changes.size;
    let looks = 0;
    const failures: string[] = [];
    if (rules.isPaused()) watch(rules.resume({ deletesSeen: false }));
    for (const view of rules.views()) {
      if (view.state !== 'on') watch(rules.resume({ ruleId: view.id, deletesSeen: false }));
      looks += lookAgain(drama, view, (outcome) => {
        looks -= 1;
        if (outcome !== null) failures.push(`${view.id}: ${outcome}`);
      });
      for (const run of world.reader.runsIn(view.id, ['failed', 'waiting'], 1000)) {
        const times = retried.get(run.id) ?? 0;
        const isLater = run.state === 'waiting' && run.nextMs !== null && run.nextMs > world.nowMs() + 5000;
        if (run.state === 'waiting' ? !isLater : times >= maxRetries) continue;
        retried.set(run.id, times + 1);
        watch(rules.retry({ ruleId: view.id, runId: run.id }));
      }
    }
    const beganMs = world.scheduler.nowMs();
    const isOver = () => {
      const passedMs = world.scheduler.nowMs() - beganMs;
      return passedMs >= roundMs || (passedMs >= quietMs && looks === 0 && !isBusy(world));
    };
    for (let steps = 0; world.violation === null && !isOver(); steps += 1) {
      if (!(await takeStep(drama))) break;
      if (steps === maxRoundSteps) world.violate('it does not come to rest');
    }
    const total = world.db.prepare('SELECT count(*) FROM rule_run').pluck().get() as number;
    if (total > maxRuns) world.violate(`[A34] ${total} runs: a loop`);
    const open = world.reader.rules().flatMap(({ id }) => world.reader.runsIn(id, ['waiting', 'running'], 10));
    const untried = world.reader
      .rules()
      .flatMap(({ id }) => world.reader.runsIn(id, ['failed'], 1000))
      .filter(({ id }) => (retried.get(id) ?? 0) < maxRetries);
    const isQuiet =
      looks === 0 &&
      failures.length === 0 &&
      open.length + untried.length === 0 &&
      world.journal.jobs.size === 0 &&
      world.observer.changes.size === before;
    quietRounds = isQuiet ? quietRounds + 1 : 0;
    if (quietRounds === 2) return;
    if (round === maxRounds)
      world.violate(
        `it does not end: ${[
          ...open.map(
            ({ id, ruleId, state, step, error }) => `run ${id} of ${ruleId} ${state} in ${step} ${error?.code ?? ''}`,
          ),
          ...untried.map(({ id, error }) => `run ${id} failed ${error?.code}`),
          ...transfers.list().map(({ id, state, error }) => `${id} ${state} ${error?.code ?? ''}`),
          ...failures,
          ...(isQuiet ? [] : [`${world.observer.changes.size - before} changes, ${world.journal.jobs.size} jobs`]),
          looks > 0 ? `${looks} looks` : '',
        ].join(', ')}`,
      );
  }
}

const openRuns = new WeakMap<RuleWorld, Statement>();

/** Something is being done, or is about to be. */
function isBusy(world: RuleWorld): boolean {
  if (world.journal.jobs.size > 0) return true;
  let open = openRuns.get(world);
  if (open === undefined) {
    open = world.db
      .prepare(
        "SELECT count(*) FROM rule_run JOIN rule ON rule.id = rule_id WHERE removed = 0 AND state IN ('waiting', 'running')",
      )
      .pluck();
    openRuns.set(world, open);
  }
  return (open.get() as number) > 0;
}

/** How many looks were begun. */
function lookAgain({ life }: Drama, view: RuleView, onEnd: (failure: string | null) => void): number {
  if (life === null || (view.trigger.type !== 'newObject' && view.trigger.type !== 'folder')) return 0;
  void life.rules.run({ ruleId: view.id }).then((ran) => onEnd(ran.ok ? null : ran.error.code));
  return 1;
}
