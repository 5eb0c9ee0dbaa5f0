import { englishLanguage, type Language } from '../words/language.ts';

type Texts = { readonly [key: string]: string | string[] | Texts };

const plain = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const accented = Array.from('åƀçðéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýžÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ');

/** Placeholders, nested texts and elements, which stay as they are. */
const fixed = /(\{\{[^}]*\}\}|\$t\([^)]*\)|<[^>]+>)/;

const mapWords = (text: string, change: (word: string) => string) =>
  text
    .split(fixed)
    .map((part) => (fixed.test(part) ? part : part.replaceAll(/[\p{L}\p{N}]+/gu, change)))
    .join('');

/** About 40 % longer, with accents and in brackets: what comes from no catalogue stands out, what is too narrow breaks. */
export function pseudoText(text: string): string {
  const longer = mapWords(text, (word) => {
    const letters = Array.from(word, (letter) => accented[plain.indexOf(letter)] ?? letter);
    return letters.join('') + 'ẋ'.repeat(Math.round(word.length * 0.4));
  });
  return `[${longer}]`;
}

const hebrew = Array.from('אבגדהוזחטיכלמנסעפצקרשתםןףץ');

/** The words in letters that run from right to left, one for each: no sign that turns other letters would act like them. */
export function mirroredText(text: string): string {
  return mapWords(text, (word) => Array.from(word, (letter) => hebrew[plain.indexOf(letter) % 26] ?? letter).join(''));
}

/** Every text of the catalogue, changed. */
export function changeTexts<T extends Texts>(texts: T, change: (text: string) => string): T {
  const changed = Object.entries(texts).map(([key, value]) => [key, changeValue(value, change)]);
  return Object.fromEntries(changed) as T;
}

function changeValue(value: Texts[string], change: (text: string) => string): Texts[string] {
  if (typeof value === 'string') return change(value);
  return Array.isArray(value) ? value.map((text: string) => change(text)) : changeTexts(value, change);
}

/** What `?locale=` of a development page asks for does to each text: `pseudo`, `rtl`, or nothing. */
export function textChangeOf(search: string): (text: string) => string {
  const locale = new URLSearchParams(search).get('locale');
  return locale === 'pseudo' ? pseudoText : locale === 'rtl' ? mirroredText : (text) => text;
}

/** The language that `?locale=` of a development page asks for. */
export function languageOf(search: string): Language {
  const change = textChangeOf(search);
  const words = changeTexts(englishLanguage.words, change);
  const later = async () => changeTexts(await englishLanguage.later(), change);
  const errors = changeTexts(englishLanguage.errors, change);
  if (change === pseudoText) return { code: 'en-XA', direction: 'ltr', words, later, errors };
  if (change === mirroredText) return { code: 'en-XB', direction: 'rtl', words, later, errors };
  return englishLanguage;
}
