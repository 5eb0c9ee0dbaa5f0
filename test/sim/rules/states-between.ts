import type { SeenObject } from '../../../main/automation/object-index.ts';
import type { Bucket, Version } from '../server.ts';
import { historyOf, isMarker } from '../version-page.ts';

/** More of one key are not listed through. */
const mostOfAKey = 20;

/** Versions that nothing but their ids tells apart. */
export const looksAlike = ({ etag, modifiedMs }: Version, seen: Pick<SeenObject, 'etag' | 'lastModified'>): boolean =>
  etag === seen.etag && modifiedMs === Date.parse(seen.lastModified ?? '');

/**
 * [A3] What an object has been since it was looked at before (null: it was not there), in the order of its making; the last is
 * what was seen now. Null where nobody can tell: there are several that look alike.
 */
export function statesBetween(
  bucket: Bucket,
  key: string,
  was: SeenObject | null,
  now: SeenObject,
): readonly Version[] | null {
  const history = historyOf(bucket, key);
  const versions = history.flatMap((entry) => (isMarker(entry) ? [] : [entry])).toReversed();
  const only = (seen: SeenObject): Version | null => {
    const alike = versions.filter((version) => looksAlike(version, seen));
    return alike.length === 1 ? (alike[0] ?? null) : null;
  };
  const last = only(now);
  const first = was === null ? null : only(was);
  if (last === null || (was !== null && first === null) || history.length > mostOfAKey) return null;
  const markers = history.filter((entry) => isMarker(entry) && entry.number < last.number);
  const since = first?.number ?? Math.max(0, ...markers.map(({ number }) => number));
  return versions.filter(({ number }) => number > since && number <= last.number);
}
