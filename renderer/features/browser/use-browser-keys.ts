import { type KeyboardEvent, useEffect } from 'react';

type Keys = {
  readonly remove: () => void;
  readonly up: () => void;
  readonly back: () => void;
  readonly forward: () => void;
  readonly refresh: () => void;
  readonly editPath: () => void;
  readonly clear: () => void;
};

/** The browser's keys: those of the list only while it has the focus, Ctrl/Cmd+L from everywhere in the window. */
export function useBrowserKeys(keys: Keys): (event: KeyboardEvent) => void {
  const { editPath } = keys;
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'l') return;
      event.preventDefault();
      editPath();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [editPath]);

  return (event) => {
    const target = event.target;
    if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) return;
    const action = actionFor(event, keys);
    if (!action) return;
    event.preventDefault();
    action();
  };
}

function actionFor(event: KeyboardEvent, keys: Keys): (() => void) | null {
  if (event.altKey || ((event.metaKey || event.ctrlKey) && event.key.startsWith('Arrow'))) {
    if (event.key === 'ArrowUp') return keys.up;
    if (event.altKey && event.key === 'ArrowLeft') return keys.back;
    if (event.altKey && event.key === 'ArrowRight') return keys.forward;
    return null;
  }
  if (event.key === 'Delete' || (event.metaKey && event.key === 'Backspace')) return keys.remove;
  if (event.key === 'Backspace') return keys.up;
  if (event.key === 'F5' || ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'r')) return keys.refresh;
  if (event.key === 'Escape') return keys.clear;
  return null;
}
