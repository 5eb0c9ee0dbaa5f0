import type { RunId } from '../../../shared/domain/ids.ts';
import { appError } from '../../../shared/errors.ts';
import { deleteCounterpart } from '../mirror/delete-counterpart.ts';
import type { RuleRecord, RunRecord } from '../rule-record.ts';
import { runDirect } from './direct-actions.ts';
import { type DirectContext, failed } from './direct-context.ts';
import { isTransferAction } from './plan-transfer.ts';
import type { RunPlanner } from './run-planner.ts';
import type { RunnerDeps } from './runner-deps.ts';
import type { EndedWrite, StepOutcome } from './step-outcome.ts';
import { streamWrite } from './transfer-batch.ts';
import { streamKey } from './upload-stream.ts';

/** Steps that are no transfer jobs, on their connections. */
export function createDirectSteps(
  deps: Pick<RunnerDeps, 'journal' | 'opener' | 'ports' | 'rules' | 'transfers' | 'clock'>,
  planner: RunPlanner,
  signal: AbortSignal,
) {
  /** [A44] A person may have been told before a crash. */
  const alreadyTold = new Set<RunId>();

  /** [A34] What a step that is no transfer puts where rules look. */
  async function writes(rule: RuleRecord, run: RunRecord, outcome: StepOutcome | null): Promise<readonly EndedWrite[]> {
    const action = rule.actions[run.step];
    if (action?.type !== 'uploadStream') return [];
    const context = planner.contextOf(rule, run, action);
    if (!context.ok) return [];
    const key = streamKey(action, run, context.value);
    const { connectionId } = context.value;
    return streamWrite(deps, { connectionId, bucket: action.bucket, key }, outcome, signal);
  }

  async function doStep(rule: RuleRecord, run: RunRecord): Promise<StepOutcome> {
    const action = rule.actions[run.step];
    if (action === undefined) return failed(appError('RuleEdited'));
    const context = planner.contextOf(rule, run, action);
    if (!context.ok) return failed(context.error);
    const connection = await deps.opener.open(context.value.connectionId);
    if (!connection.ok) return failed(connection.error);
    const full: DirectContext = {
      ...context.value,
      connection: connection.value,
      open: (connectionId) => deps.opener.open(connectionId),
      signal,
      ports: {
        ...deps.ports,
        notify: (notice) => {
          if (!alreadyTold.delete(run.id)) deps.ports.notify(rule.id, notice);
        },
      },
    };
    // The one step that is a transfer's and yet none.
    if (isTransferAction(action)) return deleteCounterpart(action, run, full);
    return runDirect(action, run, full);
  }

  return {
    writes,
    run: doStep,
    /** Before its step is begun: one that was begun before, in whichever life, tells nothing again. */
    noteBegun({ id, step: position }: RunRecord): void {
      const step = deps.journal.steps(id).find((each) => each.position === position);
      // What threw may have done so after it had told.
      const wasBegun = step?.state === 'running' || step?.error?.code === 'UnexpectedFailure';
      if (wasBegun && ['notify', 'presign'].includes(step?.action ?? '')) alreadyTold.add(id);
    },
  };
}
