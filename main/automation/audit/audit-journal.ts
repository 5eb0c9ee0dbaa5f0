import type { ConnectionId } from '../../../shared/domain/ids.ts';
import type { Result } from '../../../shared/result.ts';

/** A line before it has its number. `id`: the same is written once. */
export type NewAuditLine = { readonly id: string | null; readonly atMs: number; readonly line: string };

/** Lines that go to one object ([A51]). */
export type AuditSegment = {
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly connectionId: ConnectionId;
  readonly bucket: string;
  readonly key: string;
};

export type AuditQuery = {
  readonly from: number;
  readonly count: number;
  readonly text?: string | undefined;
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  readonly afterSeq?: number | undefined;
};

/**
 * The memory of the audit log. A write resolves when it has reached the disk; those of one turn of the event loop are
 * committed together. Lines are JSON and have their number (`seq`) first. Failures (DiskFull …) are values.
 */
export interface AuditJournal {
  append(line: NewAuditLine): Promise<Result<void>>;
  /** The newest first, or with `afterSeq` the oldest first. */
  list(query: AuditQuery): { readonly lines: readonly string[]; readonly total: number };

  /** Lines that are in no bucket: how many, and since when the oldest waits. */
  waiting(): { readonly lines: number; readonly oldestMs: number | null };
  lastShippedMs(): number | null;
  /** Journaled, and not known to be in the bucket. */
  pending(): AuditSegment | null;
  /** What the next segment may hold: lines that wait, in order, up to these numbers (but one at least). */
  next(
    maxLines: number,
    maxBytes: number,
  ): { readonly firstSeq: number; readonly lastSeq: number; readonly firstMs: number } | null;
  /** In place of one that is pending. */
  cut(segment: AuditSegment): Promise<Result<void>>;
  lines(segment: AuditSegment): readonly string[];
  /** Its lines up to `lastSeq` are in the bucket; those after it wait on. */
  settle(segment: AuditSegment, lastSeq: number, nowMs: number): Promise<Result<void>>;

  /** [A55] A few thousand at a time; answers whether there may be more. */
  prune(limits: {
    readonly shippedBeforeMs: number;
    readonly maxShipped: number;
    readonly maxWaiting: number;
    /** Takes the place of lines that are lost. */
    readonly lost: (lines: {
      readonly count: number;
      readonly firstSeq: number;
      readonly lastSeq: number;
    }) => NewAuditLine;
  }): Promise<Result<boolean>>;
}
