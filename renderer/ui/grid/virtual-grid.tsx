import {
  type CSSProperties,
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import styles from './grid.module.css';
import { shownColumns } from './column-layout.ts';
import { GridHead } from './grid-head.tsx';
import { GridRow } from './grid-row.tsx';
import { type SelectionEvent, selectionStep } from './grid-selection.ts';
import type { GridProps } from './grid-types.ts';
import { gridTracks } from './grid-tracks.ts';
import { includes } from './intervals.ts';
import { assignSlots, noSlots, type RowSlots } from './row-slots.ts';
import { useFittedColumns } from './use-fitted-columns.ts';
import { useKeptInView } from './use-kept-in-view.ts';
import { useGridKeys } from './use-grid-keys.ts';
import { useGridPointer } from './use-grid-pointer.ts';
import { rowPx, useRowWindow } from './use-row-window.ts';

const marginRows = 10;

/**
 * A grid of any number of equally high rows of which only those in view exist. One row has the focus (roving tabindex)
 * and stays in the document when scrolled away, so that the keyboard never loses its place. See `GridProps` for what
 * mouse and keys do.
 */
export function VirtualGrid<Row>(props: GridProps<Row>) {
  const { count, rowAt, selected, cursor, onRange, onSelect, contentKey, placeholders, editing } = props;
  const scrollerRef = useRef<HTMLDivElement>(null);
  const hasFocus = useRef(false);
  const hadRows = useRef(false);
  const wantsFocus = useRef<number | null>(null);
  const rowWindow = useRowWindow(scrollerRef, count);
  const { first, last, reveal, toStart } = rowWindow;
  const tabIndex = Math.min(Math.max(0, cursor.active), count - 1);
  const fitted = useFittedColumns(props.columns, scrollerRef);
  const columns = useMemo(() => shownColumns(fitted), [fitted]);

  useKeptInView(scrollerRef, tabIndex >= first && tabIndex <= last, () => reveal(tabIndex));

  useEffect(() => {
    if (count > 0) onRange(Math.max(0, first - marginRows), Math.min(count - 1, last + marginRows));
  }, [count, first, last, onRange]);

  useLayoutEffect(() => {
    if (contentKey !== undefined) toStart();
  }, [contentKey, toStart]);

  useLayoutEffect(() => {
    if (wantsFocus.current === tabIndex) {
      wantsFocus.current = null;
      reveal(tabIndex);
      focusRow(scrollerRef.current, tabIndex);
    } else if (hasFocus.current && (hadRows.current ? isRowOrNothing : isGridOrNothing)(document.activeElement)) {
      // The row of the cursor is elsewhere now, the row that had the focus is gone, or there were none before.
      focusRow(scrollerRef.current, tabIndex);
    }
    hadRows.current = count > 0;
  });

  useImperativeHandle(props.handle, () => {
    const focus = () => focusRow(scrollerRef.current, tabIndex);
    const enter = () => {
      if (tabIndex >= 0) reveal(tabIndex);
      focus();
    };
    return { reveal, focus, enter };
  }, [reveal, tabIndex]);

  const apply = (event: SelectionEvent, byKey: boolean) => {
    if (placeholders) return;
    const { cursor: next, change } = selectionStep(cursor, event);
    if (byKey && event.type === 'pick') {
      // The row that the list would give the focus to anyway does not become another one.
      if (next.active === tabIndex) {
        reveal(tabIndex);
        focusRow(scrollerRef.current, tabIndex);
      } else wantsFocus.current = next.active;
    }
    // What is no longer marked as selected is marked as having the focus, also after a click.
    if (byKey && event.type === 'none') showFocus();
    onSelect(change, next);
  };
  const scroller = useCallback(() => scrollerRef.current, []);
  const onKeyDown = useGridKeys({
    ...props,
    count: placeholders ? 0 : count,
    scroller,
    pageRows: rowWindow.pageRows,
    apply: (event) => apply(event, true),
  });
  const pointer = useGridPointer({ ...props, apply: (event) => apply(event, false) });

  const rows = withRow(rowWindow.rows, tabIndex, rowWindow.bodyPx);
  const slots = useRowSlots(rows, tabIndex);
  const { tracks, leastPx } = gridTracks(columns);
  return (
    <div
      ref={scrollerRef}
      role="grid"
      aria-label={props.label}
      aria-rowcount={placeholders ? -1 : count + 1}
      aria-colcount={columns.length}
      aria-busy={placeholders ? true : undefined}
      aria-multiselectable
      tabIndex={count === 0 ? 0 : -1}
      className={styles.grid}
      style={{ '--grid-columns': tracks, '--grid-least': `${leastPx}px` } as CSSProperties}
      onKeyDown={onKeyDown}
      // What opens from the header is a child of the grid for React only.
      onFocus={(event) => (hasFocus.current = event.currentTarget.contains(event.target))}
      onBlur={() => (hasFocus.current = false)}
    >
      <GridHead
        columns={fitted}
        onColumnsChange={props.onColumnsChange}
        sort={props.sort}
        onSort={props.onSort}
        words={props.words}
        scrollerRef={scrollerRef}
        onLeave={() => focusRow(scrollerRef.current, tabIndex)}
      />
      {/* The rows' mouse events bubble up to here; the keys are those of the grid. */}
      {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus */}
      <div role="rowgroup" className={styles.body} style={{ height: rowWindow.bodyPx }} {...pointer}>
        {rows.map(({ index, offsetPx }) => {
          const row = rowAt(index);
          return (
            <GridRow
              key={slots.get(index)}
              index={index}
              offsetPx={offsetPx}
              row={row}
              placeholder={placeholders === true}
              columns={columns}
              selected={includes(selected, index)}
              tabbable={index === tabIndex}
              dropping={index === props.dropIndex}
              cut={row !== undefined && props.rowState?.(row)?.cut === true}
              draggable={props.onRowDragStart !== undefined && row !== undefined}
              editor={editing?.index === index ? editing.content : undefined}
            />
          );
        })}
      </div>
    </div>
  );
}

/** Kept over renders: see assignSlots. */
function useRowSlots(rows: readonly PlacedRow[], cursor: number): RowSlots {
  const [kept, setKept] = useState({ slots: noSlots, cursor });
  const indexes = rows.map(({ index }) => index);
  const slots = assignSlots(kept.slots, indexes, { from: kept.cursor, to: cursor });
  if (slots !== kept.slots || cursor !== kept.cursor) setKept({ slots, cursor });
  return slots;
}

type PlacedRow = { readonly index: number; readonly offsetPx: number };

/** Adds the row that has the focus where it was left, or at that end of the body, out of view either way. */
function withRow(rows: readonly PlacedRow[], index: number, bodyPx: number): readonly PlacedRow[] {
  const [first] = rows;
  const last = rows.at(-1);
  if (index < 0 || !first || !last || (index >= first.index && index <= last.index)) return rows;
  const offsetPx = first.offsetPx + (index - first.index) * rowPx;
  const row = { index, offsetPx: Math.min(bodyPx - rowPx, Math.max(0, offsetPx)) };
  return index < first.index ? [row, ...rows] : [...rows, row];
}

function isRowOrNothing(element: Element | null): boolean {
  return element === document.body || (element instanceof HTMLElement && element.dataset['rowIndex'] !== undefined);
}

function isGridOrNothing(element: Element | null): boolean {
  return element === document.body || element?.getAttribute('role') === 'grid';
}

/** By a key the focus is visible; an element that a press gave it to has to be given it again. */
function showFocus() {
  const element = document.activeElement;
  if (!(element instanceof HTMLElement) || element.dataset['rowIndex'] === undefined) return;
  element.blur();
  element.focus({ preventScroll: true });
}

function focusRow(scroller: HTMLElement | null, index: number) {
  const row = scroller?.querySelector(`[data-row-index="${index}"]`);
  if (row === document.activeElement) return;
  if (row instanceof HTMLElement) row.focus({ preventScroll: true });
  else scroller?.focus({ preventScroll: true });
}
