import type { WatchedFolderRule } from '../change-source.ts';
import type { SeenObject } from '../object-index.ts';
import type { EntryFacts } from './folder-files.ts';

/** What is remembered of a file that does not count yet. Times in milliseconds since 1970. */
export type Observed = {
  /** Since when it has been like this. */
  readonly sinceMs: number;
  /** When it is worth looking again. */
  readonly dueMs: number;
  /** Its size, time and inode; `absent`; or `unknown`: the system said that something happened, nobody has looked since. */
  readonly state: string;
};

export type Settling = {
  /** The rule's quiet time. */
  readonly settleMs: number;
  /**
   * Whether the file system's clock is this machine's: then a file that the system has not changed for the quiet time is
   * known to be quiet without having been watched. On a network drive the server's clock may be hours off.
   */
  readonly trustsTimes: boolean;
};

/** Rules on one folder share what is known of its files: the most patient of them decides. Pure. */
export function settlingOf(rules: readonly WatchedFolderRule[], isRemote: boolean): Settling {
  const seconds = Math.max(0, ...rules.map(({ trigger }) => trigger.settleSeconds));
  return { settleMs: seconds * 1000, trustsTimes: !isRemote };
}

const sizePerSecond = 100_000_000;
const maxExtraMs = 30_000;
/** More than a server's clock is ever off by. */
const dayMs = 86_400_000;
/** Looking more often than this costs more than it is worth. */
const minWaitMs = 50;

/** [A11] The rule's, and a second for each whole 100 MB, at most 30 s more. Pure. */
export function quietMs(settleMs: number, sizeBytes: number): number {
  return settleMs + Math.min(Math.floor(sizeBytes / sizePerSecond) * 1000, maxExtraMs);
}

/** A hint: something happened just now. Pure. */
export function hinted(nowMs: number, { settleMs }: Settling): Observed {
  return { state: 'unknown', sinceMs: nowMs, dueMs: nowMs + Math.max(settleMs, minWaitMs) };
}

/**
 * Whether a file as it is now (null: not there) counts ([A11]), or else what to remember of it.
 *
 * The modification time alone tells little: copies keep that of their original. So the time of the system's own last change
 * counts as well, which no program can set. Where both are the quiet time old, nothing has happened since; where the clock
 * cannot be trusted (or a time lies in the future), the file must have been seen the same over the quiet time. A hint within
 * the quiet time makes it wait in any case. Pure.
 */
export function judgeSettled(
  before: Observed | undefined,
  facts: EntryFacts | null,
  nowMs: number,
  { settleMs, trustsTimes }: Settling,
  /** When it had been looked at, at the latest: from then on it has been seen as it is. `nowMs` may lie before. */
  lookedMs = nowMs,
): Observed | 'settled' {
  const quiet = quietMs(settleMs, facts?.sizeBytes ?? 0);
  const state = facts === null ? 'absent' : etagOf(facts) + facts.sizeBytes;
  // A clock that was set back must not make anybody wait for its old time.
  const beforeMs = Math.min(before?.sinceMs ?? nowMs, nowMs);
  const wait = (sinceMs: number, dueMs: number, as = state): Observed => ({
    state: as,
    sinceMs,
    dueMs: Math.max(dueMs, nowMs + minWaitMs),
  });

  if (facts === null) {
    const sinceMs = before?.state === 'absent' || before?.state === 'unknown' ? beforeMs : lookedMs;
    return before !== undefined && nowMs - sinceMs >= quiet ? 'settled' : wait(sinceMs, sinceMs + quiet);
  }

  const touchedMs = Math.max(modifiedMsOf(facts), facts.changedMs);
  const age = nowMs - touchedMs;
  const isProven = age >= quiet && (trustsTimes || age > dayMs);
  if (before?.state === 'unknown' && isProven) {
    return nowMs - beforeMs >= quiet ? 'settled' : wait(beforeMs, beforeMs + quiet, 'unknown');
  }
  const isSame = before?.state === state;
  if (isProven && (before === undefined || isSame)) return 'settled';
  const sinceMs = isSame ? beforeMs : lookedMs;
  if (nowMs - sinceMs >= quiet && (age >= quiet || age < 0)) return 'settled';
  const seenMs = sinceMs + quiet;
  if (age < 0 || age >= quiet) return wait(sinceMs, seenMs);
  return wait(sinceMs, trustsTimes ? touchedMs + quiet : Math.max(seenMs, touchedMs + quiet));
}

/** The inode and the time to the nanosecond: a rewrite is another file, within the same millisecond too. Pure. */
export function etagOf({ inode, modifiedNs }: EntryFacts): string {
  return `${inode}-${modifiedNs}`;
}

export function modifiedMsOf({ modifiedNs }: EntryFacts): number {
  return Number(modifiedNs / 1_000_000n) - (modifiedNs < 0n && modifiedNs % 1_000_000n !== 0n ? 1 : 0);
}

/** The furthest from 1970 that a Date goes. */
const maxDateMs = 8.64e15;

/** A file as the index keeps it. Pure. */
export function seenFile(key: string, facts: EntryFacts): SeenObject {
  const modifiedMs = Math.max(-maxDateMs, Math.min(modifiedMsOf(facts), maxDateMs));
  return {
    key,
    sizeBytes: facts.sizeBytes,
    etag: etagOf(facts),
    lastModified: new Date(modifiedMs).toISOString(),
    storageClass: null,
  };
}
