import type { ConnectionId } from '../../shared/domain/ids.ts';
import type { ListingRow, SelectionSummary } from '../../shared/domain/listing.ts';
import type { RowIndex } from './row-index.ts';
import type { RowSelection } from './row-selection.ts';
import type { RowTable } from './row-table.ts';

type ConnectionPlace = {
  readonly connectionId: ConnectionId;
  /** Where the connection led when the rows were listed (`whereItLeads`). */
  readonly leadsTo: string;
};

/** Where selected rows lie. */
export type SelectionPlace =
  | ({ readonly type: 'buckets' } & ConnectionPlace)
  | ({ readonly type: 'folder'; readonly bucket: string; readonly prefix: string } & ConnectionPlace)
  | { readonly type: 'host'; readonly folder: string };

export type HeldSelection = {
  readonly place: SelectionPlace;
  readonly summary: SelectionSummary;
  /** It is all that the place holds. */
  readonly isEverything: boolean;
  /** The first few as they are shown. */
  readonly names: readonly string[];
  /** In the order they were listed; again from the start with each call. */
  readonly rows: () => Iterable<ListingRow>;
};

/** Up to here rows are copied; more of them keep the table they are in alive, which is smaller than copies would be. */
const maxCopiedRows = 10_000;
const namesKept = 20;

/** What is selected now, whatever becomes of the listing. Rows of a table never change. */
export function holdRows(place: SelectionPlace, index: RowIndex, isComplete: boolean): HeldSelection {
  const { table, selection } = index;
  const summary = selection.summary();
  const names = index.firstSelected(namesKept).map((row) => table.name(row));
  const isEverything = isComplete && summary.items === table.length;
  if (summary.items <= maxCopiedRows) {
    const rows = [...rowsOf(table, selection)];
    return { place, summary, isEverything, names, rows: () => rows };
  }
  const frozen = selection.copy();
  return { place, summary, isEverything, names, rows: () => rowsOf(table, frozen) };
}

function* rowsOf(table: RowTable, selection: RowSelection): Generator<ListingRow> {
  for (const row of selection.each()) yield table.row(row);
}

/** Held selections by id; the ones not used for longest give way. */
export function createHeldSelections<T>(maxCount: number): {
  add(id: string, held: T): void;
  get(id: string): T | undefined;
  delete(id: string): void;
} {
  const kept = new Map<string, T>();
  return {
    add(id, held) {
      kept.set(id, held);
      for (const oldest of kept.keys()) {
        if (kept.size <= maxCount) break;
        kept.delete(oldest);
      }
    },
    get(id) {
      const held = kept.get(id);
      if (held === undefined) return undefined;
      kept.delete(id);
      kept.set(id, held);
      return held;
    },
    delete: (id) => void kept.delete(id),
  };
}
