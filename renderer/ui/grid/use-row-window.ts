import {
  defaultRangeExtractor,
  observeElementOffset,
  type Range,
  useVirtualizer,
  type Virtualizer,
} from '@tanstack/react-virtual';
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import {
  clampShift,
  settled,
  shiftAfterScroll,
  slotCount,
  type Stretch,
  stretchFor,
  topRowShowing,
} from './scroll-stretch.ts';

export const rowPx = 28;
export const headPx = 29;
const overscanRows = 6;
/** After a wheel event the browser goes on scrolling for a moment. */
const wheelMs = 500;

type Report = (offset: number, isScrolling: boolean) => void;
type Scroller = Virtualizer<HTMLDivElement, Element>;

export type RowWindow = {
  /** Rows to draw, ascending, with the place of each in the body. */
  readonly rows: readonly { readonly index: number; readonly offsetPx: number }[];
  readonly bodyPx: number;
  /** In view, without a margin. */
  readonly first: number;
  readonly last: number;
  readonly pageRows: () => number;
  readonly reveal: (index: number) => void;
  readonly toStart: () => void;
};

/** Which of `count` equally high rows are drawn, and where, for any number of rows (see scroll-stretch.ts). */
export function useRowWindow(scrollerRef: RefObject<HTMLDivElement | null>, count: number): RowWindow {
  const [shiftState, setShift] = useState(0);
  const shift = clampShift(shiftState, count);
  const atRef = useRef<Stretch>({ topSlot: 0, shiftRows: 0 });
  const countRef = useRef(count);
  const firstDrawnRef = useRef(0);
  const reportRef = useRef<Report | null>(null);

  const viewRows = useCallback(
    () => Math.max(1, ((scrollerRef.current?.clientHeight ?? 0) - headPx) / rowPx),
    [scrollerRef],
  );

  const moveTo = useCallback(
    (next: Stretch) => {
      const scroller = scrollerRef.current;
      if (!scroller) return;
      scroller.scrollTop = next.topSlot * rowPx;
      atRef.current = { topSlot: scroller.scrollTop / rowPx, shiftRows: next.shiftRows };
      setShift(next.shiftRows);
      reportRef.current?.(scroller.scrollTop, false);
    },
    [scrollerRef],
  );

  const observe = useCallback(
    (instance: Scroller, report: Report) => {
      const scroller = instance.scrollElement;
      if (!scroller) return;
      let wheelAtMs = Number.NEGATIVE_INFINITY;
      const onWheel = (event: Event) => {
        wheelAtMs = event.timeStamp;
      };
      const onOffset: Report = (offset, isScrolling) => {
        const before = atRef.current;
        const topSlot = offset / rowPx;
        const byWheel = performance.now() - wheelAtMs < wheelMs;
        const shiftRows = shiftAfterScroll(before, topSlot, countRef.current, viewRows(), byWheel);
        const settledAt = settled({ topSlot, shiftRows }, countRef.current, viewRows(), !isScrolling);
        if (settledAt) scroller.scrollTop = settledAt.topSlot * rowPx;
        atRef.current = {
          topSlot: settledAt ? scroller.scrollTop / rowPx : topSlot,
          shiftRows: settledAt?.shiftRows ?? shiftRows,
        };
        const tell = () => report(settledAt ? scroller.scrollTop : offset, isScrolling);
        if (atRef.current.shiftRows === before.shiftRows) return tell();
        // Both in one picture: other rows at another place.
        flushSync(() => {
          setShift(atRef.current.shiftRows);
          tell();
        });
      };
      reportRef.current = report;
      scroller.addEventListener('wheel', onWheel, { passive: true });
      scroller.addEventListener('touchmove', onWheel, { passive: true });
      const end = observeElementOffset(instance, onOffset);
      return () => {
        reportRef.current = null;
        scroller.removeEventListener('wheel', onWheel);
        scroller.removeEventListener('touchmove', onWheel);
        end?.();
      };
    },
    [viewRows],
  );

  /** Rows beyond the view are for the next few of a slow scroll; when all are others they would only be drawn to be thrown away. */
  const rangeExtractor = useCallback((range: Range) => {
    const before = firstDrawnRef.current;
    firstDrawnRef.current = range.startIndex;
    const isJump = Math.abs(range.startIndex - before) > range.endIndex - range.startIndex;
    return defaultRangeExtractor(isJump ? { ...range, overscan: 0 } : range);
  }, []);

  const virtualizer = useVirtualizer<HTMLDivElement, Element>({
    count: slotCount(count),
    getScrollElement: () => scrollerRef.current,
    estimateSize: () => rowPx,
    overscan: overscanRows,
    rangeExtractor,
    scrollMargin: headPx,
    observeElementOffset: observe,
  });

  useEffect(() => {
    countRef.current = count;
  });
  useLayoutEffect(() => {
    countRef.current = count;
    const next = settled(
      { ...atRef.current, shiftRows: clampShift(atRef.current.shiftRows, count) },
      count,
      viewRows(),
      false,
    );
    if (next) moveTo(next);
  }, [count, moveTo, viewRows]);

  const pageRows = useCallback(() => Math.max(1, Math.floor(viewRows()) - 1), [viewRows]);
  const reveal = useCallback(
    (index: number) => {
      const { topSlot, shiftRows } = atRef.current;
      const topRow = topSlot + shiftRows;
      const wanted = topRowShowing(index, topRow, viewRows());
      if (wanted !== topRow) moveTo(stretchFor(wanted, atRef.current, countRef.current, viewRows()));
    },
    [moveTo, viewRows],
  );
  const toStart = useCallback(() => moveTo({ topSlot: 0, shiftRows: 0 }), [moveTo]);

  const range = virtualizer.range;
  const lastRow = count - 1;
  return {
    rows: virtualizer
      .getVirtualItems()
      .map((item) => ({ index: item.index + shift, offsetPx: item.start - headPx }))
      .filter(({ index }) => index <= lastRow),
    bodyPx: virtualizer.getTotalSize(),
    first: Math.min(lastRow, (range?.startIndex ?? 0) + shift),
    last: Math.min(lastRow, (range?.endIndex ?? 0) + shift),
    pageRows,
    reveal,
    toStart,
  };
}
