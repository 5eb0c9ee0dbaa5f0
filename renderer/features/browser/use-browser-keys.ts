import { type KeyboardEvent, useEffect } from 'react';
import type { BrowserActions } from './browser-actions.tsx';
import { goBack, goForward, goTo, useBrowserStore } from '../../stores/browser-store.ts';
import type { Place } from '../../stores/place.ts';
import { handlerFor, isTyping, useShortcuts } from '../../shortcuts/use-shortcuts.ts';

type Input = {
  readonly actions: BrowserActions;
  readonly above: Place | null;
  readonly onFilter: () => void;
  readonly onEditPath: () => void;
};

/** Keys and mouse buttons of the list: some from everywhere in the window, the others while the focus is in it. */
export function useBrowserKeys({ actions, above, onFilter, onEditPath }: Input): (event: KeyboardEvent) => void {
  const back = () => useBrowserStore.setState(goBack);
  const forward = () => useBrowserStore.setState(goForward);
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
