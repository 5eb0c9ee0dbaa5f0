import type { GridColumn } from './grid-types.ts';

const leastColumnPx = 48;

/** The least width of a column, in CSS pixels. */
export function leastWidth(column: { readonly minPx?: number }): number {
  return column.minPx ?? leastColumnPx;
}

/**
 * Pure. The columns as `grid-template-columns`: chosen widths as they are, the others as wide as they like where there is
 * room and narrower down to their least where there is not; what is left goes to the column that grows. `leastPx`: what
 * they need together, below which the grid scrolls sideways.
 */
export function gridTracks<Row>(columns: readonly GridColumn<Row>[]): { tracks: string; leastPx: number } {
  let leastPx = 0;
  const tracks = columns.map((column) => {
    const least = column.chosenPx ?? leastWidth(column);
    leastPx += least;
    if (column.chosenPx !== undefined) return `${least}px`;
    return `minmax(${column.roomyPx ?? least}px, ${column.grows ? '1fr' : `${Math.max(least, column.widthPx)}px`})`;
  });
  return { tracks: tracks.join(' '), leastPx };
}
