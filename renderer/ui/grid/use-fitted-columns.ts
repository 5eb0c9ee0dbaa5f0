import { type RefObject, useLayoutEffect, useMemo, useState } from 'react';
import { flushSync } from 'react-dom';
import { fitColumns } from './column-layout.ts';
import type { GridColumn } from './grid-types.ts';

/** The padding of a row at both ends: --space-3. */
const rowPaddingPx = 24;

/** The columns as they fit in the grid as wide as it is; the same ones while that changes nothing, so that rows need not be drawn again. */
export function useFittedColumns<Row>(
  columns: readonly GridColumn<Row>[],
  scrollerRef: RefObject<HTMLElement | null>,
): readonly GridColumn<Row>[] {
  const [widthPx, setWidthPx] = useState(Infinity);
  useLayoutEffect(() => {
    const scroller = scrollerRef.current;
    if (!scroller) return undefined;
    // In the same picture as the new width.
    const sizes = new ResizeObserver(() => flushSync(() => setWidthPx(scroller.clientWidth)));
    sizes.observe(scroller);
    return () => sizes.disconnect();
  }, [scrollerRef]);
  const fitted = fitColumns(columns, widthPx - rowPaddingPx);
  const asText = fitted.map(({ id, noRoom, roomyPx }) => `${id} ${noRoom} ${roomyPx}`).join('\n');
  // They are what they are of and how they fit.
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  return useMemo(() => fitted, [columns, asText]);
}
