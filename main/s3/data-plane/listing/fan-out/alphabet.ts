/** What may stand at one place of a key, in order: ranges of code points, or that the key has ended. */
export type Alphabet = { readonly ranges: readonly Range[]; readonly size: number };

type Range = { readonly low: number; readonly high: number; readonly ranksBefore: number };

/** Sorts before every code point, as a key does before those that it begins. */
export const endOfKey = -1;

const digits = [0x30, 0x39] as const;
const upper = [0x41, 0x5a] as const;
const upperHex = [0x41, 0x46] as const;
const lower = [0x61, 0x7a] as const;
const lowerHex = [0x61, 0x66] as const;

/** From what was seen there, with what is likely beside it: all digits, all letters (of hexadecimal numbers), a block of Unicode. */
export function alphabetOf(seen: ReadonlySet<number>): Alphabet {
  const spans: (readonly [number, number])[] = [];
  const among = ([low, high]: readonly [number, number]) => [...seen].filter((one) => one >= low && one <= high);
  const hasDigits = among(digits).length > 0;
  if (hasDigits) spans.push(digits);
  const letters = (all: readonly [number, number], hex: readonly [number, number]): void => {
    const found = among(all);
    if (found.length > 0) spans.push(hasDigits && found.length === among(hex).length ? hex : all);
  };
  letters(upper, upperHex);
  letters(lower, lowerHex);
  for (const one of seen) spans.push(one < 0x80 ? [one, one] : neighbours(one));
  return merged(spans.sort((a, b) => a[0] - b[0] || a[1] - b[1]));
}

/** Scripts of a few hundred characters lie below U+0800, those of thousands above. */
function neighbours(symbol: number): readonly [number, number] {
  const more = symbol < 0x800 ? 0x100 : 0x800;
  const most = symbol < 0xd800 ? 0xd7ff : symbol < 0x1_00_00 ? 0xfffd : 0x10_ff_fd;
  return [Math.max(0xa0, symbol & ~0xff), Math.min(most, symbol + more)];
}

function merged(sorted: readonly (readonly [number, number])[]): Alphabet {
  const ranges: Range[] = [];
  let size = 0;
  let last = Number.NEGATIVE_INFINITY;
  for (const [low, high] of sorted) {
    const from = Math.max(low, last + 1);
    if (high < from) continue;
    ranges.push({ low: from, high, ranksBefore: size });
    size += high - from + 1;
    last = high;
  }
  return { ranges, size };
}

/** Of the symbol, or of the greatest one below it; 0 when there is none. */
export function rankIn({ ranges }: Alphabet, symbol: number): number {
  const range = ranges.findLast(({ low }) => low <= symbol);
  return range === undefined ? 0 : range.ranksBefore + Math.min(symbol, range.high) - range.low;
}

export function symbolAt({ ranges }: Alphabet, rank: number): number {
  const range = ranges.findLast(({ ranksBefore }) => ranksBefore <= rank);
  return range === undefined ? endOfKey : range.low + rank - range.ranksBefore;
}
