import type { ListingRow } from '../../../shared/domain/listing.ts';
import { rowId } from './row-id.ts';

/**
 * What is selected: some rows, or all of the list except some. "All" is not a set of rows because the rows of a huge
 * folder never are in the window at once.
 */
export type Selection = { readonly all: boolean; readonly rows: ReadonlyMap<string, ListingRow> };

export const noSelection: Selection = { all: false, rows: new Map() };
export const allSelected: Selection = { all: true, rows: new Map() };

export function isSelected(selection: Selection, row: ListingRow): boolean {
  return selection.rows.has(rowId(row)) !== selection.all;
}

export function selectOnly(rows: readonly ListingRow[]): Selection {
  return { all: false, rows: new Map(rows.map((row) => [rowId(row), row])) };
}

export function toggleRow(selection: Selection, row: ListingRow): Selection {
  const rows = new Map(selection.rows);
  if (!rows.delete(rowId(row))) rows.set(rowId(row), row);
  return { ...selection, rows };
}

export function selectedCount(selection: Selection, listCount: number): number {
  return selection.all ? Math.max(0, listCount - selection.rows.size) : selection.rows.size;
}

/** Without the rows of these ids: what has been deleted is no longer selected. */
export function withoutRows(selection: Selection, ids: ReadonlySet<string>): Selection {
  if (selection.all) return selection;
  return { all: false, rows: new Map([...selection.rows].filter(([id]) => !ids.has(id))) };
}
