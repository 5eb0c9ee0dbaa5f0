import { type RefObject, useLayoutEffect, useMemo, useState } from 'react';
import { flushSync } from 'react-dom';
import { columnsWithoutRoom } from './column-layout.ts';
import type { GridColumn } from './grid-types.ts';

/** The padding of a row at both ends: --space-3. */
const rowPaddingPx = 24;

/** The columns, those marked that have no room in the grid as wide as it is. The same ones while that stays so. */
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
  const without = columnsWithoutRoom(columns, widthPx - rowPaddingPx).join('\n');
  return useMemo(() => {
    const ids = without.split('\n');
    return without === '' ? columns : columns.map((one) => (ids.includes(one.id) ? { ...one, noRoom: true } : one));
  }, [columns, without]);
}
