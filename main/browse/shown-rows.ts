import type { ListingView } from '../../shared/domain/listing.ts';
import { OrderedRows } from './ordered-rows.ts';
import { type RowCompare, rowCompare, rowFilter } from './row-order.ts';
import type { RowTable } from './row-table.ts';
import { sortRows } from './sort-rows.ts';

/** Rows taken into an order at once. */
const blockRows = 1000;
/** Names looked at between two steps. */
const scanRows = 20_000;

/** The rows of a table that pass a view's filter, in its order. */
export type ShownRows = {
  readonly view: ListingView;
  readonly order: OrderedRows;
  /** All rows in the same order, where they are known: another filter needs no sorting then. */
  readonly all: OrderedRows | null;
  /** Rows of the table that have been looked at. */
  taken(): number;
  /** Takes in one block of rows; false when there was none left. */
  step(): boolean;
};

export function showNothingYet(table: RowTable, view: ListingView): ShownRows {
  return shownRows(table, view, rowCompare(table, view), {
    shown: new Uint32Array(),
    all: new Uint32Array(),
    taken: 0,
  });
}

/** The same rows under another view, made in steps well below a frame; with the rows that come meanwhile. */
export function* showDifferently(table: RowTable, view: ListingView, before: ShownRows): Generator<void, ShownRows> {
  const compare = rowCompare(table, view);
  const { view: oldView, order, all: oldAll } = before;
  const taken = before.taken();
  const isSorted =
    view.sortBy === oldView.sortBy &&
    view.descending === oldView.descending &&
    (oldAll !== null || isNarrower(view.filter, oldView.filter));
  let all = isSorted ? (oldAll?.copy() ?? null) : null;
  // Sorting starts from the same column the other way round, or else from the order of arrival, which is nearly that of names.
  const isReversed = view.sortBy === oldView.sortBy;
  let shown = all ?? (isSorted ? order.copy() : null) ?? (isReversed ? oldAll?.copy() : null) ?? firstRows(taken);
  if (view.filter !== '') shown = yield* only(shown, rowFilter(table, view.filter));
  if (!isSorted) shown = yield* sortRows(shown, compare);
  const made = shownRows(table, view, compare, { shown, all, taken });
  while (made.step()) yield;
  return made;
}

function shownRows(
  table: RowTable,
  view: ListingView,
  compare: RowCompare,
  start: { readonly shown: Uint32Array; readonly all: Uint32Array | null; readonly taken: number },
): ShownRows {
  const passes = rowFilter(table, view.filter);
  const order = new OrderedRows(compare, start.shown);
  const isFiltered = view.filter !== '';
  const all = !isFiltered ? order : start.all === null ? null : new OrderedRows(compare, start.all);
  let { taken } = start;
  return {
    view,
    order,
    all,
    taken: () => taken,
    step() {
      if (taken >= table.length) return false;
      const end = Math.min(taken + blockRows, table.length);
      const block = new Uint32Array(end - taken);
      for (let row = taken; row < end; row++) block[row - taken] = row;
      order.insert(isFiltered ? block.filter(passes) : block);
      if (isFiltered) all?.insert(block);
      taken = end;
      return true;
    },
  };
}

function firstRows(count: number): Uint32Array {
  const rows = new Uint32Array(count);
  for (let row = 0; row < count; row++) rows[row] = row;
  return rows;
}

function* only(rows: Uint32Array, passes: (row: number) => boolean): Generator<void, Uint32Array> {
  const kept = new Uint32Array(rows.length);
  let count = 0;
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index] as number;
    if (passes(row)) kept[count++] = row;
    if (index % scanRows === scanRows - 1) yield;
  }
  return kept.slice(0, count);
}

/** Whether everything that passes the one passes the other. */
function isNarrower(filter: string, than: string): boolean {
  return filter.toLowerCase().includes(than.toLowerCase());
}
