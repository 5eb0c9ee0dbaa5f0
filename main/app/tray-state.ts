import type { JobState, JobView } from '../../shared/domain/transfer.ts';
import { type Activity, failingRules, rulesOn, runningJobs } from './activity.ts';

/** What the icon in the tray has to say. */
export type TrayState = {
  readonly lines: readonly TrayLine[];
  /** A rule fails, or a transfer has failed or waits for an answer. */
  readonly needsAttention: boolean;
  /** What can be done with all rules at once; null where there is none. */
  readonly rules: 'pause' | 'resume' | null;
};

export type TrayLine =
  | { readonly type: 'idle' }
  | { readonly type: 'rules'; readonly on: number; readonly failing: number; readonly allPaused: boolean }
  /** Files that are still to be done. `other`: of several kinds. */
  | { readonly type: 'transfers'; readonly kind: JobView['kind'] | 'other'; readonly files: number }
  | { readonly type: 'changes' | 'questions' | 'failed' | 'interrupted'; readonly count: number };

/** Pure. */
export function trayState(activity: Activity): TrayState {
  const jobs = runningJobs(activity);
  const moving = jobs.filter(({ question }) => question === undefined);
  const questions = jobs.length - moving.length;
  const failed = countOf(activity, 'failed');
  const interrupted = countOf(activity, 'interrupted');
  const on = rulesOn(activity).length;
  const failing = failingRules(activity).length;
  const lines: TrayLine[] = [];
  if (moving.length > 0) lines.push({ type: 'transfers', kind: kindOf(moving), files: sum(moving.map(filesLeft)) });
  if (activity.changes.count > 0) lines.push({ type: 'changes', count: activity.changes.count });
  if (questions > 0) lines.push({ type: 'questions', count: questions });
  if (failed > 0) lines.push({ type: 'failed', count: failed });
  if (interrupted > 0) lines.push({ type: 'interrupted', count: interrupted });
  if (on + failing > 0) lines.push({ type: 'rules', on, failing, allPaused: activity.allPaused });
  return {
    lines: lines.length > 0 ? lines : [{ type: 'idle' }],
    needsAttention: failing + failed + questions > 0,
    rules: activity.allPaused ? 'resume' : on > 0 ? 'pause' : null,
  };
}

/** Of a person: those of rules are their rules' to tell. */
function countOf({ jobs }: Activity, state: JobState): number {
  return [...jobs.values()].filter((job) => job.state === state && job.ruleId === undefined).length;
}

function kindOf(jobs: readonly JobView[]): JobView['kind'] | 'other' {
  const [kind, ...others] = new Set(jobs.map((job) => job.kind));
  return kind === undefined || others.length > 0 ? 'other' : kind;
}

/** While its sources are still being listed a job knows of none. */
function filesLeft({ filesTotal, filesDone, filesSkipped, filesFailed }: JobView): number {
  return Math.max(1, filesTotal - filesDone - filesSkipped - filesFailed);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
