import { type GridLayout, layoutOf, shownColumns } from './column-layout.ts';
import { leastWidth } from './grid-tracks.ts';
import type { GridColumn } from './grid-types.ts';

const mostColumnPx = 2000;

/** Pure, like all of this file. The columns with one of them as wide as asked for, within its limits. */
export function withWidth<Row>(columns: readonly GridColumn<Row>[], id: string, widthPx: number): GridColumn<Row>[] {
  return columns.map((column) =>
    column.id === id
      ? { ...column, chosenPx: Math.round(Math.min(mostColumnPx, Math.max(leastWidth(column), widthPx))) }
      : column,
  );
}

/**
 * The columns as wide as they are on screen. From the first change of a width on none gives way to another, so that the
 * edge that is pulled follows the pointer.
 */
export function withWidths<Row>(
  columns: readonly GridColumn<Row>[],
  widthsPx: ReadonlyMap<string, number>,
): GridColumn<Row>[] {
  return columns.map((column) => {
    const widthPx = widthsPx.get(column.id);
    return widthPx === undefined ? column : { ...column, chosenPx: Math.round(widthPx) };
  });
}

/**
 * The layout with the column `id` before the shown column number `to` (or after the last). The first column stays the
 * first; hidden ones stay where they are among the others.
 */
export function movedTo<Row>(columns: readonly GridColumn<Row>[], id: string, to: number): GridLayout {
  const shown = shownColumns(columns);
  const moved = columns.find((column) => column.id === id);
  const before = shown[Math.max(1, to)];
  if (!moved || moved === columns[0] || before === moved) return layoutOf(columns);
  const others = columns.filter((column) => column !== moved);
  const at = before ? others.indexOf(before) : others.length;
  return layoutOf([...others.slice(0, at), moved, ...others.slice(at)]);
}

/** The layout with the column one place further, `step` being 1 or -1, among those shown. */
export function movedBy<Row>(columns: readonly GridColumn<Row>[], id: string, step: 1 | -1): GridLayout {
  const shown = shownColumns(columns);
  const at = shown.findIndex((column) => column.id === id);
  return movedTo(columns, id, step > 0 ? at + 2 : at - 1);
}

/** One that was left out for lack of room is given its width, and so its place. */
export function shownOrHidden<Row>(columns: readonly GridColumn<Row>[], id: string): GridLayout {
  const turned = (column: GridColumn<Row>) =>
    column.noRoom && !column.hidden ? { ...column, chosenPx: column.widthPx } : { ...column, hidden: !column.hidden };
  return layoutOf(columns.map((column) => (column.id === id ? turned(column) : column)));
}

/** Before which of the headers, given by their edges in reading order, what is at `at` would be put. */
export function insertionIndex(middles: readonly number[], at: number, isRtl: boolean): number {
  const before = middles.findIndex((middle) => (isRtl ? at > middle : at < middle));
  return Math.max(1, before < 0 ? middles.length : before);
}
