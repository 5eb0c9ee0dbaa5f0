import { ChevronDown, ChevronUp } from 'lucide-react';
import { type KeyboardEvent, type RefObject, useState } from 'react';
import { classNames } from '../class-names.ts';
import { ContextMenu } from '../menu/menu.tsx';
import { ColumnEdge } from './column-edge.tsx';
import { shownColumns } from './column-layout.ts';
import { movedBy, movedTo } from './column-moves.ts';
import styles from './grid.module.css';
import type { GridProps } from './grid-types.ts';
import { headMenu } from './head-menu.ts';
import { useColumnDrag } from './use-column-drag.ts';
import { useColumnSizes } from './use-column-sizes.ts';

type Props<Row> = Pick<GridProps<Row>, 'columns' | 'onColumnsChange' | 'sort' | 'onSort' | 'words'> & {
  readonly scrollerRef: RefObject<HTMLElement | null>;
  /** The rows get the focus. */
  readonly onLeave: () => void;
};

const keyStepPx = 10;

/**
 * The headers: a click or Enter sorts; drags move and resize; the context menu has all of it and chooses the columns.
 * One tab stop, arrows go from header to header, with Alt they resize and with Alt+Shift move the column.
 */
export function GridHead<Row>({ columns, onColumnsChange, sort, onSort, words, scrollerRef, onLeave }: Props<Row>) {
  const shown = shownColumns(columns);
  const [stop, setStop] = useState('');
  const [menuFor, setMenuFor] = useState('');
  const sizes = useColumnSizes({ columns, onColumnsChange, scrollerRef });
  const drag = useColumnDrag(({ id, to }) => onColumnsChange?.(movedTo(columns, id, to)));
  const stopId = shown.some(({ id }) => id === stop) ? stop : shown[0]?.id;

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (handleKey(event)) event.preventDefault();
    // Enter and Space press the button.
    else if (event.key !== 'Enter' && event.key !== ' ') return;
    event.stopPropagation();
  };
  const handleKey = (event: KeyboardEvent<HTMLElement>): boolean => {
    const { key, altKey, shiftKey } = event;
    if (key === 'Escape' && drag.move) {
      drag.cancel();
      return true;
    }
    const at = shown.findIndex(({ id }) => id === stopId);
    const isRtl = getComputedStyle(event.currentTarget).direction === 'rtl';
    const step =
      key === (isRtl ? 'ArrowLeft' : 'ArrowRight') ? 1 : key === (isRtl ? 'ArrowRight' : 'ArrowLeft') ? -1 : 0;
    if (step !== 0 && altKey && stopId !== undefined) {
      if (shiftKey) onColumnsChange?.(movedBy(columns, stopId, step));
      else if (onColumnsChange) sizes.resizeBy(stopId, step * keyStepPx);
      return true;
    }
    if (altKey || event.ctrlKey || event.metaKey) return false;
    const to = step !== 0 ? at + step : key === 'Home' ? 0 : key === 'End' ? shown.length - 1 : null;
    if (to !== null) {
      const next = shown[Math.min(shown.length - 1, Math.max(0, to))];
      if (next) focusHeader(event.currentTarget, next.id);
      return true;
    }
    if (key !== 'ArrowDown') return false;
    onLeave();
    return true;
  };

  const cells = shown.map((column, index) => {
    const sorted = sort?.by === column.id;
    const Arrow = sort?.descending ? ChevronDown : ChevronUp;
    const insertion =
      drag.move?.to === index
        ? 'before'
        : drag.move?.to === index + 1 && index === shown.length - 1
          ? 'after'
          : undefined;
    return (
      <div
        key={column.id}
        role="columnheader"
        aria-colindex={index + 1}
        aria-sort={onSort && (sorted ? (sort.descending ? 'descending' : 'ascending') : 'none')}
        data-column-id={column.id}
        data-insert={insertion}
        data-moving={drag.move?.id === column.id ? '' : undefined}
        className={classNames(styles.headCell, column.align === 'end' && styles.headEnd)}
        {...(index > 0 && onColumnsChange ? drag.handlers(column.id) : {})}
      >
        {onSort ? (
          <button
            type="button"
            className={styles.sort}
            title={column.header}
            tabIndex={column.id === stopId ? 0 : -1}
            onFocus={() => setStop(column.id)}
            onClick={() => drag.takeClick() || onSort(column.id, sorted && !sort.descending)}
          >
            <span className={styles.sortText}>{column.header}</span>
            {sorted ? <Arrow size={12} aria-hidden /> : null}
          </button>
        ) : (
          <span className={styles.headText} title={column.header}>
            {column.header}
          </span>
        )}
        {onColumnsChange ? <ColumnEdge id={column.id} sizes={sizes} /> : null}
      </div>
    );
  });
  const row = {
    role: 'row',
    'aria-rowindex': 1,
    tabIndex: -1,
    className: styles.row,
    onKeyDown,
  };
  if (!onColumnsChange || !sort || !onSort) {
    return (
      <div role="rowgroup" className={styles.head}>
        <div {...row}>{cells}</div>
      </div>
    );
  }
  const menu = headMenu({
    columns,
    columnId: menuFor,
    sort,
    onSort,
    words,
    onColumnsChange,
    onFit: sizes.fit,
  });
  return (
    <div
      role="rowgroup"
      className={styles.head}
      onContextMenuCapture={(event) => setMenuFor(columnIdOf(event.target) ?? shown[0]?.id ?? '')}
    >
      <ContextMenu groups={menu} target={<div {...row} />}>
        {cells}
      </ContextMenu>
    </div>
  );
}

function columnIdOf(target: EventTarget): string | undefined {
  const header = target instanceof Element ? target.closest('[data-column-id]') : null;
  return header instanceof HTMLElement ? header.dataset['columnId'] : undefined;
}

function focusHeader(row: HTMLElement, columnId: string) {
  const button = row.querySelector(`[data-column-id="${CSS.escape(columnId)}"] button`);
  if (button instanceof HTMLElement) button.focus();
}
