import type { MouseEvent } from 'react';
import { classNames } from '../class-names.ts';
import { Skeleton } from '../feedback/skeleton.tsx';
import styles from './grid.module.css';
import type { GridColumn, PickMode } from './grid-types.ts';

type Props<Row> = {
  readonly index: number;
  readonly offsetPx: number;
  readonly row: Row | undefined;
  readonly columns: readonly GridColumn<Row>[];
  readonly selected: boolean;
  readonly tabbable: boolean;
  readonly dropping: boolean;
  readonly onPick: (index: number, mode: PickMode) => void;
  readonly onOpen: (index: number) => void;
};

export function GridRow<Row>({
  index,
  offsetPx,
  row,
  columns,
  selected,
  tabbable,
  dropping,
  onPick,
  onOpen,
}: Props<Row>) {
  const pick = (event: MouseEvent) => {
    // A right click on a selected row is about the whole selection; on another one it selects that first.
    if (event.button === 2 && selected) return;
    if (event.button > 0 && event.button !== 2) return;
    onPick(index, event.shiftKey ? 'range' : event.ctrlKey || event.metaKey ? 'toggle' : 'only');
  };
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      data-row-index={index}
      data-drop={dropping ? '' : undefined}
      tabIndex={tabbable ? 0 : -1}
      className={styles.row}
      style={{ transform: `translateY(${offsetPx}px)` }}
      onMouseDown={pick}
      onDoubleClick={() => onOpen(index)}
    >
      {columns.map((column, columnIndex) => (
        <div
          key={column.id}
          role="gridcell"
          aria-colindex={columnIndex + 1}
          className={classNames(styles.cell, column.align === 'end' && styles.end, column.soft && styles.soft)}
        >
          {row === undefined ? (
            <Skeleton widthPercent={columnIndex === 0 ? 40 + ((index * 7) % 35) : 50} />
          ) : (
            column.render(row)
          )}
        </div>
      ))}
    </div>
  );
}
