import { useEffect, useRef } from 'react';
import { isTyping } from '../../shortcuts/use-shortcuts.ts';
import type { Listing } from '../../listing/use-listing.ts';
import type { GridHandle } from '../../ui/grid/grid-types.ts';

/** Brings the row that was waited for into view, with the focus unless a person is somewhere else by now. */
export function useReveal({ revealed, cursor }: Listing, grid: { readonly current: GridHandle | null }): void {
  const shown = useRef(0);
  const { active } = cursor;
  useEffect(() => {
    if (revealed === shown.current) return;
    shown.current = revealed;
    grid.current?.reveal(active);
    const at = document.activeElement;
    // A button of the toolbar has the focus again after the dialog that it opened.
    const isHere = at instanceof Element && at.closest('[role="grid"], [role="toolbar"]') !== null;
    if (at === document.body || (isHere && !isTyping(at))) grid.current?.focus();
  }, [revealed, active, grid]);
}
