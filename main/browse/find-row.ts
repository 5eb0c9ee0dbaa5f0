/** Names looked at between two pauses. */
const scanRows = 10_000;

export type FindRow = {
  readonly text: string;
  readonly match: 'exact' | 'prefix';
  readonly from: number;
  /** In the order that is shown now. */
  readonly nameAt: (position: number) => string;
  /** The order that is shown now; another object when it has become another order. */
  readonly current: () => { readonly length: number };
  readonly pause: () => Promise<void>;
};

/**
 * The first position at or after `from`, going round at the end, whose name fits; null when there is none. Starts again
 * when the order becomes another one. Rows that come meanwhile may be missed.
 */
export async function findPosition({ text, match, from, nameAt, current, pause }: FindRow): Promise<number | null> {
  const fits = match === 'exact' ? (name: string) => name === text : startsWithText(text);
  for (;;) {
    const order = current();
    const start = order.length === 0 ? 0 : from % order.length;
    let looked = 0;
    while (looked < order.length) {
      const end = Math.min(looked + scanRows, order.length);
      for (; looked < end; looked++) {
        const position = (start + looked) % order.length;
        if (fits(nameAt(position))) return position;
      }
      if (looked >= order.length) return null;
      await pause();
      if (current() !== order) break;
    }
    if (current() === order) return null;
  }
}

/** Whether a name starts with the text, without regard to case; and to accents, unless the text has some. Pure. */
export function startsWithText(text: string): (name: string) => boolean {
  const plain = folded(text, false);
  const isMarked = plain !== folded(text, true);
  const wanted = isMarked ? folded(text, true) : plain;
  return (name) => {
    // Longer than the text: accents may be characters of their own.
    const start = name.slice(0, text.length * 4 + 8);
    return folded(start, isMarked).startsWith(wanted);
  };
}

const isAscii = /^[\0-\x7f]*$/;

function folded(text: string, keepMarks: boolean): string {
  if (isAscii.test(text)) return text.toLowerCase();
  const apart = text.normalize('NFD').toLowerCase();
  return keepMarks ? apart : apart.replace(/\p{M}/gu, '');
}
