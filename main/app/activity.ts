import type { EngineEvent, Snapshot } from '../../shared/contract/events.ts';
import type { JobId } from '../../shared/domain/ids.ts';
import type { Preferences } from '../../shared/domain/preferences.ts';
import type { RuleView } from '../../shared/domain/rule.ts';
import { markOf, needsAttention } from '../../shared/domain/rule-mark.ts';
import { type JobView, movingJobStates } from '../../shared/domain/transfer.ts';

/** What the engine is at, as far as it matters without a window. */
export type Activity = {
  readonly rules: readonly RuleView[];
  readonly allPaused: boolean;
  readonly jobs: ReadonlyMap<JobId, JobView>;
  /** Of the commands that change objects or buckets. */
  readonly changes: Snapshot['changes'];
  readonly preferences: Preferences;
};

/** Pure. */
export function activityOf({ rules, rulesPaused, jobs, changes, preferences }: Snapshot): Activity {
  return { rules, allPaused: rulesPaused, jobs: new Map(jobs.map((job) => [job.id, job])), changes, preferences };
}

/** Pure. The same object where nothing of it has changed. */
export function applyToActivity(activity: Activity, events: readonly EngineEvent[]): Activity {
  let next = activity;
  // Once for all of them: a batch may tell of many.
  let jobs: Map<JobId, JobView> | null = null;
  for (const event of events) {
    if (event.type === 'rules.changed') next = { ...next, rules: event.rules, allPaused: event.allPaused };
    else if (event.type === 'preferences.changed') next = { ...next, preferences: event.preferences };
    else if (event.type === 'changes.underWay') {
      const { type: _, ...changes } = event;
      next = { ...next, changes };
    } else if (event.type === 'transfers.job') (jobs ??= new Map(next.jobs)).set(event.job.id, event.job);
    else if (event.type === 'transfers.jobRemoved') (jobs ??= new Map(next.jobs)).delete(event.jobId);
  }
  return jobs === null ? next : { ...next, jobs };
}

/** Pure. */
export function runningJobs({ jobs }: Activity): JobView[] {
  return [...jobs.values()].filter(({ state }) => movingJobStates.includes(state));
}

/** Pure. Rules that act on what happens, also while all are paused: what happens meanwhile waits for them. */
export function rulesOn({ rules }: Activity): RuleView[] {
  return rules.filter(({ state }) => state === 'on');
}

/** Pure. Rules that a person should look at: stopped by themselves, without sight of what they watch, or with failed runs. */
export function failingRules({ rules, allPaused }: Activity): RuleView[] {
  return rules.filter((rule) => needsAttention(markOf(rule, allPaused)));
}

/** Pure. Rules that have stopped themselves between two states. A new one that waits to be begun has not. */
export function rulesStoppedSince(before: Activity, now: Activity): RuleView[] {
  const wasNot = new Set(before.rules.filter(({ state }) => state !== 'stopped').map(({ id }) => id));
  return now.rules.filter(({ id, state }) => state === 'stopped' && wasNot.has(id));
}

export type TransferNews = { readonly job: JobView; readonly news: 'failed' | 'question' };

/** Pure. What has become of a person's transfers between two states that they should know; those of rules are told as rules. */
export function transferNews(before: Activity, now: Activity): TransferNews[] {
  return [...now.jobs.values()].flatMap((job): TransferNews[] => {
    const was = before.jobs.get(job.id);
    if (job.ruleId !== undefined || was === job) return [];
    if (job.state === 'failed' && was?.state !== 'failed') return [{ job, news: 'failed' }];
    return job.question !== undefined && was?.question === undefined ? [{ job, news: 'question' }] : [];
  });
}
