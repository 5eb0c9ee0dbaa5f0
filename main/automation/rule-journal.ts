import type { JobId, RuleId, RunId } from '../../shared/domain/ids.ts';
import type { RuleEvent, RunQuery, RunState } from '../../shared/domain/rule.ts';
import type { Result } from '../../shared/result.ts';
import type { NewRun, OwnWrite, RuleRecord, RunChange, RunRecord, StepRecord } from './rule-record.ts';

/**
 * The memory of the automation: rules, runs and their steps ([A40]). A write resolves when it has reached the disk; those
 * issued in one turn of the event loop are committed together. Reads see every write issued before them. Failures
 * (DiskFull, DatabaseLocked …) are values; then nothing of the commit has happened.
 */
export interface RuleJournal {
  /** In the order they were made. */
  rules(): readonly RuleRecord[];
  saveRule(rule: RuleRecord): Promise<Result<void>>;
  /** With its runs. Idempotent. */
  removeRule(ruleId: RuleId): Promise<Result<void>>;

  /** Those whose source has made a run of the rule before are left out ([A2]). Answers with how many were new. */
  addRuns(runs: readonly NewRun[]): Promise<Result<number>>;
  change(change: RunChange): Promise<Result<void>>;

  /** Waiting runs whose time has come, the oldest first; none before an earlier one of the same key or file has ended. */
  dueRuns(ruleId: RuleId, nowMs: number, limit: number, leavesRemovals?: boolean): readonly RunRecord[];
  /** When the next waiting run's time comes; null: none waits for a time that lies ahead. */
  nextDueMs(ruleId: RuleId, nowMs: number): number | null;
  /** [A47] Whether one about the same key or file that was seen before it is to be done, or goes on. */
  hasEarlierOpen(run: RunRecord): boolean;
  /** Whether a run of the rule goes on or is to be done by then, or waits to be tried again (for a server or a sign-in, too), however long. */
  isAnyDue(ruleId: RuleId, byMs: number): boolean;
  runsIn(ruleId: RuleId, states: readonly RunState[], limit: number): readonly RunRecord[];
  run(runId: RunId): RunRecord | null;
  steps(runId: RunId): readonly StepRecord[];
  /** Runs with steps that this job was to do and that have not ended. */
  runsOfJob(jobId: JobId): readonly RunRecord[];
  /** The newest first. */
  history(
    query: RunQuery,
    from: number,
    count: number,
  ): { readonly runs: readonly RunRecord[]; readonly total: number };
  counts(ruleId: RuleId): Readonly<Record<RunState, number>>;
  /** Made after this one. */
  runsSince(ruleId: RuleId, runId: RunId | null): number;
  lastRunId(): RunId | null;
  /** Runs about what was removed that have not begun, after this one. */
  waitingRemovals(ruleId: RuleId, afterRun: RunId | null): number;
  /** Whether the rule has had a run for this state of this key ([A9]); `afterRun`: after that one, or one that has not ended. */
  hasRunFor(
    ruleId: RuleId,
    seen: { readonly key: string } & Pick<RuleEvent, 'bucket' | 'path' | 'sizeBytes' | 'etag' | 'lastModified'>,
    afterRun?: RunId | null,
  ): boolean;
  /** The last one about this object or file, or the last before that run. */
  lastRunAbout(
    ruleId: RuleId,
    at: { readonly key: string } & Pick<RuleEvent, 'bucket' | 'path'>,
    before?: RunId,
  ): RunRecord | null;

  /** Whether one about a later state of the same key or file is done, or under way. */
  hasLaterDone(run: Pick<RunRecord, 'id' | 'ruleId' | 'event'>): boolean;

  writesAt(place: string, key: string): readonly OwnWrite[];
  /** Those that ended before, or began before and were left by a run that has ended. */
  forgetWrites(beforeMs: number): Promise<Result<void>>;
  /** [A48] A few at a time; answers whether there may be more. */
  prune(endedBeforeMs: number, keepOfEachRule: number): Promise<Result<boolean>>;
}
