import { createContext } from 'react';

/**
 * Keys that do something together, in one notation: modifiers first, `Mod+Shift+C`,
 * `Alt+ArrowLeft`, `F2`. `Mod` is Command on a Mac and Ctrl elsewhere; the last part is `KeyboardEvent.key`, with
 * `Space` for the space bar.
 */
export type Keys = string;

/** Where the person sits: the engine may run on another machine. */
export const onMac = /mac|iphone|ipad/i.test(globalThis.navigator?.platform ?? '');

const modifiers = ['Ctrl', 'Alt', 'Shift', 'Mod'] as const;

/** How keys are written that have a word on them and not a sign. */
export type KeyNames = Readonly<Record<string, string>>;

export const englishKeyNames: KeyNames = {
  Ctrl: 'Ctrl',
  Alt: 'Alt',
  Shift: 'Shift',
  Enter: 'Enter',
  Escape: 'Esc',
  Delete: 'Del',
  Backspace: 'Backspace',
  Space: 'Space',
  Tab: 'Tab',
  Home: 'Home',
  End: 'End',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
  ContextMenu: 'Menu',
};

const arrows: KeyNames = { ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓' };

const macSigns: KeyNames = {
  Ctrl: '⌃',
  Alt: '⌥',
  Shift: '⇧',
  Mod: '⌘',
  Enter: '↩',
  Escape: '⎋',
  Delete: '⌦',
  Backspace: '⌫',
  Tab: '⇥',
  Home: '↖',
  End: '↘',
  PageUp: '⇞',
  PageDown: '⇟',
};

/** The words on keys in the language of the window. */
export const KeyNamesContext = createContext<KeyNames>(englishKeyNames);

const parts = (keys: Keys) => {
  const list = keys.split('+').filter((part) => part !== '');
  // `Mod++`: the plus key itself.
  return keys.endsWith('+') ? [...list, '+'] : list;
};

/** One text for each key, in the order in which the platform writes them. Unknown names stay as they are. */
export function keyTexts(keys: Keys, names: KeyNames = englishKeyNames, mac: boolean = onMac): string[] {
  const given = parts(keys);
  const ordered = [
    ...modifiers.filter((one) => given.includes(one)),
    ...given.filter((one) => !modifiers.some((modifier) => modifier === one)),
  ];
  // Ctrl comes first elsewhere: Mod is Ctrl there.
  if (!mac) ordered.sort((a, b) => Number(b === 'Mod') - Number(a === 'Mod'));
  return ordered.map((part) => {
    const sign = mac ? macSigns[part] : part === 'Mod' ? names['Ctrl'] : undefined;
    return sign ?? arrows[part] ?? names[part] ?? (part.length === 1 ? part.toUpperCase() : part);
  });
}

/** As `aria-keyshortcuts` wants it. */
export function ariaKeys(keys: Keys, mac: boolean = onMac): string {
  return parts(keys)
    .map((part) => (part === 'Mod' ? (mac ? 'Meta' : 'Control') : part === 'Ctrl' ? 'Control' : part))
    .map((part) => (part === '+' ? 'Plus' : part))
    .join('+');
}
