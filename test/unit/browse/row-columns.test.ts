import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createNaturalOrder } from '../../../main/browse/natural-order.ts';
import { RowNames } from '../../../main/browse/row-names.ts';
import { RowTable } from '../../../main/browse/row-table.ts';
import { sortAtOnce } from '../../../main/browse/sort-rows.ts';
import { asciiText, TextColumn } from '../../../main/browse/text-column.ts';

const texts = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.string({ unit: fc.constantFrom('a', 'B', 'b', '0', '1', '9', '-', '.', ' ', 'c', 'h') }),
    },
    { weight: 2, arbitrary: fc.string({ unit: 'binary-ascii' }) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  ),
  { minLength: 2, maxLength: 12 },
);

function column(given: readonly string[]): TextColumn {
  const made = new TextColumn();
  for (const text of given) made.add(text);
  return made;
}

describe('a column of texts', () => {
  test('gives back what was put in, over many blocks too', () => {
    fc.assert(
      fc.property(texts, (given) => {
        expect(given.map((_, index) => column(given).at(index))).toEqual(given);
      }),
    );
    const long = Array.from({ length: 300 }, (_, index) => `${index}-`.repeat(3000));
    const many = column([...long, 'x'.repeat(70_000), '']);
    expect([many.at(0), many.at(299), many.at(300).length, many.at(301)]).toEqual([long[0], long[299], 70_000, '']);
  });

  // Of the last ones, letters in pairs, another order of letters, and upper case first.
  test.each(['en-US', 'de', 'fr-CA', 'sv', 'ja', 'th', 'cs', 'hu', 'da', 'et', 'lt', 'mt', 'cy'])(
    'has the natural order of %s',
    (locale) => {
      const collator = new Intl.Collator(locale, { numeric: true });
      const order = createNaturalOrder(locale);
      fc.assert(
        fc.property(texts, (given) => {
          const made = column(given);
          for (const [a, textA] of given.entries()) {
            for (const [b, textB] of given.entries()) {
              const expected = collator.compare(textA, textB) || (textA < textB ? -1 : textA > textB ? 1 : 0);
              expect(Math.sign(made.compare(order, a, b))).toBe(Math.sign(expected));
            }
          }
        }),
        { numRuns: 100 },
      );
    },
  );

  test('compares the bytes of languages that order letter by letter', () => {
    const isFast = (locale: string) => createNaturalOrder(locale).ascii !== null;
    expect(['en-US', 'de', 'fr', 'ja'].map(isFast)).toEqual([true, true, true, true]);
    expect(['cs', 'hu'].map(isFast)).toEqual([false, false]);
    const [long, longer] = ['1'.repeat(300), `1${'0'.repeat(299)}`];
    const made = column([long, longer]);
    const expected = new Intl.Collator('en', { numeric: true }).compare(long, longer);
    expect(Math.sign(made.compare(createNaturalOrder('en'), 0, 1))).toBe(expected);
  });

  test('is searched without regard to case', () => {
    const made = column(['Invoice-7.PDF', 'étude.pdf', '']);
    const holds = (index: number, text: string, where: 'anywhere' | 'start' = 'anywhere') =>
      made.holdsAscii(index, asciiText(text) ?? new Uint8Array(), where);
    expect([holds(0, 'pdf'), holds(0, 'pdfx'), holds(0, 'invoice-7.pdf')]).toEqual([true, false, true]);
    expect([holds(0, 'in', 'start'), holds(0, '7', 'start')]).toEqual([true, false]);
    expect([holds(1, 'pdf'), holds(2, 'pdf'), asciiText('é')]).toEqual([null, null, null]);
  });
});

test('rows are found by name and kind in another table', () => {
  const row = fc.record({
    name: fc.string({ unit: fc.constantFrom('a', 'b', 'é'), maxLength: 3 }),
    isFolder: fc.boolean(),
  });
  const tableOf = (rows: readonly { name: string; isFolder: boolean }[]) => {
    const table = new RowTable('in/');
    for (const { name, isFolder } of rows) {
      if (isFolder) table.addFolder(`in/${name}/`);
      else table.addObject(`in/${name}`, 1, null, null, null);
    }
    return table;
  };
  fc.assert(
    fc.property(fc.array(row), fc.array(row), (kept, others) => {
      const names = new RowNames(tableOf(kept), kept.length);
      for (const index of kept.keys()) names.add(index);
      const table = tableOf(others);
      for (const [index, { name, isFolder }] of others.entries()) {
        const expected = kept.some((one) => one.name === name && one.isFolder === isFolder);
        expect(names.has(table, index)).toBe(expected);
      }
    }),
  );
});

describe('sorting in steps', () => {
  const rising = (a: number, b: number) => a - b;
  const of = (length: number, value: (index: number) => number) =>
    Uint32Array.from({ length }, (_, index) => value(index));

  test('gives the order of sorting at once', () => {
    const shapes = fc.tuple(fc.nat(400), fc.nat(40), fc.constantFrom(1, -1), fc.integer({ min: 1, max: 1000 }));
    fc.assert(
      fc.property(shapes, ([length, stretch, sign, seed]) => {
        // Stretches in order, and some of them in the opposite one, somewhere else than they belong.
        const keys = of(length, (index) => ((Math.floor(index / (stretch + 1)) * seed) % 997) * 1000 + index);
        const compare = (a: number, b: number) => sign * ((keys[a] as number) - (keys[b] as number));
        const expected = of(length, (index) => index).sort(compare);
        expect(
          sortAtOnce(
            of(length, (index) => index),
            compare,
          ),
        ).toEqual(expected);
        expect(
          sortAtOnce(
            of(length, (index) => length - 1 - index),
            compare,
          ),
        ).toEqual(expected);
      }),
    );
  });

  test('of what is in order already, or in the opposite one, takes hardly more than a look', () => {
    let compared = 0;
    const counting = (a: number, b: number) => {
      compared += 1;
      return rising(a, b);
    };
    sortAtOnce(
      of(10_000, (index) => index),
      counting,
    );
    sortAtOnce(
      of(10_000, (index) => 10_000 - index),
      counting,
    );
    expect(compared).toBeLessThan(45_000);
  });
});
