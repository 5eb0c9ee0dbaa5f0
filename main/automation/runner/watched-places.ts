import { isInside } from '../../../shared/domain/inside-path.ts';
import { isInCover } from '../index/cover.ts';
import { coverOf } from '../match.ts';
import type { RuleRecord } from '../rule-record.ts';

/**
 * Whether some rule looks at this key (whatever its connection: two may lead to one bucket), so that it must be known who
 * wrote it. A removal concerns only those that ask for removals. Pure.
 */
export function isBucketWatched(
  rules: readonly RuleRecord[],
  bucket: string,
  key: string,
  isRemoval: boolean,
): boolean {
  return rules.some(
    ({ trigger }) =>
      trigger.type === 'newObject' &&
      trigger.bucket === bucket &&
      (!isRemoval || trigger.on.includes('removed')) &&
      isInCover(coverOf(trigger), key),
  );
}

/** The same for a file, by its absolute path. Pure. */
export function isFileWatched(rules: readonly RuleRecord[], path: string, isRemoval: boolean): boolean {
  const asKey = (name: string): string => name.replaceAll('\\', '/');
  return rules.some(
    ({ trigger }) =>
      trigger.type === 'folder' &&
      (!isRemoval || trigger.on.includes('removed')) &&
      isInside(asKey(trigger.folder), asKey(path)),
  );
}
