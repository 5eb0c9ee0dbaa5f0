import { setImmediate as turn } from 'node:timers/promises';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LiveListing, startLiveListing } from '../../../main/browse/live-listing.ts';
import type { RowTable } from '../../../main/browse/row-table.ts';
import { listingIdSchema } from '../../../shared/domain/ids.ts';
import type { Interval, ListingRow, ListingView, SelectionChange } from '../../../shared/domain/listing.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';

type Item = { readonly isFolder: boolean; readonly name: string; readonly sizeBytes: number };
type Page = readonly Item[];
const idOf = (row: ListingRow): string => `${row.type === 'folder' ? '/' : ''}${row.name}`;
const idOfItem = (item: Item): string => `${item.isFolder ? '/' : ''}${item.name}`;

/** A place that is listed as the test says: pages, then the end or a failure. */
function scriptedPlace() {
  let give: ((page: Page | 'end' | 'fail') => void) | null = null;
  async function* source(table: RowTable): AsyncGenerator<Result<void>> {
    for (;;) {
      const page = await new Promise<Page | 'end' | 'fail'>((resolve) => (give = resolve));
      give = null;
      if (page === 'end') return;
      if (page === 'fail') {
        yield err(appError('ConnectionReset'));
        return;
      }
      for (const { isFolder, name, sizeBytes } of page) {
        if (isFolder) table.addFolder(`${name}/`);
        else table.addObject(name, sizeBytes, null, null, null);
      }
      yield ok();
    }
  }
  return { source, isAsked: () => give !== null, give: (page: Page | 'end' | 'fail') => give?.(page) };
}

async function settle(): Promise<void> {
  for (let count = 0; count < 12; count++) await turn();
}

/** The naive one: names in sets. */
class Model {
  /** Of the listing that is shown, and of the one that lists beside it. */
  shown = new Map<string, Item>();
  coming: Map<string, Item> | null = null;
  selected = new Set<string>();
  filter = '';
  /** What stood where under each version, and in which order's time. */
  history = new Map<number, { readonly ids: readonly string[]; readonly era: number }>();
  era = 0;
  isListing = true;
  isRefreshWanted = false;

  passes(id: string): boolean {
    return id.replace('/', '').toLowerCase().includes(this.filter.toLowerCase());
  }

  add(page: Page): Page {
    const into = this.coming ?? this.shown;
    const fresh = page.filter((item) => !into.has(idOfItem(item)) && into.set(idOfItem(item), item));
    return fresh;
  }

  change(ids: readonly string[], change: SelectionChange): void {
    if ('intervals' in change) {
      const covered = ids.filter((_, at) => change.intervals.some(({ from, to }) => at >= from && at <= to));
      if (change.mode === 'only') this.selected.clear();
      for (const id of covered) {
        if (change.mode === 'remove' || (change.mode === 'toggle' && this.selected.has(id))) this.selected.delete(id);
        else this.selected.add(id);
      }
      return;
    }
    if (change.mode === 'none') this.selected.clear();
    if (change.mode === 'all') for (const id of this.shown.keys()) if (this.passes(id)) this.selected.add(id);
    if (change.mode === 'names') {
      const wanted = [...this.shown.keys()].filter((id) => change.names.includes(id.replace('/', '')));
      this.selected = new Set(wanted.filter((id) => this.passes(id)));
    }
  }

  view(filter: string): void {
    this.filter = filter;
    this.era += 1;
    for (const id of this.selected) if (!this.passes(id)) this.selected.delete(id);
  }

  refresh(): void {
    this.isRefreshWanted = this.isListing;
    if (this.isListing) return;
    this.isListing = true;
    // Beside what is shown, unless nothing is.
    if (this.shown.size > 0) this.coming = new Map();
    else this.era += 1;
  }

  listed(isComplete: boolean): void {
    if (isComplete && this.coming !== null) {
      this.shown = this.coming;
      this.era += 1;
      for (const id of this.selected) if (!this.shown.has(id)) this.selected.delete(id);
    }
    this.coming = null;
    this.isListing = false;
    if (this.isRefreshWanted) this.refresh();
  }
}

