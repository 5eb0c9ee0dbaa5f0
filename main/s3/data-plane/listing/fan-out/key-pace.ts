import { compareKeys } from '../../../../../shared/domain/key-order.ts';
import { type Alphabet, alphabetOf, endOfKey, rankIn, symbolAt } from './alphabet.ts';

/**
 * How fast keys go by: a guess of where a listing will be so many pages further, made from a stretch of it. Keys are read
 * as numbers, with a digit for each character; which digits there are at a place is told from the keys of the stretch.
 */
export type KeyPace = {
  /** The first place that counts as a digit. */
  readonly start: number;
  readonly alphabets: readonly Alphabet[];
  /** Of one page, times `fine`. */
  readonly step: bigint;
};

const fine = 1024;
/** A step may carry so far to the left of the first difference. */
const placesBefore = 12;
/** So many places after it make it exact enough. */
const placesAfter = 8;
const samples = 64;

/** `from` and `to`: the ends of a stretch of `pages` pages; `keys`: some of it, in order. Null when it has no extent. */
export function paceOf(from: string, to: string, pages: number, keys: readonly string[]): KeyPace | null {
  const first = codePoints(from);
  const last = codePoints(to);
  const differsAt = first.findIndex((symbol, place) => symbol !== last[place]);
  const same = differsAt < 0 ? first.length : differsAt;
  if (compareKeys(from, to) >= 0) return null;
  const start = Math.max(0, same - placesBefore);
  const every = Math.max(1, Math.floor(keys.length / samples));
  const seen = [first, last];
  for (let index = 0; index < keys.length; index += every) seen.push(codePoints(keys[index] as string));
  const alphabets = alphabetsOf(seen, start, same);
  const extent = valueOf(last, start, alphabets) - valueOf(first, start, alphabets);
  const step = (extent * BigInt(fine * fine)) / BigInt(Math.round(pages * fine));
  return step > 0n ? { start, alphabets, step } : null;
}

/**
 * The key that is about so many pages after `key`: greater than it, well-formed, without control characters. Null when
 * there is no telling.
 */
export function keyAhead({ start, alphabets, step }: KeyPace, key: string, pages: number): string | null {
  const symbols = codePoints(key);
  let rest = valueOf(symbols, start, alphabets) + (step * BigInt(Math.round(pages * fine))) / BigInt(fine * fine);
  const digits: number[] = [];
  for (const { size } of alphabets.toReversed()) {
    digits.unshift(Number(rest % BigInt(size)));
    rest /= BigInt(size);
  }
  if (rest > 0n) return null;
  const ahead = symbols.slice(0, start);
  for (const [index, digit] of digits.entries()) {
    const symbol = symbolAt(alphabets[index] as Alphabet, digit);
    if (symbol === endOfKey) break;
    ahead.push(symbol);
  }
  const text = String.fromCodePoint(...ahead);
  return fitToAsk.test(text) && compareKeys(text, key) > 0 ? text : null;
}

/** What any server takes in a query and can say in XML. */
const fitToAsk = /^[^\p{Cc}\p{Cs}\ufdd0-\ufdef\ufffe\uffff]+$/u;

/** `same`: so many places are the same in all of the keys, as far as the stretch goes. */
function alphabetsOf(seen: readonly (readonly number[])[], start: number, same: number): Alphabet[] {
  const at = (place: number): Set<number> => new Set(seen.map((symbols) => symbols[place] ?? endOfKey));
  const sets = Array.from({ length: same - start + placesAfter }, (_, index) => at(start + index));
  // Of the word or number that changes, one place tells what there may be at the next.
  const isWordAt = (index: number): boolean => [...(sets[index] ?? [])].some(isAlphanumeric);
  const changing = same - start;
  let [wordStart, wordEnd] = [changing, changing];
  while (wordStart > 0 && isWordAt(wordStart - 1)) wordStart -= 1;
  while (wordEnd < sets.length && isWordAt(wordEnd)) wordEnd += 1;
  const word = sets.slice(wordStart, wordEnd).flatMap((set) => [...set].filter(isAlphanumeric));
  return sets.map((set, index) => alphabetOf(index >= wordStart && index < wordEnd ? new Set([...set, ...word]) : set));
}

function isAlphanumeric(symbol: number): boolean {
  return (symbol >= 0x30 && symbol <= 0x39) || (symbol >= 0x41 && symbol <= 0x5a) || (symbol >= 0x61 && symbol <= 0x7a);
}

function valueOf(symbols: readonly number[], start: number, alphabets: readonly Alphabet[]): bigint {
  let value = 0n;
  for (const [index, alphabet] of alphabets.entries()) {
    value = value * BigInt(alphabet.size) + BigInt(rankIn(alphabet, symbols[start + index] ?? endOfKey));
  }
  return value;
}

function codePoints(text: string): number[] {
  const symbols: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const symbol = text.codePointAt(at) ?? 0;
    symbols.push(symbol);
    if (symbol > 0xff_ff) at += 1;
  }
  return symbols;
}
