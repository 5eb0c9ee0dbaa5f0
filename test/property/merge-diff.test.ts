import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { coverIncludes, isInCover } from '../../main/automation/index/cover.ts';
import { createMergeDiff, isInOrder, seenObject } from '../../main/automation/index/merge-diff.ts';
import { isInMarkTime } from '../../main/automation/index/mark-time.ts';
import type { SeenObject } from '../../main/automation/object-index.ts';
import { buckets, covers, createNaiveIndex, inUtf8Order, keys, marks } from './index-world.ts';

function stateOf(objects: readonly SeenObject[]) {
  const sorted = inUtf8Order(objects);
  return {
    read(fromKey: string, limit: number) {
      const from = sorted.findIndex(({ key }) => Buffer.compare(Buffer.from(key), Buffer.from(fromKey)) >= 0);
      return from < 0 ? [] : sorted.slice(from, from + limit);
    },
  };
}

test('[A1] [A3] [A4] [A11] a look says of every key what a Map says', () => {
  fc.assert(
    fc.property(
      buckets,
      buckets,
      covers,
      covers,
      fc.uniqueArray(marks, { selector: ({ id }) => id, maxLength: 3 }),
      fc.integer({ min: 1, max: 4 }),
      (before, now, cover, toldCover, due, pageRows) => {
        const naive = createNaiveIndex();
        naive.look({ prefix: '', recursive: true }, [], before.map(seenObject));
        naive.served.set('told', { pass: 0, cover: toldCover });
        const old = [...naive.objects.values()];
        const summary = naive.look(cover, due, now);

        const merge = createMergeDiff({
          cover,
          marks: due.filter((mark) => coverIncludes(cover, mark.cover)),
          toldCovers: [toldCover],
          old: stateOf(old),
          pageRows,
        });
        const objects = new Map(old.map((object) => [object.key, object]));
        const staged: unknown[] = [];
        const rows = inUtf8Order(now);
        const apply = (differences: ReturnType<typeof merge.end>): void => {
          for (const { object, write, stage } of differences) {
            if (write === 'put') objects.set(object.key, object);
            if (write === 'drop') objects.delete(object.key);
            for (const { type, mark } of stage) staged.push([type, mark, object.key, object.etag]);
          }
        };
        for (let from = 0; from < rows.length; from += pageRows) apply(merge.take(rows.slice(from, from + pageRows)));
        apply(merge.end());

        expect(staged).toEqual(naive.staged.map(({ type, mark, key, etag }) => [type, mark, key, etag]));
        expect(objects).toEqual(naive.objects);
        expect(merge.objects()).toBe(summary.objects);
      },
    ),
    { numRuns: 2000 },
  );
});

test('an unchanged look writes nothing', () => {
  fc.assert(
    fc.property(buckets, covers, (rows, cover) => {
      const old = rows.map(seenObject);
      const merge = createMergeDiff({ cover, marks: [], toldCovers: [cover], old: stateOf(old) });
      expect([...merge.take(inUtf8Order(rows)), ...merge.end()]).toEqual([]);
    }),
  );
});

test('a cover includes another one when it has all of its keys', () => {
  fc.assert(
    fc.property(covers, covers, fc.array(keys, { maxLength: 30 }), (outer, inner, some) => {
      const inside = some.map((key) => inner.prefix + key).filter((key) => isInCover(inner, key));
      if (coverIncludes(outer, inner)) expect(inside.filter((key) => !isInCover(outer, key))).toEqual([]);
      else
        expect(
          [inner.prefix, `${inner.prefix}x/y`, `${inner.prefix}x`].some(
            (key) => isInCover(inner, key) && !isInCover(outer, key),
          ),
        ).toBe(true);
    }),
  );
});

test('order is that of the UTF-8 bytes', () => {
  fc.assert(
    fc.property(fc.array(keys), (all) => {
      const rows = all.map((key) => ({ key }));
      expect(isInOrder(null, inUtf8Order(rows))).toBe(true);
      expect(isInOrder(null, rows)).toBe(inUtf8Order(rows).every(({ key }, at) => key === all[at]));
    }),
  );
});

test.each([
  ['2026-01-01T00:00:05.000Z', 5900, null, true],
  ['2026-01-01T00:00:05.000Z', 6000, null, false],
  ['2026-01-01T00:00:05.300Z', 5301, null, false],
  ['2026-01-01T00:00:05.300Z', 5300, 5300, true],
  ['2026-01-01T00:00:05.000Z', null, 4999, false],
  [null, 0, null, false],
  [null, null, null, true],
] as const)('[A4] modified at %s is in a mark from %s to %s ms: %s', (lastModified, fromMs, toMs, is) => {
  const at = (ms: number | null) => (ms === null ? null : Date.parse('2026-01-01T00:00:00Z') + ms);
  expect(isInMarkTime({ fromMs: at(fromMs), toMs: at(toMs) }, lastModified)).toBe(is);
});
