import type { AppError } from '../../../shared/errors.ts';
import type { OwnWrite, Subject } from '../rule-record.ts';

/**
 * What became of a step. done: with what the next step acts on, where that has changed. passed: there was nothing to do, and
 * the run goes on. skipped: the run ends, there is nothing (left) to act on ([A42]). later: nothing is known to be wrong with
 * it, it is tried again at that time. failed: [A45].
 */
export type StepOutcome =
  | {
      readonly type: 'done' | 'passed';
      readonly detail: string | null;
      readonly bytes?: number;
      readonly subject?: Subject;
    }
  | { readonly type: 'skipped'; readonly error: AppError }
  | { readonly type: 'later'; readonly error: AppError | null; readonly delayMs: number }
  | {
      readonly type: 'failed';
      readonly error: AppError;
      /** What was sent to its end all the same, so that it may be there. */
      readonly sentBytes?: number;
    };

/** A write or removal of a step, where other rules look ([A33]). */
export type PlannedWrite = Pick<OwnWrite, 'place' | 'key' | 'isMove' | 'isRemoval'>;

/** What was written there; null: nothing after all. */
export type EndedWrite = PlannedWrite & {
  readonly wrote: Pick<OwnWrite, 'sizeBytes' | 'etag' | 'lastModified'> | null;
  /** Its key after all, where what was in the way was kept. */
  readonly savedAs?: string;
};
