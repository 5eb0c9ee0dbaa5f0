import type { RuleId } from '../../../shared/domain/ids.ts';
import { describeError } from '../../../shared/words/describe-error.ts';
import { sayError, type CommandContext, type ExitCode } from './command.ts';
import { count, printable } from './format.ts';
import type { Session } from './session.ts';

const lookEveryMs = 250;
const failuresShown = 20;

/** Waits until a rule has nothing to do; a stop signal leaves the rest for the next time. 1: some of its runs have failed. */
export async function watchRule({ io }: CommandContext, session: Session, ruleId: RuleId): Promise<ExitCode> {
  let isStopped = false;
  io.onStop(() => (isStopped = true));
  for (;;) {
    const listed = await session.engine.call('rules.list', {});
    if (!listed.ok) {
      sayError(io, listed.error);
      return 1;
    }
    const rule = listed.value.rules.find(({ id }) => id === ruleId);
    if (rule === undefined) return 1;
    const { waiting, running, failed, done } = rule.runs;
    // A paused or stopped rule does nothing more by itself.
    const isIdle = waiting + running === 0 || (running === 0 && (rule.state !== 'on' || listed.value.allPaused));
    if (isIdle || isStopped) {
      io.status('');
      const rest = waiting + running > 0 ? `, ${waiting + running} to do` : '';
      io.say(`"${printable(rule.name)}": ${done} done, ${failed} failed${rest}.`);
      if (rule.stoppedBy !== undefined) io.say(describeError(rule.stoppedBy).message);
      if (failed === 0) return isIdle ? 0 : 1;
      await sayFailures(io, session, ruleId, failed);
      return 1;
    }
    io.status(`${count(waiting + running, 'run')} to do, ${done} done`);
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}

async function sayFailures(io: CommandContext['io'], { engine }: Session, ruleId: RuleId, all: number): Promise<void> {
  const failed = await engine.call('rules.history', { ruleId, states: ['failed'], count: failuresShown });
  if (!failed.ok) return;
  for (const run of failed.value.runs)
    if (run.error !== undefined) sayError(io, run.error, printable(run.event.path ?? run.event.key ?? `run ${run.id}`));
  const more = all - failed.value.runs.length;
  if (more > 0) io.say(`… and ${more} more: \`brigade rules history ${ruleId}\`.`);
}