function check(live: LiveListing, model: Model): void {
  const status = live.status();
  const rows = live.index().rows(0, 10_000);
  const ids = rows.map(idOf);
  expect([...ids].sort()).toEqual([...model.shown.keys()].filter((id) => model.passes(id)).sort());
  const known = model.history.get(status.version);
  // Under one version, one order.
  if (known) expect(ids).toEqual(known.ids);
  else {
    for (const version of model.history.keys()) expect(status.version).toBeGreaterThan(version);
    model.history.set(status.version, { ids, era: model.era });
  }
  const marked = live
    .index()
    .selectedIn({ from: 0, count: 10_000 })
    .flatMap(({ from, to }) => ids.slice(from, to + 1));
  expect(new Set(marked)).toEqual(model.selected);
  const selected = [...model.selected].map((id) => model.shown.get(id) as Item);
  expect(status.selection).toEqual({
    items: selected.length,
    folders: selected.filter((item) => item.isFolder).length,
    bytes: selected.reduce((sum, item) => sum + (item.isFolder ? 0 : item.sizeBytes), 0),
  });
}

const item: fc.Arbitrary<Item> = fc.record({
  isFolder: fc.boolean(),
  name: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'a1', 'a2', 'a10', 'B', 'é', 'x1', 'x01'),
  sizeBytes: fc.nat(5),
});
const page = fc.array(item, { maxLength: 6 });
const interval: fc.Arbitrary<Interval> = fc
  .tuple(fc.nat(12), fc.nat(4))
  .map(([from, more]) => ({ from, to: from + more }));
const change: fc.Arbitrary<SelectionChange> = fc.oneof(
  fc.record({
    mode: fc.constantFrom('only' as const, 'add' as const, 'remove' as const, 'toggle' as const),
    intervals: fc.array(interval, { maxLength: 3 }),
  }),
  fc.record({ mode: fc.constantFrom('all' as const, 'none' as const) }),
  fc.record({
    mode: fc.constant('names' as const),
    names: fc.array(fc.constantFrom('a', 'b', 'x1', 'no'), { maxLength: 3 }),
  }),
);
const view: fc.Arbitrary<ListingView> = fc.record({
  sortBy: fc.constantFrom('name' as const, 'size' as const, 'type' as const),
  descending: fc.boolean(),
  filter: fc.constantFrom('', '', 'a', 'x', '1'),
});
const command = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('page' as const), page }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('end' as const, 'end' as const, 'fail' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('refresh' as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('select' as const), change, age: fc.nat(4) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('view' as const), view, page }) },
);

test('whatever comes, is sorted, filtered and listed again: exactly what was selected stays selected', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 40 }), async (commands) => {
      const place = scriptedPlace();
      const model = new Model();
      const first: ListingView = { sortBy: 'name', descending: false, filter: '' };
      const id = listingIdSchema.parse('list-1');
      const unexpected: unknown[] = [];
      const live = startLiveListing(id, { base: '', source: place.source }, first, {
        pause: () => Promise.resolve(),
        nowMs: () => 0,
        wait: () => Promise.resolve(),
        onChanged: () => undefined,
        onUnexpected: (thrown) => unexpected.push(thrown),
      });
      await settle();
      check(live, model);
      for (const next of commands) {
        if (next.do === 'page' && place.isAsked()) place.give(model.add(next.page));
        if (next.do === 'end' || next.do === 'fail') {
          if (!model.isListing) continue;
          place.give(next.do);
          model.listed(next.do === 'end');
        }
        if (next.do === 'refresh') {
          live.refresh();
          model.refresh();
        }
        if (next.do === 'select') {
          const versions = [...model.history.keys()];
          const version = versions.at(-1 - next.age) ?? versions[0] ?? 0;
          const then = model.history.get(version);
          const isMappable = then?.era === model.era || !('intervals' in next.change);
          expect(await live.select(version, next.change)).toBe(isMappable);
          if (isMappable) model.change(then?.ids ?? [], next.change);
        }
        if (next.do === 'view') {
          const set = live.setView(next.view);
          if (place.isAsked()) place.give(model.add(next.page));
          await set;
          model.view(next.view.filter);
        }
        await settle();
        check(live, model);
      }
      live.end();
      expect(unexpected).toEqual([]);
    }),
    { numRuns: 300 },
  );
});
