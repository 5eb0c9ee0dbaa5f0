import { Buffer } from 'node:buffer';
import { GrowingNumbers } from './growing-numbers.ts';
import { compareAscii, type NaturalOrder } from './natural-order.ts';

const chunkBytes = 2 ** 20;
const maxChunks = 2 ** 32 / chunkBytes;
/** Longer texts are kept as strings. */
const maxBytes = 2 ** 16 - 1;

/** In lower case. */
export type AsciiText = Uint8Array;

/** Null when the text is not printable ASCII. It is taken as it is: give it in lower case. */
export function asciiText(text: string): AsciiText | null {
  const bytes = new Uint8Array(text.length);
  return writeAscii(text, bytes, 0) ? bytes : null;
}

/**
 * Texts by number, appended only. Printable ASCII, which most names are, lies in large blocks of bytes: half the memory
 * of as many strings, nothing for the garbage collector to visit, and it is compared and searched where it lies.
 */
export class TextColumn {
  readonly #chunks: Buffer[] = [];
  #used = chunkBytes;
  readonly #starts = new GrowingNumbers((length) => new Uint32Array(length));
  /** In bytes; 0 for those in `others`. */
  readonly #lengths = new GrowingNumbers((length) => new Uint16Array(length));
  readonly #others: string[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(text: string): void {
    const index = this.#length++;
    const length = text.length;
    const chunk = length > 0 && length <= maxBytes ? this.#room(length) : null;
    if (chunk === null || !writeAscii(text, chunk, this.#used)) {
      this.#starts.set(index, 0);
      this.#lengths.set(index, 0);
      this.#others[index] = text;
      return;
    }
    this.#starts.set(index, (this.#chunks.length - 1) * chunkBytes + this.#used);
    this.#lengths.set(index, length);
    this.#used += length;
  }

  at(index: number): string {
    const length = this.#lengths.at(index);
    if (length === 0) return this.#others[index] ?? '';
    const start = this.#starts.at(index);
    const from = start % chunkBytes;
    return this.#chunk(start).toString('latin1', from, from + length);
  }

  /** In natural order; texts that are equal in it by their code units. */
  compare(order: NaturalOrder, a: number, b: number): number {
    const lengthA = this.#lengths.at(a);
    const lengthB = this.#lengths.at(b);
    if (order.ascii !== null && lengthA > 0 && lengthB > 0) {
      const startA = this.#starts.at(a);
      const startB = this.#starts.at(b);
      const fromA = startA % chunkBytes;
      const fromB = startB % chunkBytes;
      const bytesA = this.#chunk(startA);
      const bytesB = this.#chunk(startB);
      const result = compareAscii(order.ascii, bytesA, fromA, fromA + lengthA, bytesB, fromB, fromB + lengthB);
      if (result !== 0 && !Number.isNaN(result)) return result;
    }
    const textA = this.at(a);
    const textB = this.at(b);
    return order.compare(textA, textB) || (textA < textB ? -1 : textA > textB ? 1 : 0);
  }

  /** Whether the text contains `part`, or starts with it, without regard to case; null when it is not ASCII itself. */
  holdsAscii(index: number, part: AsciiText, where: 'anywhere' | 'start'): boolean | null {
    const length = this.#lengths.at(index);
    if (length === 0) return null;
    const start = this.#starts.at(index);
    const bytes = this.#chunk(start);
    const from = start % chunkBytes;
    const last = where === 'start' ? from : from + length - part.length;
    if (part.length > length) return false;
    for (let at = from; at <= last; at++) {
      let same = 0;
      while (same < part.length && lowerCase[bytes[at + same] as number] === part[same]) same++;
      if (same === part.length) return true;
    }
    return false;
  }

  isSame(index: number, other: TextColumn, otherIndex: number): boolean {
    const length = this.#lengths.at(index);
    if (length !== other.#lengths.at(otherIndex)) return false;
    if (length === 0) return this.at(index) === other.at(otherIndex);
    const [start, otherStart] = [this.#starts.at(index), other.#starts.at(otherIndex)];
    const [from, otherFrom] = [start % chunkBytes, otherStart % chunkBytes];
    const bytes = this.#chunk(start);
    const otherBytes = other.#chunk(otherStart);
    for (let at = 0; at < length; at++) if (bytes[from + at] !== otherBytes[otherFrom + at]) return false;
    return true;
  }

  /** A number that equal texts share, in whichever column they are. */
  hash(index: number): number {
    let hash = 0x811c9dc5;
    const length = this.#lengths.at(index);
    if (length === 0) {
      const text = this.#others[index] ?? '';
      for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
      return hash >>> 0;
    }
    const start = this.#starts.at(index);
    const bytes = this.#chunk(start);
    const from = start % chunkBytes;
    for (let at = from; at < from + length; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
    return hash >>> 0;
  }

  #chunk(start: number): Buffer {
    return this.#chunks[Math.floor(start / chunkBytes)] as Buffer;
  }

  /** Null when no more fits into 32 bits. */
  #room(length: number): Buffer | null {
    if (this.#used + length > chunkBytes) {
      if (this.#chunks.length >= maxChunks) return null;
      this.#chunks.push(Buffer.allocUnsafeSlow(chunkBytes));
      this.#used = 0;
    }
    return this.#chunks.at(-1) ?? null;
  }
}

const lowerCase = Uint8Array.from({ length: 256 }, (_, code) => (code >= 0x41 && code <= 0x5a ? code + 32 : code));

/** False when the text is something else; what was written then means nothing. */
function writeAscii(text: string, bytes: Uint8Array, from: number): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code > 0x7e) return false;
    bytes[from + at] = code;
  }
  return true;
}
