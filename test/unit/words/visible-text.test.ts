import { expect, test } from 'vitest';
import { isolatedText, visibleText } from '../../../shared/words/visible-text.ts';

test('a name cannot show as another one than it is', () => {
  expect(visibleText('invoice\u202Efdp.exe')).toBe('invoice\uFFFDfdp.exe');
  expect(visibleText('a\u2066b\u2069c')).toBe('a\uFFFDb\uFFFDc');
  expect(visibleText('two\nlines\u2028three\u0007')).toBe('two\uFFFDlines\uFFFDthree\uFFFD');
});

test('names in every script stay as they are', () => {
  for (const name of ['שלום עולם.txt', 'مرحبا.pdf', ' ä é 日本 ', '👩‍👩‍👧.jpg', '<b>&amp;'])
    expect(visibleText(name)).toBe(name);
});

test('what is quoted keeps its order, and is as visible as elsewhere', () => {
  expect(isolatedText('/home/kim/')).toBe('\u2068/home/kim/\u2069');
  expect(isolatedText('a\u202Eb')).toBe('\u2068a\uFFFDb\u2069');
  expect(isolatedText('x \u2068y\u0007\u2069')).toBe('\u2068x \u2068y\uFFFD\u2069\u2069');
  // It may not end the isolate that it stands in.
  expect(isolatedText('a\u2069b\u2068c')).toBe('\u2068a\uFFFDb\uFFFDc\u2069');
  expect(isolatedText('a\u2068b')).toBe('\u2068a\uFFFDb\u2069');
});
