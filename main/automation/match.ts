import createIgnore from 'ignore';
import picomatch from 'picomatch';
import type { Conditions } from '../../shared/domain/rule.ts';
import type { ChangeType, FolderTrigger, NewObjectTrigger } from '../../shared/domain/rule-trigger.ts';
import type { Cover, RuleKeys, SeenObject } from './object-index.ts';

/** [A30] What lies below the prefix; of one that does not end in `/`, below its last `/`. Pure. */
export function pathBelow(prefix: string, key: string): string {
  return key.slice(prefix.lastIndexOf('/') + 1);
}

/** Which keys a rule on a bucket is about, before its patterns. Pure. */
export function coverOf({ prefix, recursive }: Pick<NewObjectTrigger, 'prefix' | 'recursive'>): Cover {
  return { prefix, recursive };
}

/** What a rule's trigger is about; of a folder the paths below it. Pure. */
export function keysOf(trigger: NewObjectTrigger | FolderTrigger, ignoreText = ''): RuleKeys {
  const { recursive, match, ignore } = trigger;
  return { prefix: trigger.type === 'newObject' ? trigger.prefix : '', recursive, match, ignore, ignoreText };
}

export type PathMatcher = (path: string) => boolean;

/** [A30] Whether a path passes the patterns. Case counts, and what begins with a dot is nothing special. Pure. */
export function createPathMatcher({
  match,
  ignore,
  ignoreText = '',
}: Pick<RuleKeys, 'match' | 'ignore' | 'ignoreText'>): PathMatcher {
  const wanted = match.map(compile);
  const unwanted = ignore.map(compile);
  const isLeftOut = ignoreText.trim() === '' ? () => false : createLineMatcher(ignoreText);
  return (path) =>
    (wanted.length === 0 || wanted.some((fits) => fits(path))) &&
    !unwanted.some((fits) => fits(path)) &&
    !isLeftOut(path);
}

/** It remembers each path that it was asked for. */
const pathsRemembered = 10_000;

function createLineMatcher(text: string): PathMatcher {
  const begin = () => createIgnore({ ignorecase: false }).add(text);
  let lines = begin();
  let asked = 0;
  return (path) => {
    asked += 1;
    if (asked % pathsRemembered === 0) lines = begin();
    return createIgnore.isPathValid(path) && lines.ignores(path);
  };
}

function compile(pattern: string): PathMatcher {
  // A folder stands for what is in it.
  const glob = pattern.endsWith('/') ? `${pattern}**` : pattern;
  const fits = picomatch(glob.replace(/^\//, ''), { dot: true, nonegate: true, strictSlashes: true });
  return glob.includes('/') ? (path) => fits(path) : (path) => fits(path.slice(path.lastIndexOf('/') + 1));
}

/**
 * What a change is to a rule: an event of this type, or none. `isBeginning`: found by the rule's own first look or a
 * backfill, where nobody knows what was there before: created, or for a rule that asks for updates only, updated.
 * `isRewritten`: an update of what the rule, which is for new objects only, has not acted on yet. Pure.
 */
export function eventTypeFor(
  { on }: { readonly on: readonly ChangeType[] },
  change: { readonly type: ChangeType; readonly isBeginning: boolean; readonly isRewritten: boolean },
): ChangeType | null {
  if (on.includes(change.type)) return change.type;
  if (change.isRewritten) return 'created';
  return change.isBeginning && on.includes('updated') ? 'updated' : null;
}

/** Why an object is not for a rule by what its listing says; null: it is. Tags and metadata are another matter. Pure. */
export function refusedBySight(
  conditions: Conditions | undefined,
  { sizeBytes }: Pick<SeenObject, 'sizeBytes'>,
): 'size' | null {
  const { minSizeBytes = 0, maxSizeBytes = Number.POSITIVE_INFINITY } = conditions ?? {};
  return sizeBytes < minSizeBytes || sizeBytes > maxSizeBytes ? 'size' : null;
}

/** Ages count from the time that the server or the file system gives. Pure. */
export function ageOf(
  conditions: Conditions | undefined,
  lastModified: string | null,
  nowMs: number,
): { readonly type: 'ok' | 'tooOld' } | { readonly type: 'wait'; readonly untilMs: number } {
  const modifiedMs = lastModified === null ? Number.NaN : Date.parse(lastModified);
  if (conditions === undefined || Number.isNaN(modifiedMs)) return { type: 'ok' };
  const { minAgeSeconds = 0, maxAgeSeconds = Number.POSITIVE_INFINITY } = conditions;
  if (nowMs - modifiedMs > maxAgeSeconds * 1000) return { type: 'tooOld' };
  const untilMs = modifiedMs + minAgeSeconds * 1000;
  return untilMs > nowMs ? { type: 'wait', untilMs } : { type: 'ok' };
}

/** Whether all that is wanted is there; `*` in a value stands for anything. Pure. */
export function hasAllValues(
  wanted: Readonly<Record<string, string>>,
  there: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(wanted).every(([name, value]) => {
    const actual = there[name];
    if (actual === undefined) return false;
    const pattern = value.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${pattern.join('.*')}$`, 's').test(actual);
  });
}
