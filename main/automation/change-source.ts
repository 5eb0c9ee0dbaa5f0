import type { ConnectionId, RuleId } from '../../shared/domain/ids.ts';
import type { AppError } from '../../shared/errors.ts';
import type { FolderTrigger, NewObjectTrigger } from '../../shared/domain/rule-trigger.ts';
import type { Result } from '../../shared/result.ts';
import type { Mark, StagedChange } from './object-index.ts';

/** What a source must know of a rule that it serves. */
export type WatchedRule<T> = {
  readonly ruleId: RuleId;
  readonly trigger: T;
  /**
   * Its beginning (once), and backfills; the first one's pass is where it begins to see changes. All within what its trigger
   * covers, which is that of other marks when it changes. One that was served counts again only when the index was lost ([A9]):
   * from then on it may be given with the time of the rule's last look as its `fromMs`.
   */
  readonly marks: readonly [Mark, ...Mark[]];
  /** False: no look is made for its sake alone; what others' looks find still counts for it. */
  readonly isOn: boolean;
};
export type WatchedBucketRule = WatchedRule<NewObjectTrigger> & { readonly connectionId: ConnectionId };
export type WatchedFolderRule = WatchedRule<FolderTrigger>;

/** Changes of one index, ascending by id, for the rules that begin before them. */
export type ChangeBatch = {
  readonly place:
    | { readonly type: 'bucket'; readonly connectionId: ConnectionId; readonly bucket: string }
    | { readonly type: 'folder'; readonly folder: string };
  readonly indexId: string;
  readonly changes: readonly StagedChange[];
  /** The pass that served each mark. */
  readonly served: ReadonlyMap<string, number>;
  /** Whoever hands over closes. */
  readonly signal?: AbortSignal | undefined;
};

/** Takes changes: journals runs for them. They are staged until it answers ok, and come again otherwise. Idempotent ([A2]). */
export type TakeChanges = (batch: ChangeBatch) => Promise<Result<void>>;

/** How a source is doing for a rule. */
export type WatchStatus = {
  /** When the last whole look began. */
  readonly lastLookMs: number | null;
  readonly nextLookMs: number | null;
  /** Objects of the last whole look, and the requests it took. */
  readonly objects: number | null;
  readonly requests: number | null;
  readonly sharedWith: readonly RuleId[];
  readonly problem: AppError | null;
  readonly notice: AppError | null;
};

/** Of a rule that nothing is known of yet. */
export const unknownStatus: WatchStatus = {
  lastLookMs: null,
  nextLookMs: null,
  objects: null,
  requests: null,
  sharedWith: [],
  problem: null,
  notice: null,
};

/** Looks at buckets or folders for rules. */
export interface ChangeSource<W> {
  /** All rules it serves from now on, in place of those before. What a rule's marks have taken is not taken again. */
  watch(rules: readonly W[]): void;
  status(ruleId: RuleId): WatchStatus;
  /** How many objects or files there are below the rule's prefix or in its folder, as they were seen last. */
  present(ruleId: RuleId): Promise<Result<number>>;
  /** Looks now, and answers when what was found has been taken. */
  lookNow(ruleId: RuleId): Promise<Result<void>>;
  close(): Promise<void>;
}
