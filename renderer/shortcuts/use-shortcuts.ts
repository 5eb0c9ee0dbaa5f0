import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { type ShortcutId, shortcutsOf } from './shortcut-table.ts';
import { joinKeys, type KeyPlatform, matchesShortcut, type Shortcut, shortcutKeys } from './shortcuts.ts';

export const keyPlatform: KeyPlatform = /Mac|iPhone|iPad/.test(navigator.platform) ? 'apple' : 'other';

export type ShortcutHandlers = { readonly [Id in ShortcutId]?: (() => void) | undefined };

/** Which of the handlers the pressed keys mean. */
export function handlerFor(handlers: ShortcutHandlers, event: KeyboardEvent): (() => void) | undefined {
  for (const [id, handler] of Object.entries(handlers) as [ShortcutId, (() => void) | undefined][]) {
    const shortcut = shortcutsOf(id, keyPlatform).find((one) => matchesShortcut(one, event, keyPlatform));
    if (handler && shortcut && (!isTyping(event.target) || worksWhileTyping(shortcut))) return handler;
  }
  return undefined;
}

/**
 * Keys of the whole window. Not taken while a dialog or a menu is open, which have keys of their own, nor from a field that
 * needs them to type.
 */
export function useShortcuts(handlers: ShortcutHandlers): void {
  const newest = useRef(handlers);
  useEffect(() => {
    newest.current = handlers;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || isPopupOpen()) return;
      const handler = handlerFor(newest.current, event);
      if (!handler) return;
      event.preventDefault();
      handler();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}

/** The keys of an action as words, for menus and hints. */
export function useShortcutWords(): {
  readonly keysOf: (id: ShortcutId) => string;
  readonly partsOf: (id: ShortcutId) => readonly (readonly string[])[];
} {
  const { t } = useTranslation();
  return useMemo(() => {
    const names: Readonly<Record<string, string>> = {
      Mod: t('keys.ctrl'),
      Shift: t('keys.shift'),
      Alt: t('keys.alt'),
      Enter: t('keys.enter'),
      Escape: t('keys.escape'),
      Delete: t('keys.delete'),
      Backspace: t('keys.backspace'),
      Space: t('keys.space'),
    };
    const parts = (shortcut: Shortcut) => shortcutKeys(shortcut, keyPlatform, (key) => names[key] ?? null);
    const partsOf = (id: ShortcutId) => shortcutsOf(id, keyPlatform).map(parts);
    return { partsOf, keysOf: (id) => joinKeys(partsOf(id)[0] ?? [], keyPlatform) };
  }, [t]);
}

export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input:not([type=checkbox], [type=radio]), textarea, select'))
  );
}

const worksWhileTyping = ({ mod, key }: Shortcut) =>
  (mod && !key.startsWith('Arrow') && key.length === 1 && !'ACXV'.includes(key)) || /^F\d+$/.test(key);

function isPopupOpen(): boolean {
  const popups = '[role="dialog"], [role="alertdialog"], [role="menu"]';
  return document.querySelector(`:is(${popups}):not([hidden], [data-closed])`) !== null;
}
