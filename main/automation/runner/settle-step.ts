import type { Action } from '../../../shared/domain/rule-action.ts';
import type { AppError } from '../../../shared/errors.ts';
import { isUnreachable } from '../../transfers/offline.ts';
import type { RunPatch, RunRecord, StepPatch, StepRecord } from '../rule-record.ts';
import type { StepOutcome } from './step-outcome.ts';

/** [A45] Pauses before the second, third … try of a step. */
export const retryDelaysMs = [10_000, 60_000, 5 * 60_000, 30 * 60_000] as const;
/** How long a step waits that reaches no server or has nobody signed in. */
const heldUpMs = 30_000;

export type Settled = {
  readonly run: RunPatch;
  readonly step: StepPatch & Pick<StepRecord, 'action' | 'state'>;
  /** How the run has ended, if it has. */
  readonly ended: 'done' | 'failed' | 'skipped' | null;
};

/** What becomes of a run by the outcome of its step. Pure. */
export function settleStep(
  run: Pick<RunRecord, 'step' | 'attempts'>,
  actions: readonly Action[],
  outcome: StepOutcome,
  nowMs: number,
): Settled {
  const action = actions[run.step]?.type ?? 'audit';
  switch (outcome.type) {
    case 'done':
    case 'passed': {
      const { detail, bytes = null, subject } = outcome;
      const isLast = run.step + 1 >= actions.length;
      return {
        run: {
          state: isLast ? 'done' : 'waiting',
          step: run.step + 1,
          attempts: 0,
          nextMs: null,
          error: null,
          ...(subject === undefined ? {} : { subject }),
          ...(isLast ? { endedMs: nowMs } : {}),
        },
        step: {
          action,
          state: outcome.type === 'done' ? 'done' : 'skipped',
          detail,
          bytes,
          error: null,
          endedMs: nowMs,
        },
        ended: isLast ? 'done' : null,
      };
    }
    case 'skipped':
      return {
        run: { state: 'skipped', endedMs: nowMs, nextMs: null, error: outcome.error },
        step: { action, state: 'skipped', error: outcome.error, endedMs: nowMs },
        ended: 'skipped',
      };
    case 'later':
      return waiting(action, outcome.error, nowMs + outcome.delayMs, run.attempts);
    case 'failed': {
      const { error } = outcome;
      if (waitsForSomebody(error) || isUnreachable(error))
        return waiting(action, error, nowMs + heldUpMs, run.attempts);
      const delayMs = mayHelp(error) ? retryDelaysMs[run.attempts] : undefined;
      if (delayMs !== undefined) return waiting(action, error, nowMs + delayMs, run.attempts + 1);
      return {
        run: { state: 'failed', endedMs: nowMs, nextMs: null, error },
        step: { action, state: 'failed', error, endedMs: nowMs },
        ended: 'failed',
      };
    }
  }
}

function waiting(action: Action['type'], error: AppError | null, nextMs: number, attempts: number): Settled {
  return {
    run: { state: 'waiting', nextMs, attempts, error },
    step: { action, state: 'waiting', error, jobId: null },
    ended: null,
  };
}

/** A sign-in, an unlocked vault; not a decision, which a rule has made already. */
function waitsForSomebody({ retry, code }: AppError): boolean {
  return retry === 'ask' && code !== 'TargetExists';
}

function mayHelp({ retry }: AppError): boolean {
  return retry === 'backoff' || retry === 'reauth';
}
