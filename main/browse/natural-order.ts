/** `invoice-7` before `invoice-10`, in the language of the computer. */
export type NaturalOrder = {
  compare(a: string, b: string): number;
  /** Null when the language treats letters of ASCII in pairs or ignores some: then only `compare` knows. */
  readonly ascii: AsciiWeights | null;
};

/** How a language orders single ASCII characters. */
export type AsciiWeights = {
  /** By character code; case makes no difference. 0 for characters that are not printable: ask `compare`. */
  readonly weights: Uint8Array;
  /** -1: `a` before `A` where nothing else differs. */
  readonly lowerBeforeUpper: number;
};

export function createNaturalOrder(locale?: string): NaturalOrder {
  const collator = new Intl.Collator(locale, { numeric: true });
  return { compare: (a, b) => collator.compare(a, b), ascii: asciiWeights(collator) };
}

const printable = Array.from({ length: 0x7f - 0x20 }, (_, index) => String.fromCharCode(0x20 + index));

function asciiWeights(collator: Intl.Collator): AsciiWeights | null {
  const { locale } = collator.resolvedOptions();
  const base = new Intl.Collator(locale, { numeric: true, sensitivity: 'base' });
  const weights = new Uint8Array(128);
  const ranked: string[] = [];
  let weight = 0;
  for (const character of [...printable].sort((a, b) => collator.compare(a, b))) {
    const before = ranked.at(-1);
    if (before === undefined || base.compare(before, character) !== 0) {
      weight += 1;
      ranked.push(character);
    } else if (before.toLowerCase() !== character.toLowerCase()) return null;
    weights[character.charCodeAt(0)] = weight;
  }
  return isByCharacter(collator, ranked) ? { weights, lowerBeforeUpper: Math.sign(collator.compare('a', 'A')) } : null;
}

/** That no character is left out and no two are taken for one letter (`ch`, `aa`). */
function isByCharacter(collator: Intl.Collator, ranked: readonly string[]): boolean {
  const isDigit = (text: string) => text >= '0' && text <= '9';
  for (const first of ranked) {
    let before: string | null = null;
    for (const second of ranked) {
      // Digits beside each other are one number.
      if (isDigit(first) && isDigit(second)) continue;
      if (before !== null && collator.compare(first + before, first + second) >= 0) return false;
      before = second;
    }
  }
  return true;
}

const zero = 0x30;
const nine = 0x39;
/** ICU takes longer numbers for several. */
const maxDigits = 254;

/**
 * As `compare` for ASCII texts, without making strings: by weights, numbers by their value, then by case. NaN when only
 * `compare` knows.
 */
export function compareAscii(
  { weights, lowerBeforeUpper }: AsciiWeights,
  bytesA: Uint8Array,
  startA: number,
  endA: number,
  bytesB: Uint8Array,
  startB: number,
  endB: number,
): number {
  let a = startA;
  let b = startB;
  let caseOrder = 0;
  while (a < endA && b < endB) {
    const codeA = bytesA[a] as number;
    const codeB = bytesB[b] as number;
    const isNumberA = codeA >= zero && codeA <= nine;
    if (isNumberA && codeB >= zero && codeB <= nine) {
      const firstA = a;
      const firstB = b;
      while (a < endA && bytesA[a] === zero) a++;
      while (b < endB && bytesB[b] === zero) b++;
      let order = 0;
      for (;;) {
        const digitA = a < endA ? (bytesA[a] as number) : 0;
        const digitB = b < endB ? (bytesB[b] as number) : 0;
        const moreA = digitA >= zero && digitA <= nine;
        const moreB = digitB >= zero && digitB <= nine;
        if (a - firstA > maxDigits || b - firstB > maxDigits) return Number.NaN;
        if (!moreA || !moreB) {
          if (moreA !== moreB) return moreA ? 1 : -1;
          break;
        }
        if (order === 0) order = digitA - digitB;
        a++;
        b++;
      }
      if (order !== 0) return order;
      continue;
    }
    if (codeA !== codeB) {
      const weightA = weights[codeA] as number;
      const weightB = weights[codeB] as number;
      if (weightA !== weightB) return weightA - weightB;
      if (caseOrder === 0) caseOrder = codeA > codeB ? lowerBeforeUpper : -lowerBeforeUpper;
    }
    a++;
    b++;
  }
  if (a < endA) return 1;
  if (b < endB) return -1;
  return caseOrder;
}
