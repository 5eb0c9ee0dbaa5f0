import { type KeyboardEvent, type PointerEvent, type RefObject, useRef, useState } from 'react';
import type { SplitPaneProps } from './split-pane.tsx';
import { clampSize, closesAt, type SplitLimits, sizeAfterKey } from './split-size.ts';

type Params = Pick<SplitPaneProps, 'orientation' | 'sized' | 'size' | 'onSizeChange' | 'defaultSize'> & {
  readonly onCollapsedChange?: SplitPaneProps['onCollapsedChange'];
  readonly unit: 'px' | 'fraction';
  readonly collapsed: boolean;
  readonly root: RefObject<HTMLDivElement | null>;
  readonly limits: SplitLimits;
  readonly totalPx: number;
};

/** What pointer and keys do to the line between two panes. */
export function useSplitDrag(params: Params) {
  const { orientation, sized, size, unit, collapsed, root, limits, totalPx, onSizeChange, onCollapsedChange } = params;
  const start = useRef<{ readonly at: number; readonly px: number } | null>(null);
  const [held, setHeld] = useState(false);
  const px = clampSize(unit === 'px' ? size : size * totalPx, limits);

  const setPx = (next: number) => {
    const value = unit === 'px' ? Math.round(next) : next / Math.max(1, totalPx);
    if (value !== size) onSizeChange(value);
  };
  /** 1 when a move to larger coordinates makes the sized pane bigger. */
  const sign = () => {
    const towardsEnd = sized === 'first' ? 1 : -1;
    const mirrored = orientation === 'horizontal' && root.current && getComputedStyle(root.current).direction === 'rtl';
    return mirrored ? -towardsEnd : towardsEnd;
  };
  const position = (event: PointerEvent) => (orientation === 'horizontal' ? event.clientX : event.clientY);

  const handlers = {
    onPointerDown(event: PointerEvent<HTMLDivElement>) {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      // Keeps the text under the pointer unselected; the focus is set by hand for it.
      event.preventDefault();
      event.currentTarget.focus({ focusVisible: false });
      start.current = { at: position(event), px: collapsed ? 0 : px };
      setHeld(true);
    },
    onPointerMove(event: PointerEvent<HTMLDivElement>) {
      if (!start.current) return;
      const next = start.current.px + (position(event) - start.current.at) * sign();
      const closes = onCollapsedChange !== undefined && closesAt(next, limits);
      if (closes !== collapsed) onCollapsedChange?.(closes);
      if (!closes) setPx(clampSize(next, limits));
    },
    onPointerUp: () => end(),
    onPointerCancel: () => end(),
    onLostPointerCapture: () => end(),
    onDoubleClick() {
      if (collapsed) onCollapsedChange?.(false);
      onSizeChange(params.defaultSize);
    },
    onKeyDown(event: KeyboardEvent<HTMLDivElement>) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === 'Enter' && onCollapsedChange !== undefined) {
        event.preventDefault();
        onCollapsedChange(!collapsed);
        return;
      }
      const [less, more] = orientation === 'horizontal' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
      const [grow, shrink] = sign() === 1 ? [more, less] : [less, more];
      const next = collapsed ? null : sizeAfterKey(event, px, grow ?? '', shrink ?? '', limits);
      if (next === null) return;
      event.preventDefault();
      setPx(next);
    },
  };
  const end = () => {
    start.current = null;
    setHeld(false);
  };
  return { px, held, handlers };
}
