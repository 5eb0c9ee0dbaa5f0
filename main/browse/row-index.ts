import type { ListingRow, ListingView } from '../../shared/domain/listing.ts';
import { OrderedRows, rowCompare, rowFilter } from './row-order.ts';
import { RowTable } from './row-table.ts';

/** Rows taken into an order at once. */
const blockRows = 1000;

/** The rows of one listing, sorted and filtered as its view says, while they come. */
export interface RowIndex {
  readonly table: RowTable;
  /** Rows that pass the filter. */
  count(): number;
  rows(from: number, count: number): ListingRow[];
  /** Takes in what was added to the table since the last call. */
  takeIn(): void;
  /**
   * Another order or filter, made in small steps with pauses between; the old one is shown until it is ready. True when it
   * became the view, false when a later call took its place.
   */
  setView(view: ListingView): Promise<boolean>;
}

/** `pause` gives the event loop a turn. */
export function createRowIndex(prefix: string, view: ListingView, pause: () => Promise<void>): RowIndex {
  const table = new RowTable(prefix);
  let shown = makeOrder(table, view);
  let latestCall = 0;

  return {
    table,
    count: () => shown.order.length,
    rows(from, count) {
      const rows: ListingRow[] = [];
      for (let position = from; position < Math.min(from + count, shown.order.length); position++) {
        rows.push(table.row(shown.order.at(position)));
      }
      return rows;
    },
    takeIn() {
      while (shown.step());
    },
    async setView(next) {
      const call = ++latestCall;
      const making = makeOrder(table, next);
      // Rows that come meanwhile are in the table: the loop ends when it has caught up with them.
      while (making.step()) {
        await pause();
        if (call !== latestCall) return false;
      }
      shown = making;
      return true;
    },
  };
}

/** `step` takes in one block of rows; false when there was none left. */
function makeOrder(table: RowTable, view: ListingView): { readonly order: OrderedRows; step(): boolean } {
  const order = new OrderedRows(rowCompare(table, view));
  const passes = rowFilter(table, view.filter);
  let taken = 0;
  return {
    order,
    step() {
      if (taken >= table.length) return false;
      const end = Math.min(taken + blockRows, table.length);
      const block = new Uint32Array(end - taken);
      let length = 0;
      for (let index = taken; index < end; index++) if (passes(index)) block[length++] = index;
      order.insert(block.subarray(0, length));
      taken = end;
      return true;
    },
  };
}
