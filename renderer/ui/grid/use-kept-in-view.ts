import { type RefObject, useLayoutEffect, useRef } from 'react';

/** Keeps the row that is in view there when the grid gets lower, as when the window does. */
export function useKeptInView(scrollerRef: RefObject<HTMLElement | null>, inView: boolean, reveal: () => void): void {
  /** What was true at that height; it is not asked again before the grid has been told of another one. */
  const before = useRef({ heightPx: 0, inView: false });
  const latest = useRef(reveal);
  useLayoutEffect(() => {
    latest.current = reveal;
    if (scrollerRef.current?.clientHeight === before.current.heightPx) before.current.inView = inView;
  });
  useLayoutEffect(() => {
    const scroller = scrollerRef.current;
    if (!scroller) return undefined;
    const sizes = new ResizeObserver(() => {
      const heightPx = scroller.clientHeight;
      if (heightPx < before.current.heightPx && before.current.inView) latest.current();
      before.current.heightPx = heightPx;
    });
    sizes.observe(scroller);
    return () => sizes.disconnect();
  }, [scrollerRef]);
}
