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
  return columns.filter((column, at) => at === 0 || !column.hidden);
}
