import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mayBeSource, mayListItself } from '../../main/transfers/copy-sources.ts';
import { mustPlanFirst } from '../../main/transfers/plan-sources.ts';
import { type CopyRequest, transferRequestSchema } from '../../shared/domain/transfer.ts';

const key = fc.string({ unit: fc.constantFrom('a', 'b', '/'), minLength: 1, maxLength: 4 });
const prefix = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 3 });
const item = fc.oneof(fc.record({ key, toKey: key }), fc.record({ prefix, toPrefix: prefix }));
const request = fc.record({ items: fc.array(item, { minLength: 1, maxLength: 4 }), between: fc.boolean() });

const copyOf = (items: CopyRequest['items'], between: boolean, toBucket = 'box') =>
  transferRequestSchema.parse({
    kind: 'copy',
    connectionId: 'conn-one',
    ...(between ? { toConnectionId: 'conn-two' } : {}),
    conflict: 'overwrite',
    bucket: 'box',
    toBucket,
    items,
  }) as CopyRequest;

/** Each item with each: what the rules say, in as many steps as there are pairs. */
function plainly(items: CopyRequest['items'], between: boolean): boolean {
  const source = (one: CopyRequest['items'][number]) => ('key' in one ? one.key : one.prefix);
  const target = (one: CopyRequest['items'][number]) => ('key' in one ? one.toKey : one.toPrefix);
  return items.some((to) =>
    items.some((from) => {
      if (between && to === from && source(to) === target(to)) return false;
      if ('prefix' in from && target(to).startsWith(from.prefix)) return true;
      return 'prefix' in to ? source(from).startsWith(to.toPrefix) : target(to) === source(from);
    }),
  );
}

/** Found by an earlier run: the source of one item is the target of another. */
const pinned = {
  items: [
    { key: '/', toKey: '/' },
    { prefix: 'a', toPrefix: '/' },
  ],
  between: true,
};

describe('[T54] a copy whose targets may be its own sources', () => {
  test('is known', async () => {
    await fc.assert(
      fc.asyncProperty(request, async ({ items, between }) => {
        expect(await mayListItself(copyOf(items, between))).toBe(plainly(items, between));
      }),
      { numRuns: 3000, examples: [[pinned]] },
    );
  });

  test('its sources are known by their keys', async () => {
    await fc.assert(
      fc.asyncProperty(request, key, async ({ items, between }, wanted) => {
        const is = items.some((one) => ('key' in one ? one.key === wanted : wanted.startsWith(one.prefix)));
        expect(await mayBeSource(copyOf(items, between), wanted)).toBe(is);
      }),
      { numRuns: 1000 },
    );
  });

  test('is known of fifty thousand items before anybody waits for it', async () => {
    const items = Array.from({ length: 50_000 }, (_, index) => ({ key: `in/${index}`, toKey: `out/${index}` }));
    const request = copyOf(items, false);
    expect(await mustPlanFirst(request)).toBe(false);
    let found = 0;
    for (const { key, toKey } of items) {
      if (await mayBeSource(request, toKey)) throw new Error(toKey);
      if (await mayBeSource(request, key)) found += 1;
    }
    expect(found).toBe(items.length);
  });

  test('may lie in a bucket that is named by an alias', async () => {
    const items = [{ prefix: 'a/', toPrefix: 'a/b/' }];
    expect(await mustPlanFirst(copyOf(items, false, 'point-abc-s3alias'))).toBe(true);
    expect(await mustPlanFirst(copyOf(items, false, 'another'))).toBe(false);
  });
});
