/** Where keys differ: on Apple's systems Mod is Command, elsewhere Control. */
export type KeyPlatform = 'apple' | 'other';

/** `Mod+Shift+L`, taken apart. `key` is what `KeyboardEvent.key` says; letters in upper case. */
export type Shortcut = {
  readonly mod: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
  readonly key: string;
};

export type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

/** Pure. Throws for a modifier that does not exist: the table of shortcuts is written by hand. */
export function parseShortcut(text: string): Shortcut {
  const parts = text.split('+');
  const key = parts.pop() ?? '';
  for (const part of parts) {
    if (part !== 'Mod' && part !== 'Shift' && part !== 'Alt') throw new Error(`There is no modifier ${part}.`);
  }
  const has = (modifier: string) => parts.includes(modifier);
  return { mod: has('Mod'), shift: has('Shift'), alt: has('Alt'), key: upper(key === 'Space' ? ' ' : key) };
}

/**
 * Pure. On a keyboard whose letters are not Latin the place of the key counts. A sign (`?`) is one whatever must be held to
 * type it.
 */
export function matchesShortcut(shortcut: Shortcut, press: KeyPress, platform: KeyPlatform): boolean {
  const mod = platform === 'apple' ? press.metaKey : press.ctrlKey;
  const otherMod = platform === 'apple' ? press.ctrlKey : press.metaKey;
  if (mod !== shortcut.mod || otherMod || press.altKey !== shortcut.alt) return false;
  const isSign = shortcut.key.length === 1 && !/[A-Z0-9 ]/.test(shortcut.key);
  if (!isSign && press.shiftKey !== shortcut.shift) return false;
  return upper(press.key) === shortcut.key || (!isLatin(press.key) && press.code === `Key${shortcut.key}`);
}

const upper = (key: string) => (key.length === 1 ? key.toUpperCase() : key);
const isLatin = (key: string) => /^[\u0020-\u024f]+$/.test(key);
