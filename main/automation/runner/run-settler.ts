import type { RuleId } from '../../../shared/domain/ids.ts';
import { appError } from '../../../shared/errors.ts';
import { describeError } from '../../../shared/words/describe-error.ts';
import type { Action } from '../../../shared/domain/rule-action.ts';
import { isMirrorDeletion } from '../mirror/limit-deletions.ts';
import { pause } from '../../pause.ts';
import type { RulePatch, RuleRecord, RunRecord } from '../rule-record.ts';
import type { RunnerDeps } from './runner-deps.ts';
import { type Settled, settleStep } from './settle-step.ts';
import type { EndedWrite, StepOutcome } from './step-outcome.ts';

/** [A46] */
const failuresThatStop = 10;
/** A journal that cannot be written now (a full disk, a lock) is tried again. */
export const journalRetryMs = 1000;

export type SteppedRun = {
  readonly run: RunRecord;
  readonly outcome: StepOutcome;
  readonly writes: readonly EndedWrite[];
};

/** Journals outcomes of steps, all of them in one commit, and stops a rule that fails always. */
export function createRunSettler(
  deps: Pick<RunnerDeps, 'journal' | 'clock' | 'rule' | 'notePatch' | 'onRunsChanged' | 'onUnexpected'>,
  closing: AbortSignal,
) {
  /** One after another of each rule: what failed before is counted. */
  const last = new Map<RuleId, Promise<unknown>>();
  async function inTurn<T>(ruleId: RuleId, work: () => Promise<T>): Promise<T> {
    const turn = (last.get(ruleId) ?? Promise.resolve()).then(work);
    const done = turn.catch(() => undefined);
    last.set(ruleId, done);
    try {
      return await turn;
    } finally {
      if (last.get(ruleId) === done) last.delete(ruleId);
    }
  }

  return {
    /** False: the engine closes before it could be journaled; after a restart it is found out again. */
    async settle(rule: RuleRecord, stepped: readonly SteppedRun[]): Promise<boolean> {
      const isJournaled = await inTurn(rule.id, () => journalOutcomes(rule, stepped, deps.clock.nowMs()));
      if (isJournaled)
        deps.onRunsChanged(
          rule.id,
          stepped.map(({ run }) => run.id),
        );
      return isJournaled;
    },
  };

  async function journalOutcomes(rule: RuleRecord, all: readonly SteppedRun[], nowMs: number): Promise<boolean> {
    for (;;) {
      // Somebody may have skipped one while its outcome could not be written.
      const stepped = all.filter(({ run }) => deps.journal.run(run.id)?.state !== 'skipped');
      const settled = stepped.map(({ run, outcome }) => settleStep(run, stepsOf(rule, run), outcome, nowMs));
      const before = deps.rule(rule.id);
      const patch = rulePatch(before ?? rule, stepped, settled, nowMs);
      const changed = await deps.journal.change({
        runs: stepped.map(({ run }, index) => ({ id: run.id, patch: settled[index]?.run ?? {} })),
        steps: stepped.flatMap(({ run }, index) => {
          const step = settled[index]?.step;
          return step === undefined ? [] : [{ runId: run.id, position: run.step, step }];
        }),
        endWrites: stepped.flatMap(({ run, writes }) =>
          writes.map(({ place, key, wrote, savedAs = key }) => ({
            runId: run.id,
            place,
            key,
            savedAs,
            wrote: wrote === null ? null : { ...wrote, endedMs: nowMs },
          })),
        ),
        rule: { id: rule.id, patch },
      });
      if (changed.ok) {
        const isSaved = deps.rule(rule.id) !== before;
        deps.notePatch(rule.id, patch);
        // Whoever has saved the rule meanwhile has written what it was before over this.
        const again = isSaved ? await deps.journal.change({ rule: { id: rule.id, patch } }) : changed;
        if (!again.ok) deps.onUnexpected(`journal of rule ${rule.id}`, again.error);
        return true;
      }
      deps.onUnexpected(`journal of rule ${rule.id}`, changed.error);
      if (!(await pause(deps.clock, journalRetryMs, closing))) return false;
    }
  }
}

/** A deletion of a mirror is all that there is to do. */
function stepsOf(rule: RuleRecord, run: RunRecord): readonly Action[] {
  return isMirrorDeletion(rule, run) ? [{ type: 'delete' }] : rule.actions;
}

function rulePatch(
  rule: RuleRecord,
  stepped: readonly SteppedRun[],
  settled: readonly Settled[],
  nowMs: number,
): RulePatch {
  let { failuresInRow, stoppedBy } = rule;
  for (const [index, { ended }] of settled.entries()) {
    const outcome = stepped[index]?.outcome;
    if (ended === 'done') failuresInRow = 0;
    if (ended !== 'failed' || outcome?.type !== 'failed') continue;
    failuresInRow += 1;
    if (failuresInRow >= failuresThatStop)
      stoppedBy ??= appError('RuleFailsAlways', { runs: failuresInRow, reason: describeError(outcome.error).message });
  }
  const hasEnded = settled.some(({ ended }) => ended !== null);
  // A stop that is not this one's may be somebody else's at the same time.
  return {
    failuresInRow,
    ...(stoppedBy === rule.stoppedBy ? {} : { stoppedBy }),
    ...(hasEnded ? { lastRunMs: nowMs } : {}),
  };
}
