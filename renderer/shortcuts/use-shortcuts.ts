import { useEffect, useRef } from 'react';
import { onMac } from '../ui/kbd/keys.ts';
import { keysOn, type ShortcutId, shortcutsOf } from './shortcut-table.ts';
import { type KeyPlatform, matchesShortcut, type Shortcut } from './shortcuts.ts';

export const keyPlatform: KeyPlatform = onMac ? 'apple' : 'other';

export type ShortcutHandlers = { readonly [Id in ShortcutId]?: (() => void) | undefined };

/** The keys to show beside an action, in the notation of ui/kbd. */
export const keysOf = (id: ShortcutId): string => keysOn(id, keyPlatform)[0] ?? '';

/** Which of the handlers the pressed keys mean; none for keys that a field or a header needs itself. */
export function handlerFor(handlers: ShortcutHandlers, event: KeyboardEvent): (() => void) | undefined {
  if (isOfColumns(event) || isOfJobs(event)) return undefined;
  for (const [id, handler] of Object.entries(handlers) as [ShortcutId, (() => void) | undefined][]) {
    const shortcut = shortcutsOf(id, keyPlatform).find((one) => matchesShortcut(one, event, keyPlatform));
    if (handler && shortcut && (!isTyping(event.target) || worksWhileTyping(shortcut))) return handler;
  }
  return undefined;
}

/**
 * Keys of the whole window, before anything in it takes them: a list looks for a row that begins with what is typed. Not taken
 * while a dialog or a menu is open, which have keys of their own.
 */
export function useShortcuts(handlers: ShortcutHandlers): void {
  const newest = useRef(handlers);
  useEffect(() => {
    newest.current = handlers;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.isComposing || isPopupOpen()) return;
      const handler = handlerFor(newest.current, event);
      if (!handler) return;
      event.preventDefault();
      event.stopPropagation();
      handler();
    };
    window.addEventListener('keydown', onKeyDown, true);
    return () => window.removeEventListener('keydown', onKeyDown, true);
  }, []);
}

export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input:not([type=checkbox], [type=radio]), textarea, select'))
  );
}

/** At a header Alt and the arrows change the column; elsewhere the same keys go back and forward. */
const isOfColumns = ({ altKey, key, target }: KeyboardEvent) =>
  altKey &&
  (key === 'ArrowLeft' || key === 'ArrowRight') &&
  target instanceof Element &&
  target.closest('[role="columnheader"]') !== null;

/** In the list of transfers Alt and the arrows move a job; elsewhere they go up. */
const isOfJobs = ({ altKey, key, target }: KeyboardEvent) =>
  altKey &&
  (key === 'ArrowUp' || key === 'ArrowDown') &&
  target instanceof Element &&
  target.closest('[role="treegrid"]') !== null;

const worksWhileTyping = ({ mod, key }: Shortcut) =>
  (mod && key.length === 1 && !'ACXVZ'.includes(key)) || /^F\d+$/.test(key);

/** Whether a dialog or a menu is open. */
export function isPopupOpen(): boolean {
  // News is a dialog by its role, but takes no keys.
  const popups = '[role="dialog"]:not([aria-modal="false"]), [role="alertdialog"], [role="menu"]';
  return document.querySelector(`:is(${popups}):not([hidden], [data-closed])`) !== null;
}
