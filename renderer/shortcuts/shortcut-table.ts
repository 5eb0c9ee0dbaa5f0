import { type KeyPlatform, parseShortcut, type Shortcut } from './shortcuts.ts';

type Keys = readonly string[] | { readonly apple: readonly string[]; readonly other: readonly string[] };

/**
 * Every key of the window, once, in the notation of ui/kbd: what is handled, what menus and the palette show, and what the list
 * of keyboard shortcuts says. The first of several is the one shown. Keys that browsers keep for themselves (Ctrl+T, W, N) are
 * not taken.
 */
const table = {
  palette: ['Mod+K', 'F1'],
  shortcuts: ['?'],
  sidebar: ['Mod+B'],
  inspector: ['Mod+I'],
  transfers: ['Mod+J'],
  localPane: ['Mod+Shift+L'],
  nextPane: ['F6'],
  previousPane: ['Shift+F6'],
  editPath: ['Mod+L'],
  filter: ['Mod+F'],
  back: { apple: ['Mod+[', 'Alt+ArrowLeft'], other: ['Alt+ArrowLeft'] },
  forward: { apple: ['Mod+]', 'Alt+ArrowRight'], other: ['Alt+ArrowRight'] },
  up: { apple: ['Mod+ArrowUp', 'Alt+ArrowUp', 'Backspace'], other: ['Alt+ArrowUp', 'Mod+ArrowUp', 'Backspace'] },
  refresh: ['F5', 'Mod+R'],
  undo: ['Mod+Z'],
  open: ['Enter'],
  quickLook: ['Space'],
  rename: ['F2'],
  delete: { apple: ['Mod+Backspace', 'Delete'], other: ['Delete'] },
  copy: ['Mod+C'],
  cut: ['Mod+X'],
  paste: ['Mod+V'],
  selectAll: ['Mod+A'],
  clear: ['Escape'],
} as const satisfies Record<string, Keys>;

export type ShortcutId = keyof typeof table;
export const shortcutIds = Object.keys(table) as ShortcutId[];

/** In the notation of ui/kbd, the one to show first. */
export function keysOn(id: ShortcutId, platform: KeyPlatform): readonly string[] {
  const keys: Keys = table[id];
  return 'apple' in keys ? keys[platform] : keys;
}

export function shortcutsOf(id: ShortcutId, platform: KeyPlatform): readonly Shortcut[] {
  return keysOn(id, platform).map(parseShortcut);
}
