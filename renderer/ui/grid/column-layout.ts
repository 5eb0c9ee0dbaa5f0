import { gridTracks, leastWidth } from './grid-tracks.ts';
import type { GridColumn } from './grid-types.ts';

/** How columns are shown; those named nowhere are shown, as wide as they are by themselves, after those that are ordered. */
export type GridLayout = {
  readonly order: string[];
  readonly hidden: string[];
  /** In CSS pixels, of columns whose width was changed. */
  readonly widthsPx: Record<string, number>;
};

/** Pure. The columns in the order and width of the layout. The first of `columns` is always first and shown. */
export function arrangeColumns<Row>(
  columns: readonly GridColumn<Row>[],
  layout: GridLayout | undefined,
): GridColumn<Row>[] {
  if (!layout) return [...columns];
  const [first, ...others] = columns;
  if (!first) return [];
  const place = (column: GridColumn<Row>) => {
    const at = layout.order.indexOf(column.id);
    return at < 0 ? layout.order.length : at;
  };
  const ordered = others.sort((a, b) => place(a) - place(b));
  return [first, ...ordered].map((column) => {
    const hidden = column !== first && layout.hidden.includes(column.id);
    const widthPx = layout.widthsPx[column.id];
    const { chosenPx: _, ...rest } = column;
    return widthPx === undefined ? { ...rest, hidden } : { ...rest, hidden, chosenPx: widthPx };
  });
}

/** Pure. The layout that the columns have now. */
export function layoutOf<Row>(columns: readonly GridColumn<Row>[]): GridLayout {
  return {
    order: columns.map(({ id }) => id),
    hidden: columns.filter(({ hidden }) => hidden).map(({ id }) => id),
    widthsPx: Object.fromEntries(
      columns.flatMap(({ id, chosenPx }) => (chosenPx === undefined ? [] : [[id, chosenPx]])),
    ),
  };
}

/** Pure. */
export function shownColumns<Row>(columns: readonly GridColumn<Row>[]): GridColumn<Row>[] {
  return columns.filter((column, at) => at === 0 || !(column.hidden || column.noRoom));
}

const roomStepPx = 8;

/**
 * Pure. The columns as there is room for them in `roomPx`. From the last on they are left out until the least widths of the
 * others fit: never the first, nor one whose width was chosen; rather than those give way the grid scrolls sideways. What
 * room is left the one that grows has first (names matter more than the rest), up to its usual width and in steps of 8 px.
 */
export function fitColumns<Row>(columns: readonly GridColumn<Row>[], roomPx: number): readonly GridColumn<Row>[] {
  const shown = shownColumns(columns);
  let needPx = gridTracks(shown).leastPx;
  const left = new Set<string>();
  for (const column of shown.slice(1).toReversed()) {
    if (needPx <= roomPx) break;
    if (column.chosenPx !== undefined) continue;
    needPx -= leastWidth(column);
    left.add(column.id);
  }
  const sparePx = Math.max(0, roomPx - needPx);
  return columns.map((column) => {
    if (left.has(column.id)) return { ...column, noRoom: true };
    if (!column.grows || column.chosenPx !== undefined) return column;
    const morePx = Math.floor(sparePx / roomStepPx) * roomStepPx;
    return { ...column, roomyPx: Math.max(leastWidth(column), Math.min(column.widthPx, leastWidth(column) + morePx)) };
  });
}
