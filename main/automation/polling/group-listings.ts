import type { NewObjectTrigger } from '../../../shared/domain/rule-trigger.ts';
import type { WatchedBucketRule } from '../change-source.ts';
import { coverIncludes, coverName } from '../index/cover.ts';
import type { Cover } from '../object-index.ts';

/** A listing that serves one or more rules. */
export type Listing = {
  readonly cover: Cover;
  /** All whose keys are among the listing's, those that are off too. */
  readonly rules: readonly WatchedBucketRule[];
  /** The shortest interval of those that are on; null: none is, and it is made when somebody asks for it. */
  readonly pollSeconds: number | null;
};

export function coverOfTrigger({ prefix, recursive }: Pick<NewObjectTrigger, 'prefix' | 'recursive'>): Cover {
  return { prefix, recursive };
}

/**
 * The listings of one bucket, each rule in one of them ([A6]). Rules that are off widen none and hasten none: they are in one that
 * is made anyhow, or in one of their own that is not made by itself. Pure.
 */
export function groupListings(rules: readonly WatchedBucketRule[]): readonly Listing[] {
  const isOn = ({ isOn }: WatchedBucketRule): boolean => isOn;
  const covers = widest(rules.filter(isOn).map(({ trigger }) => coverOfTrigger(trigger)));
  const groups = new Map<string, { cover: Cover; rules: WatchedBucketRule[] }>();
  for (const cover of covers) groups.set(coverName(cover), { cover, rules: [] });
  for (const rule of rules) {
    const own = coverOfTrigger(rule.trigger);
    const cover = covers.find((each) => coverIncludes(each, own)) ?? own;
    const group = groups.get(coverName(cover)) ?? { cover, rules: [] };
    group.rules.push(rule);
    groups.set(coverName(cover), group);
  }
  return [...groups.values()].map(({ cover, rules }) => {
    const seconds = rules.filter(isOn).map(({ trigger }) => trigger.pollSeconds);
    return { cover, rules, pollSeconds: seconds.length === 0 ? null : Math.min(...seconds) };
  });
}

/** Each once, without those that another one includes. */
function widest(covers: readonly Cover[]): Cover[] {
  const distinct = [...new Map(covers.map((cover) => [coverName(cover), cover])).values()];
  return distinct.filter((cover) => !distinct.some((other) => other !== cover && coverIncludes(other, cover)));
}
