import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import { type FocusEvent, type KeyboardEvent, type ReactNode, useCallback, useRef, useState } from 'react';
import styles from './virtual-list.module.css';

type Props<Item> = {
  readonly label: string;
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => string;
  /** A guess in CSS pixels; each item is measured once it is shown. */
  readonly estimatePx: number | ((item: Item) => number);
  readonly children: (item: Item, index: number) => ReactNode;
};

/**
 * A list whose items differ in height and of which only those in sight exist. The item with the focus stays when it is
 * scrolled away, so that the focus is not lost.
 */
export function VirtualList<Item>({ label, items, keyOf, estimatePx, children }: Props<Item>) {
  const scroller = useRef<HTMLDivElement>(null);
  const [focusedKey, setFocusedKey] = useState<string | null>(null);
  const focusedIndex = focusedKey === null ? -1 : items.findIndex((item) => keyOf(item) === focusedKey);
  const rangeExtractor = useCallback(
    (range: Range) => {
      const shown = defaultRangeExtractor(range);
      if (focusedIndex < 0 || shown.includes(focusedIndex)) return shown;
      return [...shown, focusedIndex].sort((a, b) => a - b);
    },
    [focusedIndex],
  );
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => {
      const item = items[index];
      if (typeof estimatePx === 'number') return estimatePx;
      return item === undefined ? 0 : estimatePx(item);
    },
    getItemKey: (index) => {
      const item = items[index];
      return item === undefined ? index : keyOf(item);
    },
    rangeExtractor,
    overscan: 6,
  });
  const onFocus = (event: FocusEvent) => {
    const line = (event.target as HTMLElement).closest<HTMLElement>('[role="listitem"]');
    const item = items[Number(line?.dataset['index'] ?? -1)];
    setFocusedKey(item === undefined ? null : keyOf(item));
  };
  // The browser knows only the heights of what was shown: it would stop short of the end.
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.key !== 'End') return;
    event.preventDefault();
    virtualizer.scrollToIndex(items.length - 1, { align: 'end' });
  };
  return (
    // A region that scrolls must be reachable by keyboard even when nothing in it is; it looks on where the focus is.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      ref={scroller}
      className={styles.scroller}
      role="group"
      aria-label={label}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      onFocus={onFocus}
      onKeyDown={onKeyDown}
      onBlur={() => setFocusedKey(null)}
    >
      <div role="list" aria-label={label} className={styles.list} style={{ height: `${virtualizer.getTotalSize()}px` }}>
        {virtualizer.getVirtualItems().map((row) => {
          const item = items[row.index];
          if (item === undefined) return null;
          return (
            <div
              key={row.key}
              ref={virtualizer.measureElement}
              data-index={row.index}
              role="listitem"
              aria-setsize={items.length}
              aria-posinset={row.index + 1}
              className={styles.item}
              style={{ transform: `translateY(${row.start}px)` }}
            >
              {children(item, row.index)}
            </div>
          );
        })}
      </div>
    </div>
  );
}
