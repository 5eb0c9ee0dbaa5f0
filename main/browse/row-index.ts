import type { Interval, ListingRow, ListingView, ListingWindow, SelectionChange } from '../../shared/domain/listing.ts';
import { findPosition } from './find-row.ts';
import { intervalsWhere, normalIntervals, visitRowsAt } from './row-positions.ts';
import { RowNames } from './row-names.ts';
import { RowSelection } from './row-selection.ts';
import { RowTable } from './row-table.ts';
import { showDifferently, showNothingYet } from './shown-rows.ts';
import { createVersionLog } from './version-log.ts';

/** Rows looked at between two pauses when nothing but their names is compared. */
const scanRows = 4000;
/** A change of more rows than this is counted as a whole. */
const manyRows = 10_000;

/** The rows of one listing, sorted and filtered as its view says, while they come; and which of them are selected. */
export interface RowIndex {
  readonly table: RowTable;
  /** Grows with every change of rows or order. */
  readonly version: number;
  /** The one asked for last, which may still be in the making. */
  readonly view: ListingView;
  /** Nothing is selected in it that does not pass the filter. Changed only by the index; read it as it is now. */
  readonly selection: RowSelection;
  /** Rows that pass the filter. */
  count(): number;
  rows(from: number, count: number): ListingRow[];
  /** Takes in what was added to the table since the last call. */
  takeIn(): void;
  /**
   * Another order or filter, made in small steps with pauses between; the old one is shown until it is ready. What is
   * selected and does not pass the new filter is not selected any more. True when it became the view, false when a
   * later call took its place.
   */
  setView(view: ListingView): Promise<boolean>;
  /** False, and nothing changed, when the version's positions cannot be told any more. */
  select(version: number, change: Exclude<SelectionChange, { mode: 'names' }>): boolean;
  /** Those of these rows that pass the filter, and no others. */
  selectOnly(rows: Iterable<number>): void;
  selectedIn(window: ListingWindow): Interval[];
  /** The first selected rows in the order that is shown. */
  firstSelected(count: number): number[];
  /** What is selected now, to be found in another table; gathered in steps. */
  selectedNames(): Promise<RowNames>;
  /** Looked for in steps. */
  rowsWhere(fits: (row: number) => boolean): Promise<number[]>;
  /** As `listing.find` of the contract, in steps. */
  find(text: string, match: 'exact' | 'prefix', from: number): Promise<number | null>;
  /** Takes the place of another index of that version: the own versions are greater from now on. */
  follow(version: number): void;
}

export type RowIndexOptions = {
  /** Gives the event loop a turn. */
  readonly pause: () => Promise<void>;
  readonly firstVersion?: number;
  /** At once when a new order is shown. */
  readonly onReordered?: () => void;
};

export function createRowIndex(
  base: string,
  view: ListingView,
  { pause, firstVersion = 0, onReordered }: RowIndexOptions,
): RowIndex {
  const table = new RowTable(base);
  const log = createVersionLog(firstVersion);
  let shown = showNothingYet(table, view);
  let wanted = view;
  let latestCall = 0;
  let selection = new RowSelection(table);

  /** Those that pass the filter. */
  const selectShown = (wanted: RowSelection): void => {
    const { order } = shown;
    // All rows are shown: nothing is to be left out.
    if (order.length === table.length) {
      selection = wanted.copy();
      return;
    }
    const next = new RowSelection(table);
    next.manyAtOnce(() => {
      for (let position = 0; position < order.length; position++) {
        const row = order.at(position);
        if (wanted.has(row)) next.add(row);
      }
    });
    selection = next;
  };

  const isEverything = (intervals: readonly Interval[]): boolean => {
    const [only] = intervals;
    const last = shown.order.length - 1;
    return shown.view.filter === '' && intervals.length === 1 && only?.from === 0 && only.to >= last;
  };

  return {
    table,
    get version() {
      return log.version;
    },
    get view() {
      return wanted;
    },
    get selection() {
      return selection;
    },
    count: () => shown.order.length,
    rows(from, count) {
      const rows: ListingRow[] = [];
      for (let position = from; position < Math.min(from + count, shown.order.length); position++) {
        rows.push(table.row(shown.order.at(position)));
      }
      return rows;
    },
    takeIn() {
      const before = shown.taken();
      while (shown.step());
      if (shown.taken() > before) log.grow(shown.taken());
    },
    async setView(next) {
      const call = ++latestCall;
      wanted = next;
      const making = showDifferently(table, next, shown);
      let step = making.next();
      for (; !step.done; step = making.next()) {
        await pause();
        if (call !== latestCall) return false;
      }
      const made = step.value;
      const hides = next.filter !== '' && next.filter !== shown.view.filter;
      shown = made;
      log.restart(made.taken());
      if (hides && selection.items > 0) selectShown(selection);
      onReordered?.();
      return true;
    },
    select(version, change) {
      const { order } = shown;
      if (!('intervals' in change)) {
        if (change.mode === 'none') selection.clear();
        else if (shown.view.filter === '') selection.addFirst(shown.taken());
        else {
          selection.manyAtOnce(() => {
            for (let position = 0; position < order.length; position++) selection.add(order.at(position));
          });
        }
      } else {
        const taken = log.takenAt(version);
        if (taken === null) return false;
        const { mode, intervals } = change;
        if (mode === 'only') selection.clear();
        if (mode !== 'remove' && selection.items === 0 && taken === shown.taken() && isEverything(intervals)) {
          selection.addFirst(taken);
          return true;
        }
        const then = { taken, complete: taken === shown.taken() };
        const apply = () =>
          visitRowsAt(order, intervals, then, (row) => {
            const isAdded = mode !== 'remove' && selection.add(row);
            if (!isAdded && (mode === 'remove' || mode === 'toggle')) selection.remove(row);
          });
        if (normalIntervals(intervals, order.length).some(({ from, to }) => to - from >= manyRows))
          selection.manyAtOnce(apply);
        else apply();
      }
      return true;
    },
    selectOnly(rows) {
      const wanted = new RowSelection(table);
      wanted.manyAtOnce(() => {
        for (const row of rows) wanted.add(row);
      });
      selectShown(wanted);
    },
    selectedIn: (window) =>
      selection.items === 0
        ? []
        : intervalsWhere(window, shown.order.length, (position) => selection.has(shown.order.at(position))),
    firstSelected(count) {
      const rows: number[] = [];
      const wanted = Math.min(count, selection.items);
      for (let position = 0; position < shown.order.length && rows.length < wanted; position++) {
        const row = shown.order.at(position);
        if (selection.has(row)) rows.push(row);
      }
      return rows;
    },
    async selectedNames() {
      const now = selection.copy();
      const names = new RowNames(table, now.items);
      let seen = 0;
      for (const row of now.each()) {
        names.add(row);
        if (++seen % scanRows === 0) await pause();
      }
      return names;
    },
    async rowsWhere(fits) {
      const rows: number[] = [];
      for (let row = 0; row < table.length; row++) {
        if (row % scanRows === scanRows - 1) await pause();
        if (fits(row)) rows.push(row);
      }
      return rows;
    },
    find: (text, match, from) =>
      findPosition({
        text,
        match,
        from,
        nameAt: (at) => table.name(shown.order.at(at)),
        current: () => shown.order,
        pause,
      }),
    follow: (version) => log.restart(shown.taken(), version + 1),
  };
}
