import type { Action } from '../../../shared/domain/rule-action.ts';
import { ok, type Result } from '../../../shared/result.ts';
import { templateValues } from '../action-values.ts';
import type { RuleRecord, RunRecord } from '../rule-record.ts';
import { isTransferAction, type PlanContext, type PlannedTransfer, planTransfer } from './plan-transfer.ts';
import type { RunnerDeps } from './runner-deps.ts';

/** What a run has in its job. */
export type JobSource = Pick<PlannedTransfer, 'source' | 'isTree'>;

/** What the steps of runs are, with all that their templates and connections say. Asks nobody. */
export function createRunPlanner(deps: Pick<RunnerDeps, 'connectionIdOf' | 'connectionName' | 'pathRules'>) {
  /** ConnectionNotFound. */
  function contextOf(rule: RuleRecord, run: RunRecord, action: Action): Result<PlanContext> {
    const named = 'connection' in action ? action.connection : undefined;
    const connectionId = named === undefined ? ok(rule.connectionId) : deps.connectionIdOf(named);
    if (!connectionId.ok) return connectionId;
    const values = templateValues(rule, deps.connectionName(rule.connectionId), run);
    return ok({ rule, values, pathRules: deps.pathRules, connectionId: connectionId.value });
  }

  /** Null: its step is no transfer. */
  function planOf(rule: RuleRecord, run: RunRecord): Result<PlannedTransfer> | null {
    const action = rule.actions[run.step];
    if (action === undefined || !isTransferAction(action)) return null;
    const context = contextOf(rule, run, action);
    return context.ok ? planTransfer(action, run, context.value) : context;
  }

  return {
    contextOf,
    planOf,
    /** Of a rule that was edited since the job began, by what the run was about. */
    sourceOf(rule: RuleRecord, run: RunRecord): JobSource | null {
      const planned = planOf(rule, run);
      if (planned?.ok === true) return planned.value;
      const source = run.subject.file?.path ?? run.subject.object?.key;
      return source === undefined ? null : { source, isTree: false };
    },
  };
}
export type RunPlanner = ReturnType<typeof createRunPlanner>;

export type PlannedRun = { readonly run: RunRecord; readonly planned: PlannedTransfer };

/**
 * Of planned runs those that fit into one job with the first of them, `atMost` so many. Two states of one object, or two
 * objects for one name, go one after another. Pure.
 */
export function chooseForJob(planned: Iterable<PlannedRun>, atMost: number): PlannedRun[] {
  const chosen: PlannedRun[] = [];
  const [sources, targets] = [new Set<string>(), new Set<string>()];
  let header: string | null = null;
  for (const each of planned) {
    const { source, target, isTree } = each.planned;
    const ofThis = JSON.stringify(each.planned.header);
    if (header !== null && (ofThis !== header || isTree)) continue;
    if (sources.has(source) || targets.has(target)) continue;
    header ??= ofThis;
    sources.add(source);
    targets.add(target);
    chosen.push(each);
    if (isTree || chosen.length >= atMost) break;
  }
  return chosen;
}
