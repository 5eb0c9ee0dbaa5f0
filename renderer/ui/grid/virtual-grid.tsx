import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type KeyboardEvent, useCallback, useEffect, useLayoutEffect, useRef } from 'react';
import styles from './grid.module.css';
import { GridHead } from './grid-head.tsx';
import { rowForKey } from './grid-keys.ts';
import { GridRow } from './grid-row.tsx';
import type { GridProps } from './grid-types.ts';

const rowPx = 28;
const headPx = 29;

/**
 * A grid of any number of equally high rows of which only those in view exist. One row has the focus (roving tabindex)
 * and stays in the document when scrolled away, so that the keyboard never loses its place.
 */
export function VirtualGrid<Row>(props: GridProps<Row>) {
  const { columns, count, rowAt, activeIndex, onRange, contentKey } = props;
  const scrollerRef = useRef<HTMLDivElement>(null);
  const wantsFocus = useRef(false);
  const tabIndex = activeIndex < 0 ? 0 : Math.min(activeIndex, count - 1);

  const rangeExtractor = useCallback(
    (range: Range) => {
      const shown = defaultRangeExtractor(range);
      return tabIndex < 0 || tabIndex >= range.count || shown.includes(tabIndex) ? shown : [...shown, tabIndex];
    },
    [tabIndex],
  );
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scrollerRef.current,
    estimateSize: () => rowPx,
    overscan: 10,
    scrollMargin: headPx,
    scrollPaddingStart: headPx,
    rangeExtractor,
  });
  const first = virtualizer.range?.startIndex ?? 0;
  const last = virtualizer.range?.endIndex ?? 0;

  useEffect(() => {
    if (count > 0) onRange(Math.max(0, first - 10), Math.min(count - 1, last + 10));
  }, [count, first, last, onRange]);

  useLayoutEffect(() => {
    if (contentKey !== undefined) scrollerRef.current?.scrollTo({ top: 0 });
  }, [contentKey]);

  useLayoutEffect(() => {
    if (!wantsFocus.current || tabIndex < 0) return;
    wantsFocus.current = false;
    virtualizer.scrollToIndex(tabIndex);
    focusRow(scrollerRef.current, tabIndex);
  }, [tabIndex, virtualizer]);

  useLayoutEffect(() => {
    // What had the focus went with the place before: the keyboard goes on in the list, not at the top of the window.
    if (document.activeElement === document.body) scrollerRef.current?.focus({ preventScroll: true });
  }, []);

  const onKeyDown = (event: KeyboardEvent) => {
    const inRow = event.target instanceof HTMLElement && event.target.dataset['rowIndex'] !== undefined;
    if (!inRow && event.target !== scrollerRef.current) return;
    const command = event.ctrlKey || event.metaKey;
    const pageRows = Math.max(1, Math.floor(((scrollerRef.current?.clientHeight ?? 0) - headPx) / rowPx) - 1);
    const to = event.altKey ? null : rowForKey(event.key, activeIndex, count, pageRows);
    if (to !== null) {
      // The row that the list would give the focus to anyway does not become another one.
      if (to === tabIndex) focusRow(scrollerRef.current, to);
      else wantsFocus.current = true;
      if (command && !event.shiftKey) props.onFocusRow(to);
      else props.onPick(to, event.shiftKey ? 'range' : 'only');
    } else if (inRow && event.key === 'Enter') props.onOpen(tabIndex);
    else if (inRow && event.key === ' ') props.onPick(tabIndex, 'toggle');
    else if (command && event.key.toLowerCase() === 'a') props.onSelectAll();
    else return;
    event.preventDefault();
  };

  return (
    <div
      ref={scrollerRef}
      role="grid"
      aria-label={props.label}
      aria-rowcount={count + 1}
      aria-colcount={columns.length}
      aria-multiselectable
      tabIndex={count === 0 ? 0 : -1}
      className={styles.grid}
      style={{ '--grid-columns': columns.map((column) => column.track).join(' ') } as CSSProperties}
      onKeyDown={onKeyDown}
    >
      <GridHead columns={columns} sort={props.sort} onSort={props.onSort} />
      <div role="rowgroup" className={styles.body} style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => {
          const row = rowAt(item.index);
          return (
            <GridRow
              key={item.index}
              index={item.index}
              offsetPx={item.start - headPx}
              row={row}
              columns={columns}
              selected={row !== undefined && props.isSelected(row)}
              tabbable={item.index === tabIndex}
              dropping={item.index === props.dropIndex}
              onPick={props.onPick}
              onOpen={props.onOpen}
            />
          );
        })}
      </div>
    </div>
  );
}

function focusRow(scroller: HTMLElement | null, index: number) {
  const row = scroller?.querySelector(`[data-row-index="${index}"]`);
  if (row instanceof HTMLElement) row.focus({ preventScroll: true });
}
