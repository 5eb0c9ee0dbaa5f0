import type { Clock } from '../../shared/domain/clock.ts';
import type { RuleId, RunId } from '../../shared/domain/ids.ts';
import { appError } from '../../shared/errors.ts';
import { ok, type Result } from '../../shared/result.ts';
import type { RuleHandlers } from './rule-handler.ts';
import type { RuleJournal } from './rule-journal.ts';
import type { RuleRecord, RunPatch, RunRecord } from './rule-record.ts';
import { runView } from './rule-view.ts';

/** More than a history keeps of one rule. */
const mostRuns = 1_000_000;
/** So many runs are changed within a few milliseconds. */
const runsAtOnce = 500;

/** The commands about runs: what was done, and what a person decides about what was not. */
export function createRunCommands(deps: {
  readonly journal: RuleJournal;
  readonly clock: Clock;
  readonly rule: (ruleId: RuleId) => RuleRecord | undefined;
  /** RuleNotFound. */
  readonly find: (ruleId: RuleId) => Result<RuleRecord>;
  readonly onRunsChanged: (runs: readonly RunId[]) => void;
  /** Some may be due. */
  readonly onRuns: () => void;
}): RuleHandlers<'history' | 'due' | 'retry' | 'skip'> {
  const { journal } = deps;

  /** Runs of a rule in these states, or one of them. */
  function runsFor(ruleId: RuleId, runId: RunId | undefined, states: readonly RunRecord['state'][]) {
    if (runId === undefined) return journal.runsIn(ruleId, states, mostRuns);
    const run = journal.run(runId);
    return run !== null && run.ruleId === ruleId && states.includes(run.state) ? [run] : [];
  }

  async function patchRuns(
    runs: readonly RunRecord[],
    patchOf: (run: RunRecord) => RunPatch,
  ): Promise<Result<Record<string, never>>> {
    for (let from = 0; from < runs.length; from += runsAtOnce) {
      // Those before them took a while: one may have been begun meanwhile.
      const isAsItWas = ({ id, state }: RunRecord): boolean => journal.run(id)?.state === state;
      const some = runs.slice(from, from + runsAtOnce).filter(isAsItWas);
      const changed = await journal.change({ runs: some.map((run) => ({ id: run.id, patch: patchOf(run) })) });
      if (!changed.ok) return changed;
      deps.onRunsChanged(some.map(({ id }) => id));
    }
    deps.onRuns();
    return ok({});
  }

  return {
    async history({ from, count, ...query }) {
      const { runs, total } = journal.history(query, from, count);
      return ok({ runs: runs.map((run) => runView(run, deps.rule(run.ruleId), journal)), total });
    },
    async due({ ruleId, byMs }) {
      const rule = deps.find(ruleId);
      return rule.ok ? ok({ runs: { ...journal.counts(ruleId) }, due: journal.isAnyDue(ruleId, byMs) }) : rule;
    },
    async retry({ ruleId, runId }) {
      const rule = deps.find(ruleId);
      if (!rule.ok) return rule;
      const runs = runsFor(ruleId, runId, runId === undefined ? ['failed'] : ['failed', 'waiting', 'skipped']);
      // A version of which a later one is done would take that one's place.
      const isLate = (run: RunRecord): boolean => run.event.versionId !== null && journal.hasLaterDone(run);
      const { late = [], due = [] } = Object.groupBy(runs, (run) => (isLate(run) ? 'late' : 'due'));
      const endedMs = deps.clock.nowMs();
      const skipped = await patchRuns(late, ({ event: { bucket, key } }) => ({
        state: 'skipped',
        nextMs: null,
        endedMs,
        error: appError('LaterVersionDone', { bucket: bucket ?? undefined, key: key ?? undefined }),
      }));
      if (!skipped.ok) return skipped;
      // It is not the first try: what that may have written is in nobody's way ([A45]).
      return patchRuns(due, () => ({ state: 'waiting', nextMs: null, attempts: 1, endedMs: null, error: null }));
    },
    async skip({ ruleId, runId }) {
      const rule = deps.find(ruleId);
      if (!rule.ok) return rule;
      const runs = runsFor(ruleId, runId, runId === undefined ? ['failed'] : ['failed', 'waiting']);
      const endedMs = deps.clock.nowMs();
      return patchRuns(runs, () => ({ state: 'skipped', nextMs: null, endedMs }));
    },
  };
}
