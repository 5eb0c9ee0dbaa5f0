import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ConnectionId, RuleId } from '../../../shared/domain/ids.ts';
import { appError } from '../../../shared/errors.ts';
import { err } from '../../../shared/result.ts';
import { type ChangeSource, unknownStatus, type WatchedBucketRule } from '../change-source.ts';
import { type BucketPlace, type BucketPlaceOptions, createBucketPlace } from './bucket-place.ts';
import { createSlots } from './slots.ts';

export type BucketPollerOptions = Pick<
  BucketPlaceOptions,
  'opener' | 'indexes' | 'clock' | 'random' | 'take' | 'onUnexpected'
> & {
  /** Absolute: where the indexes are. It is made when it is missing. */
  readonly folder: string;
  /** Their status is another one. */
  readonly onChanged: (ruleIds: readonly RuleId[]) => void;
};

/** Listings that go on at the same time, of different buckets. */
const looksAtOnce = 4;

/**
 * Looks at buckets for rules, by listing them again and again ([A6], [A7]). Of one bucket one look goes on at a time. A bucket
 * that no rule watches any more loses its index. Bugs of `take` and of this go to `onUnexpected`, and are tried again as
 * failures are.
 */
export function createBucketPoller(options: BucketPollerOptions): ChangeSource<WatchedBucketRule> {
  const slots = createSlots(looksAtOnce);
  const places = new Map<string, BucketPlace>();
  let placeOf: ReadonlyMap<RuleId, BucketPlace> = new Map();

  const placeFor = (connectionId: ConnectionId, bucket: string): BucketPlace => {
    const filePath = join(options.folder, `${bucketIndexName(connectionId, bucket)}.sqlite`);
    const place = places.get(filePath) ?? createBucketPlace({ ...options, connectionId, bucket, filePath, slots });
    places.set(filePath, place);
    return place;
  };

  return {
    watch(rules) {
      const groups = new Map<BucketPlace, WatchedBucketRule[]>([...places.values()].map((place) => [place, []]));
      const next = new Map<RuleId, BucketPlace>();
      for (const rule of rules) {
        const place = placeFor(rule.connectionId, rule.trigger.bucket);
        next.set(rule.ruleId, place);
        groups.set(place, [...(groups.get(place) ?? []), rule]);
      }
      placeOf = next;
      for (const [place, of] of groups) place.watch(of);
    },
    status: (ruleId) => placeOf.get(ruleId)?.status(ruleId) ?? unknownStatus,
    present: async (ruleId) => placeOf.get(ruleId)?.present(ruleId) ?? err(appError('InvalidInput', { ruleId })),
    lookNow: async (ruleId) => placeOf.get(ruleId)?.lookNow(ruleId) ?? err(appError('InvalidInput', { ruleId })),
    async close() {
      await Promise.all([...places.values()].map((place) => place.close()));
    },
  };
}

/** The same for the same bucket of the same connection, on every machine. */
export function bucketIndexName(connectionId: ConnectionId, bucket: string): string {
  const hash = createHash('sha256').update(`${connectionId}\n${bucket}`).digest('hex');
  return hash.slice(0, 32);
}
