import { type KeyboardEvent, type RefObject, useMemo } from 'react';

/** The buttons of a row are no Tab stops: arrows walk through them, and Escape, or the arrow back, leaves them. */
export function useRowButtons(listRef: RefObject<HTMLElement | null>) {
  return useMemo(() => {
    const buttonsOf = (row: Element | null | undefined) =>
      Array.from(row?.querySelectorAll<HTMLElement>('button, summary') ?? []).filter(
        (one) => one.checkVisibility() && !one.matches(':disabled'),
      );
    return {
      enter: (rowId: string) => {
        const [first, ...others] = buttonsOf(document.getElementById(rowId));
        // The first of a job's row unfolds it, which Enter does too.
        (others.find((one) => one.matches('[role="gridcell"]:last-child *')) ?? first)?.focus();
      },
      onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
        const target = event.target as HTMLElement;
        const row = target.closest('[role="row"]');
        if (!row || !listRef.current?.contains(row)) return;
        const buttons = buttonsOf(row);
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        const rtl = getComputedStyle(row).direction === 'rtl';
        const next = step === undefined ? undefined : buttons.indexOf(target) + (rtl ? -step : step);
        if (event.key !== 'Escape' && next === undefined) return;
        event.preventDefault();
        const to = event.key === 'Escape' || next === undefined || next < 0 ? listRef.current : buttons[next];
        to?.focus();
      },
    };
  }, [listRef]);
}
