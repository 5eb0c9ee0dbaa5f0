import { memo, type ReactNode } from 'react';
import { classNames } from '../class-names.ts';
import { Skeleton } from '../feedback/skeleton.tsx';
import styles from './grid.module.css';
import type { GridColumn } from './grid-types.ts';

type Props<Row> = {
  readonly index: number;
  readonly offsetPx: number;
  readonly row: Row | undefined;
  /** Nothing is known of the whole list yet. */
  readonly placeholder: boolean;
  /** Those shown. */
  readonly columns: readonly GridColumn<Row>[];
  readonly selected: boolean;
  readonly tabbable: boolean;
  readonly dropping: boolean;
  readonly cut: boolean;
  readonly draggable: boolean;
  readonly editor: ReactNode;
};

function PlainGridRow<Row>(props: Props<Row>) {
  const { index, row, columns, editor } = props;
  const isEdited = editor !== undefined;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={props.selected}
      data-row-index={index}
      data-drop={props.dropping ? '' : undefined}
      data-cut={props.cut ? '' : undefined}
      draggable={props.draggable && !isEdited}
      tabIndex={props.tabbable ? 0 : -1}
      className={styles.row}
      style={{ transform: `translateY(${props.offsetPx}px)` }}
    >
      {columns.map((column, at) => (
        <div
          key={column.id}
          role="gridcell"
          aria-colindex={at + 1}
          data-column-id={column.id}
          data-grid-editor={at === 0 && isEdited ? '' : undefined}
          className={classNames(styles.cell, column.align === 'end' && styles.end, column.soft && styles.soft)}
        >
          {at === 0 && isEdited ? (
            editor
          ) : row === undefined ? (
            // Of a row that is scrolled past before it has been read only the name is hinted at.
            at === 0 || props.placeholder ? (
              <Skeleton widthPercent={at === 0 ? 40 + ((index * 7) % 35) : 50} />
            ) : null
          ) : (
            column.render(row)
          )}
        </div>
      ))}
    </div>
  );
}

/** Rows that were read again come as other objects of the same content: there is nothing to draw then. */
function sameRow(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const entries = Object.entries(a);
  const others = new Map(Object.entries(b));
  return entries.length === others.size && entries.every(([key, value]) => Object.is(value, others.get(key)));
}

/** One row. Everything that happens in it is handled by the grid. */
export const GridRow = memo(PlainGridRow, (before, after) => {
  const names = Object.keys(after) as (keyof typeof after)[];
  return names.every((name) =>
    name === 'row' ? sameRow(before.row, after.row) : Object.is(before[name], after[name]),
  );
}) as typeof PlainGridRow;
