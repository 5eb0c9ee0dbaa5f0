import type { EngineEvent } from '../../shared/contract/events.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import type { RunId } from '../../shared/domain/ids.ts';
import type { RuleView, RunView } from '../../shared/domain/rule.ts';

const rulesEveryMs = 500;
/** While many run, windows are told of some: the history has them all. */
const runsAtOnce = 50;

/** Tells windows of rules and runs, no more often than a person can read. */
export function createRuleEvents(deps: {
  readonly clock: Clock;
  readonly emit: (event: EngineEvent) => void;
  readonly views: () => RuleView[];
  readonly isPaused: () => boolean;
  readonly runOf: (runId: RunId) => RunView | null;
}) {
  const { clock, emit } = deps;
  const runs = new Set<RunId>();
  let areRulesDue = false;
  let cancelTimer: (() => void) | null = null;
  let lastMs = Number.NEGATIVE_INFINITY;

  function flush(): void {
    cancelTimer = null;
    lastMs = clock.nowMs();
    if (areRulesDue) emit({ type: 'rules.changed', rules: deps.views(), allPaused: deps.isPaused() });
    areRulesDue = false;
    for (const runId of [...runs].slice(-runsAtOnce)) {
      const run = deps.runOf(runId);
      if (run !== null) emit({ type: 'rules.runChanged', run });
    }
    runs.clear();
  }

  function schedule(): void {
    cancelTimer ??= clock.setTimer(Math.max(0, lastMs + rulesEveryMs - clock.nowMs()), flush);
  }

  return {
    changed(): void {
      areRulesDue = true;
      schedule();
    },
    runsChanged(runIds: readonly RunId[]): void {
      for (const runId of runIds) runs.add(runId);
      areRulesDue = true;
      schedule();
    },
    close(): void {
      cancelTimer?.();
      cancelTimer = null;
    },
  };
}
