import type { RuleId } from '../../shared/domain/ids.ts';
import { sameEtag } from '../s3/etag.ts';
import { serverAddress } from '../s3/open-connection.ts';
import type { RuleJournal } from './rule-journal.ts';
import type { OwnWrite } from './rule-record.ts';

/** The same bucket by whatever connection. Pure. */
export function bucketPlace(connection: Parameters<typeof serverAddress>[0], bucket: string): string {
  return `${serverAddress(connection)} ${bucket}`;
}

/** Of files on the engine's machine; their key is the absolute path. */
export const filePlace = 'file:';

export type ChangeOrigin =
  /** Nobody here has done it. */
  | { readonly type: 'others' }
  /** A write to that key is under way, or nobody has heard yet how it ended. */
  | { readonly type: 'unknown' }
  | { readonly type: 'rules'; readonly causes: readonly RuleId[]; readonly isMove: boolean };

/** [A33] [A34] Who has made what was seen; of a removal `seen` is what was there before. */
export function originOf(
  journal: Pick<RuleJournal, 'writesAt' | 'run'>,
  place: string,
  key: string,
  seen: {
    readonly isRemoval: boolean;
    readonly sizeBytes: number | null;
    readonly etag: string | null;
    readonly lastModified: string | null;
  },
): ChangeOrigin {
  const writes = journal.writesAt(place, key).filter(({ isRemoval }) => isRemoval === seen.isRemoval);
  const own = writes.findLast(
    (write) =>
      write.endedMs !== null && isWhatWasWritten(write, seen) && (place === filePlace || isOfItsTime(write, seen)),
  );
  if (own !== undefined) return { type: 'rules', causes: own.causes, isMove: own.isMove };
  // What is in the way may be kept, and the name it gets is known in the end only.
  const kept = numbered.exec(key);
  const beside = kept === null ? [] : journal.writesAt(place, `${kept[1]}${kept[2]}`);
  // A run that has ended (it was cancelled before there was a job, or skipped) writes nothing any more.
  const isGoingOn = ({ endedMs, runId }: OwnWrite): boolean =>
    endedMs === null && ['waiting', 'running'].includes(journal.run(runId)?.state ?? '');
  return [...writes, ...beside].some(isGoingOn) ? { type: 'unknown' } : { type: 'others' };
}

/** `report (2).pdf`, as transfers name what is kept beside `report.pdf`. */
const numbered = /^(.*) \(\d+\)([^/\\]*)$/s;

function isWhatWasWritten(
  write: OwnWrite,
  seen: { readonly sizeBytes: number | null; readonly etag: string | null; readonly lastModified: string | null },
): boolean {
  if (write.sizeBytes !== seen.sizeBytes) return false;
  if (write.etag !== null && seen.etag !== null && !sameEtag(write.etag, seen.etag)) return false;
  // A rewrite of a file within the second is another one's.
  if (write.place === filePlace && write.lastModified !== null) return write.lastModified === seen.lastModified;
  // Headers have whole seconds, listings may have more.
  const [written, listed] = [wholeSecond(write.lastModified), wholeSecond(seen.lastModified)];
  return written === null || listed === null || written === listed;
}

/** Servers refuse what is signed by a clock that is further off. */
const clockMarginMs = 15 * 60_000;

/**
 * Of a write that could not be looked at in time only the size is known: what has been put there long before or after it, in
 * that size, is another one's. Pure.
 */
function isOfItsTime(
  { lastModified, isRemoval, begunMs, endedMs }: OwnWrite,
  seen: { readonly lastModified: string | null },
): boolean {
  const seenMs = seen.lastModified === null ? Number.NaN : Date.parse(seen.lastModified);
  if (lastModified !== null || isRemoval || Number.isNaN(seenMs)) return true;
  return seenMs >= begunMs - clockMarginMs && seenMs <= (endedMs ?? begunMs) + clockMarginMs;
}

function wholeSecond(lastModified: string | null): number | null {
  const atMs = lastModified === null ? Number.NaN : Date.parse(lastModified);
  return Number.isNaN(atMs) ? null : Math.floor(atMs / 1000);
}
