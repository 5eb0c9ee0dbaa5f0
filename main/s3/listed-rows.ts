import type { ObjectRow } from '../../shared/domain/listing.ts';
import { linesOfColumns, linesOfRows, rowsOfColumns, rowsOfLines } from './data-plane/listing/page-lines.ts';
import type { RowColumns } from './data-plane/listing/scan-row.ts';
import type { ListedRows } from './object-store.ts';

export function listedFromRows(rows: readonly ObjectRow[]): ListedRows {
  return { count: rows.length, rows: () => rows, lines: () => linesOfRows(rows) };
}

export function listedFromColumns(columns: RowColumns): ListedRows {
  return {
    count: columns.keys.length,
    rows: () => rowsOfColumns(columns),
    lines: () => linesOfColumns(columns),
  };
}

export function listedFromLines(count: number, lines: Uint8Array): ListedRows {
  return { count, rows: () => rowsOfLines(lines), lines: () => lines };
}
