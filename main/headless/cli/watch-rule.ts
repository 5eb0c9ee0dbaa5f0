import type { RuleId } from '../../../shared/domain/ids.ts';
import type { RunView } from '../../../shared/domain/rule.ts';
import { ok } from '../../../shared/result.ts';
import { describeError } from '../../../shared/words/describe-error.ts';
import { sayError, sayFailure, type CommandContext, type ExitCode } from './command.ts';
import { count, printable } from './format.ts';
import type { Session } from './session.ts';

const lookEveryMs = 250;
const failuresShown = 20;

/** Runs whose time comes later than that are not waited for: what they are about is too young ([A31]). */
const soonMs = 10_000;
const failuresLookedAt = 1000;
const reasonsEveryMs = 5000;
const waitingLookedAt = 100;

/**
 * Waits until a rule has nothing to do but what must become older first; a stop signal leaves the rest for the next time. Why runs
 * wait to be tried again is told. 1: some of its runs have failed since `sinceMs`; what failed before is told and no failure of
 * this command.
 */
export async function watchRule(
  { io }: CommandContext,
  session: Session,
  ruleId: RuleId,
  sinceMs: number,
): Promise<ExitCode> {
  let isStopped = false;
  io.onStop(() => (isStopped = true));
  const told = new Set<string>();
  let toldMs = performance.now();
  for (;;) {
    const listed = await session.engine.call('rules.list', {});
    if (!listed.ok) return sayFailure({ io }, listed.error);
    const rule = listed.value.rules.find(({ id }) => id === ruleId);
    if (rule === undefined) return 1;
    // A paused or stopped rule does nothing more by itself.
    const isStill = rule.state !== 'on' || listed.value.allPaused;
    const isAsleep = rule.runs.running === 0 && (rule.runs.waiting === 0 || isStill);
    const left = isAsleep ? ok({ runs: rule.runs, due: false }) : await whatIsLeft(session, ruleId);
    if (!left.ok) return sayFailure({ io }, left.error);
    const { waiting, running, failed, done } = left.value.runs;
    const isIdle = !left.value.due;
    if (isIdle || isStopped) {
      io.status('');
      const rest = waiting + running > 0 ? `, ${waiting + running} to do` : '';
      io.say(`"${printable(rule.name)}": ${done} done, ${failed} failed${rest}.`);
      if (rule.stoppedBy !== undefined) io.say(describeError(rule.stoppedBy).message);
      const isFailed = failed > 0 && (await sayFailures(io, session, ruleId, sinceMs));
      return isIdle && !isFailed ? 0 : 1;
    }
    if (waiting > 0 && performance.now() - toldMs >= reasonsEveryMs) {
      toldMs = performance.now();
      await sayReasons(io, session, ruleId, told);
    }
    io.status(`${count(waiting + running, 'run')} to do, ${done} done`);
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}

/** Runs that were tried before are waited for, however long: they are to be done at once. */
function whatIsLeft({ engine }: Session, ruleId: RuleId) {
  return engine.call('rules.due', { ruleId, byMs: Date.now() + soonMs });
}

/** Why runs wait to be tried again, each reason once: nobody may be there to sign in, or to start the server. */
async function sayReasons(
  io: CommandContext['io'],
  { engine }: Session,
  ruleId: RuleId,
  told: Set<string>,
): Promise<void> {
  const listed = await engine.call('rules.history', { ruleId, states: ['waiting'], count: waitingLookedAt });
  for (const { error, event, id } of listed.ok ? listed.value.runs : []) {
    if (error === undefined || told.has(describeError(error).message)) continue;
    told.add(describeError(error).message);
    sayError(io, error, `Waits, and is tried again: ${printable(event.path ?? event.key ?? `run ${id}`)}`);
  }
}

/** Names those that have failed since then. False: there are none. */
async function sayFailures(
  io: CommandContext['io'],
  { engine }: Session,
  ruleId: RuleId,
  sinceMs: number,
): Promise<boolean> {
  const failed = await engine.call('rules.history', { ruleId, states: ['failed'], count: failuresLookedAt });
  if (!failed.ok) {
    sayError(io, failed.error);
    return true;
  }
  const [now, before] = [[], []] as [RunView[], RunView[]];
  for (const run of failed.value.runs) ((run.endedMs ?? 0) >= sinceMs ? now : before).push(run);
  for (const run of now.slice(0, failuresShown))
    if (run.error !== undefined) sayError(io, run.error, printable(run.event.path ?? run.event.key ?? `run ${run.id}`));
  const more = now.length - failuresShown;
  if (more > 0) io.say(`… and ${more} more: \`brigade rules history ${ruleId}\`.`);
  if (before.length > 0)
    io.say(`${count(before.length, 'run')} had failed before: \`brigade rules retry ${ruleId}\` or \`skip\`.`);
  return now.length > 0;
}
