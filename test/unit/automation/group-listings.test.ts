import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { WatchedBucketRule } from '../../../main/automation/change-source.ts';
import { isInCover } from '../../../main/automation/index/cover.ts';
import { groupListings } from '../../../main/automation/polling/group-listings.ts';
import { intervalMs, retryDelayMs, untilDue } from '../../../main/automation/polling/next-look.ts';
import { appError } from '../../../shared/errors.ts';
import { ruleOn } from '../../fakes/bucket-rules.ts';

function grouped(...rules: WatchedBucketRule[]) {
  return groupListings(rules).map(({ cover, rules, pollSeconds }) => [
    `${cover.prefix}${cover.recursive ? '**' : '*'}`,
    rules.map(({ ruleId }) => ruleId).join(' '),
    pollSeconds,
  ]);
}

describe('[A6] listings', () => {
  test('a wide rule’s listing serves those below, at the shortest interval', () => {
    expect(
      grouped(
        ruleOn('a', { prefix: 'in/', pollSeconds: 30 }),
        ruleOn('b', { prefix: '', pollSeconds: 600 }),
        ruleOn('c', { prefix: 'in/deep/', recursive: false, pollSeconds: 60 }),
      ),
    ).toEqual([['**', 'a b c', 30]]);
  });

  test('a flat one serves no folders', () => {
    expect(
      grouped(
        ruleOn('a', { prefix: 'in/', recursive: false }),
        ruleOn('b', { prefix: 'in/sub/', recursive: false }),
        ruleOn('c', { prefix: 'in/', recursive: false }),
        ruleOn('d', { prefix: 'in/x', recursive: false }),
        ruleOn('e', { prefix: 'in/sub/deep/' }),
      ),
    ).toEqual([
      ['in/*', 'a c d', 60],
      ['in/sub/*', 'b', 60],
      ['in/sub/deep/**', 'e', 60],
    ]);
  });

  test('what is off widens and hastens nothing, and is served where it is included', () => {
    expect(
      grouped(
        ruleOn('wide', { prefix: '', pollSeconds: 5 }, { isOn: false }),
        ruleOn('in', { prefix: 'in/', pollSeconds: 60 }),
        ruleOn('below', { prefix: 'in/a/', pollSeconds: 5 }, { isOn: false }),
      ),
    ).toEqual([
      ['in/**', 'in below', 60],
      ['**', 'wide', null],
    ]);
  });

  test('each rule is in one listing, which has all of its keys; no listing that is made has another one’s', () => {
    const prefixes = fc.constantFrom('', 'a', 'a/', 'a/b', 'a/b/', 'b/');
    const rules = fc.array(
      fc
        .tuple(prefixes, fc.boolean(), fc.integer({ min: 5, max: 90 }), fc.boolean())
        .map(([prefix, recursive, pollSeconds, isOn]) => ({ prefix, recursive, pollSeconds, isOn })),
      { maxLength: 8 },
    );
    const keys = ['', 'a', 'ab', 'a/', 'a/b', 'a/bc', 'a/b/', 'a/b/c', 'a/b/c/d', 'b/', 'b/a', 'b/a/b', 'c'];
    fc.assert(
      fc.property(rules, (all) => {
        const watched = all.map(({ isOn, ...trigger }, at) => ruleOn(`r${at}`, trigger, { isOn }));
        const listings = groupListings(watched);
        expect(listings.flatMap(({ rules }) => rules.map(({ ruleId }) => ruleId)).sort()).toEqual(
          watched.map(({ ruleId }) => ruleId).sort(),
        );
        for (const { cover, rules } of listings)
          for (const { trigger } of rules)
            expect(keys.filter((key) => isInCover(trigger, key) && !isInCover(cover, key))).toEqual([]);
        const made = listings.filter(({ pollSeconds }) => pollSeconds !== null);
        for (const one of made)
          for (const other of made)
            if (one !== other)
              expect(keys.some((key) => isInCover(one.cover, key) && !isInCover(other.cover, key))).toBe(true);
      }),
    );
  });
});

describe('[A7] when the next look is', () => {
  test.each([
    [60, 1000, 0, 54_000],
    [60, 1000, 0.5, 60_000],
    [60, 40_000, 0.5, 80_000],
    [5, 0, 0.999, 5499],
  ])('every %d s, took %d ms, chance %d: %d ms after its beginning', (pollSeconds, tookMs, chance, delayMs) => {
    expect(Math.floor(intervalMs({ pollSeconds, tookMs, chance }))).toBe(delayMs);
  });

  test.each([
    [1, 0, 0, 0, 5000],
    [2, 0, 0, 0, 10_000],
    [3, 0, 1, 0, 22_000],
    [8, 0, 0, 0, 600_000],
    [2000, 0, 1, 0, 600_000],
    [1, 90, 0, 0, 90_000],
    [1, 900, 0, 0, 900_000],
    [1, 0, 0, 8000, 8000],
  ])('failure %d, Retry-After %d s, chance %d, took %d ms: in %d ms', (failures, asked, chance, tookMs, delayMs) => {
    const error = appError('SlowDown', asked === 0 ? {} : { retryAfterSeconds: asked });
    expect(retryDelayMs({ failures, error, tookMs, chance })).toBe(delayMs);
  });

  test('a clock that is set back delays no longer than the delay', () => {
    expect(untilDue({ fromMs: 1000, delayMs: 500 }, 1200)).toEqual({
      remainingMs: 300,
      due: { fromMs: 1000, delayMs: 500 },
    });
    expect(untilDue({ fromMs: 1000, delayMs: 500 }, 9000).remainingMs).toBe(0);
    expect(untilDue({ fromMs: 1_000_000, delayMs: 500 }, 1200)).toEqual({
      remainingMs: 500,
      due: { fromMs: 1200, delayMs: 500 },
    });
  });
});
