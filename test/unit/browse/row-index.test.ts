import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRowIndex } from '../../../main/browse/row-index.ts';
import type { ListingRow, ListingView } from '../../../shared/domain/listing.ts';

const byName: ListingView = { sortBy: 'name', descending: false, filter: '' };
const pause = () => Promise.resolve();

function index(view: ListingView = byName) {
  return createRowIndex('in/', view, { pause });
}
const names = (rows: readonly ListingRow[]) => rows.map((row) => row.name);

describe('the rows of a listing', () => {
  test('folders first, then names as people count', () => {
    const rows = index();
    for (const name of ['b10.txt', 'b9.txt', 'a.txt', 'B1.txt']) rows.table.addObject(`in/${name}`, 1, 1, null, null);
    rows.table.addFolder('in/zoo/');
    rows.table.addFolder('in/a2/');
    rows.takeIn();
    expect(names(rows.rows(0, 10))).toEqual(['a2', 'zoo', 'a.txt', 'B1.txt', 'b9.txt', 'b10.txt']);
    expect(rows.rows(0, 1)).toEqual([{ type: 'folder', name: 'a2', prefix: 'in/a2/' }]);
    expect(rows.rows(2, 1)).toEqual([
      { type: 'object', name: 'a.txt', key: 'in/a.txt', sizeBytes: 1, modifiedMs: 1, etag: null, storageClass: null },
    ]);
    expect(rows.rows(5, 10)).toHaveLength(1);
    expect(rows.rows(6, 10)).toEqual([]);
  });

  test('sorts by size, date, class and kind, folders by name, missing values last both ways', async () => {
    const rows = index();
    rows.table.addFolder('in/f2/');
    rows.table.addFolder('in/f1/');
    rows.table.addObject('in/big.b', 300, null, null, 'STANDARD');
    rows.table.addObject('in/small.c', 1, 50, null, null);
    rows.table.addObject('in/mid.a', 20, 70, null, 'GLACIER');
    rows.takeIn();
    const shown = async (view: Partial<ListingView>) => {
      await rows.setView({ ...byName, ...view });
      return names(rows.rows(0, 10)).slice(2);
    };
    expect(await shown({ sortBy: 'size' })).toEqual(['small.c', 'mid.a', 'big.b']);
    expect(names(rows.rows(0, 2))).toEqual(['f1', 'f2']);
    expect(await shown({ sortBy: 'size', descending: true })).toEqual(['big.b', 'mid.a', 'small.c']);
    expect(await shown({ sortBy: 'modified' })).toEqual(['small.c', 'mid.a', 'big.b']);
    expect(await shown({ sortBy: 'modified', descending: true })).toEqual(['mid.a', 'small.c', 'big.b']);
    expect(await shown({ sortBy: 'class' })).toEqual(['mid.a', 'big.b', 'small.c']);
    expect(await shown({ sortBy: 'type' })).toEqual(['mid.a', 'big.b', 'small.c']);
    expect(await shown({ descending: true })).toEqual(['small.c', 'mid.a', 'big.b']);
    expect(names(rows.rows(0, 2))).toEqual(['f2', 'f1']);
  });

  test('filters without case, and rows that come later too', async () => {
    const rows = index();
    rows.table.addObject('in/Invoice.PDF', 1, 1, null, null);
    rows.table.addObject('in/note.txt', 1, 1, null, null);
    rows.takeIn();
    await rows.setView({ ...byName, filter: 'pdf' });
    expect([rows.table.length, rows.count()]).toEqual([2, 1]);
    rows.table.addObject('in/another.pdf', 1, 1, null, null);
    rows.takeIn();
    expect(names(rows.rows(0, 10))).toEqual(['another.pdf', 'Invoice.PDF']);
  });

  test('whatever the pages, the order is that of sorting everything at once', async () => {
    const name = fc.oneof(
      fc.string({ minLength: 1, maxLength: 6 }),
      fc.constantFrom('a1', 'a10', 'a2', 'A1', 'é', 'e\u0301'),
    );
    const row = fc.record({ name, sizeBytes: fc.nat(3), isFolder: fc.boolean() });
    const view = fc.record({
      sortBy: fc.constantFrom<ListingView['sortBy']>('name', 'size', 'modified', 'class', 'type'),
      descending: fc.boolean(),
      filter: fc.constantFrom('', 'a', '1'),
    });
    const pages = fc.array(fc.array(row, { maxLength: 12 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(pages, view, view, async (given, first, second) => {
        const add = (rows: ReturnType<typeof index>, page: (typeof given)[number]) => {
          for (const { name, sizeBytes, isFolder } of page) {
            if (isFolder) rows.table.addFolder(`in/${name}/`);
            else rows.table.addObject(`in/${name}`, sizeBytes, sizeBytes % 2 ? null : sizeBytes, null, null);
          }
        };
        const paged = createRowIndex('in/', first, { pause });
        const changing: Promise<unknown>[] = [];
        for (const [at, page] of given.entries()) {
          add(paged, page);
          paged.takeIn();
          // In the middle of it the person sorts by something else.
          if (at === 2) changing.push(paged.setView(second));
        }
        await Promise.all(changing);
        const once = createRowIndex('in/', given.length > 2 ? second : first, { pause });
        for (const page of given) add(once, page);
        once.takeIn();
        expect(paged.rows(0, 1000)).toEqual(once.rows(0, 1000));
      }),
      { numRuns: 300 },
    );
  });

  test('a later view takes the place of one that is still being made', async () => {
    const rows = index();
    for (let number = 0; number < 5000; number++) rows.table.addObject(`in/${number}`, 5000 - number, 1, null, null);
    rows.takeIn();
    const [first, second] = await Promise.all([
      rows.setView({ ...byName, sortBy: 'size' }),
      rows.setView({ ...byName, descending: true }),
    ]);
    expect([first, second]).toEqual([false, true]);
    expect(names(rows.rows(0, 2))).toEqual(['4999', '4998']);
  });
});
