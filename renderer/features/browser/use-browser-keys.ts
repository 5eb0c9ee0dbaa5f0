import { type KeyboardEvent, useEffect } from 'react';
import type { ActionRuns, BrowserActions } from './browser-actions.tsx';
import { isRenamable } from './rename.ts';
import type { Rename } from './use-rename.ts';
import type { Listing } from '../../listing/use-listing.ts';
import { goBack, goForward, goTo, useBrowserStore } from '../../stores/browser-store.ts';
import type { Place } from '../../stores/place.ts';
import { handlerFor, isTyping, type ShortcutHandlers, useShortcuts } from '../../shortcuts/use-shortcuts.ts';

type Input = {
  readonly actions: BrowserActions;
  readonly listing: Listing;
  readonly run: ActionRuns;
  readonly begin: Rename['begin'];
  readonly above: Place | null;
  readonly onFilter: () => void;
  readonly onEditPath: () => void;
};

/** Keys and mouse buttons of the list: some from everywhere in the window, the others while the focus is in it. */
export function useBrowserKeys(input: Input): (event: KeyboardEvent) => void {
  const { actions, listing, run: runs, begin, above, onFilter, onEditPath } = input;
  const back = () => useBrowserStore.setState(goBack);
  const forward = () => useBrowserStore.setState(goForward);
  /** With nothing selected these keys are about the row that is seen to have the focus, which becomes what is selected. */
  const onFocused = ({ target }: KeyboardEvent): ShortcutHandlers => {
    const at = target instanceof HTMLElement && isSeen(target) ? target.dataset['rowIndex'] : undefined;
    if (at === undefined || listing.selectedItems > 0) return {};
    const index = Number(at);
    const row = listing.rowAt(index);
    if (!row) return {};
    const about = (then: () => void) => () => {
      listing.select({ mode: 'only', intervals: [{ from: index, to: index }] }, { active: index, anchor: index });
      then();
    };
    const deleted = { delete: about(runs.remove) };
    if (!isRenamable(row)) return deleted;
    return { ...deleted, rename: about(() => begin(row)), copy: about(runs.copy), cut: about(runs.cut) };
  };
  const run = (id: string) =>
    [...actions.selection, ...actions.place].flat().find((action) => action.id === id && !action.disabled)?.run;
  useShortcuts({ back, forward, editPath: onEditPath, filter: onFilter, refresh: run('refresh') });

  useEffect(() => {
    // The buttons at the side of a mouse. The browser's own history has nothing in it.
    const onMouse = (event: MouseEvent) => {
      if (event.button !== 3 && event.button !== 4) return;
      event.preventDefault();
      if (event.type === 'mouseup') useBrowserStore.setState(event.button === 3 ? goBack : goForward);
    };
    window.addEventListener('mousedown', onMouse);
    window.addEventListener('mouseup', onMouse);
    return () => {
      window.removeEventListener('mousedown', onMouse);
      window.removeEventListener('mouseup', onMouse);
    };
  }, []);

  return (event) => {
    if (event.defaultPrevented || event.nativeEvent.isComposing) return;
    const handler = handlerFor(
      {
        up: above === null ? undefined : () => useBrowserStore.setState((state) => goTo(state, above)),
        rename: run('rename'),
        delete: run('delete'),
        copy: run('copy'),
        cut: run('cut'),
        selectAll: run('selectAll'),
        ...onFocused(event),
      },
      event.nativeEvent,
    );
    const isSlash = event.key === '/' && !isTyping(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey;
    const action = isSlash ? onFilter : handler;
    if (!action) return;
    event.preventDefault();
    action();
  };
}

/** It has the ring of the focus, and has not been scrolled out of its list. */
function isSeen(row: HTMLElement): boolean {
  const list = row.closest('[role="grid"]')?.getBoundingClientRect();
  const { top, bottom } = row.getBoundingClientRect();
  return list !== undefined && row.matches(':focus-visible') && bottom > list.top && top < list.bottom;
}
