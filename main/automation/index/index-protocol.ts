import type { Result } from '../../../shared/result.ts';
import type { LookedRow, LookRequest, RuleKeys, SeenObject } from '../object-index.ts';

/**
 * Messages between the engine's thread and the one of the indexes. Each call has a number and one answer; a look has an
 * acknowledgement for each of its pages before that. The caller sees to it that of one index one call goes on at a time.
 */
export type ToIndexes = { readonly call: number } & (LookMessage | FileCall | IndexCall);

export type LookMessage =
  | { readonly type: 'look'; readonly filePath: string; readonly request: LookRequest }
  | { readonly type: 'rows'; readonly rows: readonly LookedRow[] }
  /** Transferred. */
  | { readonly type: 'lines'; readonly lines: Uint8Array<ArrayBuffer> }
  | { readonly type: 'end' }
  /** Has no answer. */
  | { readonly type: 'giveUp' };

export type FileCall = { readonly filePath: string } & (
  | { readonly type: 'open' }
  | { readonly type: 'close' }
  | { readonly type: 'remove' }
);

/** Of an index that is open. */
export type IndexCall = { readonly filePath: string } & (
  | { readonly type: 'servedMarks' }
  | { readonly type: 'count'; readonly keys: RuleKeys }
  | { readonly type: 'update'; readonly keys: readonly { readonly key: string; readonly now: SeenObject | null }[] }
  | { readonly type: 'staged'; readonly afterId: number; readonly limit: number }
  | { readonly type: 'forget'; readonly throughId: number }
  | { readonly type: 'dropMarks'; readonly ids: readonly string[] }
);

export type FromIndexes = {
  readonly call: number;
} /** `spare`: memory of lines that were read, transferred back. */ & (
  | { readonly taken: true; readonly spare?: ArrayBuffer }
  | { readonly result: Result<unknown> }
);

/** Pages that may be under way while the thread is busy with an earlier one. */
export const pagesAhead = 4;
