/** How well a text answers a query: the higher the better, and which of its letters (code points) were found. */
export type Match = { readonly score: number; readonly positions: readonly number[] };

const wordStart = 10;
const consecutive = 8;
const inside = 2;
const mostGap = 4;
/** On average for a letter: below that the letters are there by chance. */
const leastAverage = 4;

/**
 * Pure. Looks for the letters of every word of the query in this order in the text, best at beginnings of words or next to each
 * other. Case and accents do not count. Null when it is not found; an empty query is found everywhere and says nothing.
 */
export function matchText(text: string, query: string): Match | null {
  const letters = fold(text);
  let score = 0;
  const positions = new Set<number>();
  for (const word of query.split(/\s+/u).filter((part) => part !== '')) {
    const found = matchWord(letters, fold(word));
    if (!found) return null;
    score += found.score;
    for (const position of found.positions) positions.add(position);
  }
  // Of two that are found alike the shorter one is meant.
  return { score: score - letters.length / 100, positions: [...positions].sort((a, b) => a - b) };
}

function matchWord(letters: readonly string[], wanted: readonly string[]): Match | null {
  /** Best way to have found the wanted letters so far with the last of them at this place. */
  let ways: (Match | null)[] = letters.map(() => null);
  for (const [nth, letter] of wanted.entries()) {
    const next: (Match | null)[] = letters.map(() => null);
    let before: (Match & { readonly at: number }) | null = null;
    for (const [at, here] of letters.entries()) {
      const last = ways[at - 1];
      // The best way that ends before the neighbour; a longer gap costs up to a limit.
      const older = ways[at - 2];
      if (older && (before === null || older.score >= before.score)) before = { ...older, at: at - 2 };
      if (here !== letter) continue;
      const own = isWordStart(letters, at) ? wordStart : inside;
      const candidates: Match[] = [];
      if (nth === 0) candidates.push({ score: own, positions: [at] });
      if (nth > 0 && last) {
        candidates.push({ score: last.score + Math.max(own, consecutive), positions: [...last.positions, at] });
      }
      if (nth > 0 && before) {
        const gap = Math.min(mostGap, at - before.at - 1);
        candidates.push({ score: before.score + own - gap, positions: [...before.positions, at] });
      }
      next[at] = candidates.reduce<Match | null>((best, one) => (best && best.score >= one.score ? best : one), null);
    }
    ways = next;
  }
  const best = ways.reduce<Match | null>((most, one) => (one && (!most || one.score > most.score) ? one : most), null);
  return best && best.score >= leastAverage * wanted.length ? best : null;
}

const isWordStart = (letters: readonly string[], at: number) =>
  /[\p{L}\p{N}]/u.test(letters[at] ?? '') && !/[\p{L}\p{N}]/u.test(letters[at - 1] ?? ' ');

/** One entry for each code point, so that positions are those of the text. */
const fold = (text: string) =>
  Array.from(text, (letter) => Array.from(letter.normalize('NFKD').toLowerCase())[0] ?? letter);
