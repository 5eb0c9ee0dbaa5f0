import { describe, expect, it } from 'vitest';
import { ariaKeys, englishKeyNames, keyTexts } from '../../../../renderer/ui/kbd/keys.ts';

const onMac = (keys: string) => keyTexts(keys, englishKeyNames, true).join('');
const elsewhere = (keys: string) => keyTexts(keys, englishKeyNames, false).join('+');

describe('keys are written as the platform does', () => {
  it.each([
    ['Mod+K', '⌘K', 'Ctrl+K'],
    ['Mod+Shift+c', '⇧⌘C', 'Ctrl+Shift+C'],
    ['Shift+Alt+Mod+X', '⌥⇧⌘X', 'Ctrl+Alt+Shift+X'],
    ['Alt+ArrowLeft', '⌥←', 'Alt+←'],
    ['Delete', '⌦', 'Del'],
    ['Mod+Backspace', '⌘⌫', 'Ctrl+Backspace'],
    ['Space', 'Space', 'Space'],
    ['F5', 'F5', 'F5'],
    ['Mod++', '⌘+', 'Ctrl++'],
    ['?', '?', '?'],
  ])('%s', (keys, mac, other) => {
    expect(onMac(keys)).toBe(mac);
    expect(elsewhere(keys)).toBe(other);
  });

  it('takes the words on keys from the language of the window', () => {
    expect(keyTexts('Mod+Delete', { ...englishKeyNames, Ctrl: 'Strg', Delete: 'Entf' }, false)).toEqual([
      'Strg',
      'Entf',
    ]);
  });

  it('names them for assistive technology', () => {
    expect(ariaKeys('Mod+Shift+C', true)).toBe('Meta+Shift+C');
    expect(ariaKeys('Mod++', false)).toBe('Control+Plus');
  });
});
