import { describe, expect, it } from 'vitest';
import { changeTexts, languageOf, mirroredText, pseudoText } from '../../../../renderer/dev/pseudo-locale.ts';

describe('the pseudo-locales', () => {
  it('make each word longer and leave placeholders as they are', () => {
    expect(pseudoText('{{count, number}} items in {{place}}')).toBe('[{{count, number}} îţéɱšẋẋ îñẋ {{place}}]');
    const text = 'Drop files or folders here, paste them, or choose them.';
    expect(pseudoText(text).length / text.length).toBeGreaterThan(1.25);
  });

  it('run words from right to left', () => {
    expect(mirroredText('to {{place}}')).toBe('רס {{place}}');
  });

  it('change every text and no key', () => {
    expect(changeTexts({ a: { b: 'x' }, c: 'y' }, (text) => `${text}!`)).toEqual({ a: { b: 'x!' }, c: 'y!' });
  });

  it('are asked for by the address', () => {
    expect(languageOf('?scene=browse').code).toBe('en');
    expect(languageOf('?locale=pseudo').words.common.cancel).toBe('[Çåñçéļẋẋ]');
    expect(languageOf('?locale=rtl').direction).toBe('rtl');
  });
});
