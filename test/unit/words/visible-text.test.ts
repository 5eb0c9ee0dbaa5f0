import { expect, test } from 'vitest';
import { visibleText } from '../../../shared/words/visible-text.ts';

test('a name cannot show as another one than it is', () => {
  expect(visibleText('invoice\u202Efdp.exe')).toBe('invoice\uFFFDfdp.exe');
  expect(visibleText('a\u2066b\u2069c')).toBe('a\uFFFDb\uFFFDc');
  expect(visibleText('two\nlines\u2028three\u0007')).toBe('two\uFFFDlines\uFFFDthree\uFFFD');
});

test('names in every script stay as they are', () => {
  for (const name of ['שלום עולם.txt', 'مرحبا.pdf', ' ä é 日本 ', '👩‍👩‍👧.jpg', '<b>&amp;'])
    expect(visibleText(name)).toBe(name);
});
