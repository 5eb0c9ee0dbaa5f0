import { expect, test } from 'vitest';
import { shortcutIds, shortcutsOf } from '../../../renderer/shortcuts/shortcut-table.ts';
import { type KeyPress, matchesShortcut, parseShortcut } from '../../../renderer/shortcuts/shortcuts.ts';

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: `Key${key.toUpperCase()}`,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...held,
});
const matches = (text: string, one: KeyPress, platform: 'apple' | 'other' = 'other') =>
  matchesShortcut(parseShortcut(text), one, platform);

test('Mod is Command on Apple systems and Control elsewhere, and nothing else may be held', () => {
  expect(matches('Mod+K', press('k', { ctrlKey: true }))).toBe(true);
  expect(matches('Mod+K', press('k', { metaKey: true }))).toBe(false);
  expect(matches('Mod+K', press('k', { metaKey: true }), 'apple')).toBe(true);
  expect(matches('Mod+K', press('k', { ctrlKey: true }), 'apple')).toBe(false);
  expect(matches('Mod+K', press('K', { ctrlKey: true, shiftKey: true }))).toBe(false);
  // AltGr is Control and Alt at once: it types a sign.
  expect(matches('Mod+L', press('ł', { ctrlKey: true, altKey: true, code: 'KeyL' }))).toBe(false);
  expect(matches('Mod+K', press('k'))).toBe(false);
});

test('letters are found by their place where the keyboard has others, and only there', () => {
  expect(matches('Mod+K', press('л', { ctrlKey: true, code: 'KeyK' }))).toBe(true);
  // Dvorak: the key that says T is where K is elsewhere.
  expect(matches('Mod+K', press('t', { ctrlKey: true, code: 'KeyK' }))).toBe(false);
});

test('a sign counts however it is typed, a named key only as it is', () => {
  expect(matches('?', press('?', { shiftKey: true, code: 'Slash' }))).toBe(true);
  expect(matches('F6', press('F6', { code: 'F6' }))).toBe(true);
  expect(matches('F6', press('F6', { shiftKey: true, code: 'F6' }))).toBe(false);
  expect(matches('Shift+F6', press('F6', { shiftKey: true, code: 'F6' }))).toBe(true);
  expect(matches('Space', press(' ', { code: 'Space' }))).toBe(true);
});

test('no two entries of the table share keys, and none is one that browsers keep', () => {
  for (const platform of ['apple', 'other'] as const) {
    const all = shortcutIds.flatMap((id) => shortcutsOf(id, platform).map((one) => JSON.stringify(one)));
    expect(new Set(all).size).toBe(all.length);
    const taken = ['Mod+T', 'Mod+W', 'Mod+N', 'Mod+Shift+N', 'Mod+Shift+T', 'Mod+Shift+I'].map((text) =>
      JSON.stringify(parseShortcut(text)),
    );
    expect(all.filter((one) => taken.includes(one))).toEqual([]);
  }
  expect(() => parseShortcut('Ctrl+K')).toThrow(/modifier Ctrl/);
});
