import type { Readable } from 'node:stream';

/** Reads lines and runs of bytes in turn from one stream, which flows only while somebody waits for bytes. */
export interface ByteReader {
  /** The next line without its newline; null at the end of the stream. Throws when it is longer than `maxBytes`. */
  line(maxBytes: number): Promise<string | null>;
  /** Exactly so many bytes; null when the stream ends before. */
  exactly(count: number): Promise<Buffer | null>;
  /** Some bytes, at least one and at most `maxBytes`; null at the end. */
  some(maxBytes: number): Promise<Buffer | null>;
}

export function readBytesOf(stream: Readable): ByteReader {
  const source = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  let held: Buffer[] = [];
  let heldBytes = 0;

  const more = async (): Promise<boolean> => {
    const next = await source.next();
    if (next.done === true) return false;
    held.push(next.value);
    heldBytes += next.value.length;
    return true;
  };
  const joined = (): Buffer => {
    const whole = held.length === 1 ? held[0] : undefined;
    return whole ?? Buffer.concat(held);
  };
  const take = (count: number): Buffer => {
    const whole = joined();
    const rest = whole.subarray(count);
    held = rest.length === 0 ? [] : [rest];
    heldBytes = rest.length;
    return whole.subarray(0, count);
  };

  return {
    async line(maxBytes) {
      let searched = 0;
      for (;;) {
        const last = held.at(-1);
        // Only the newest chunk can have the newline; a long line is joined once, not for every chunk.
        const start = heldBytes - (last?.length ?? 0);
        const at = searched === 0 ? joined().indexOf(10) : (last?.indexOf(10) ?? -1);
        if (at >= 0) {
          const line = take(searched === 0 ? at : start + at).toString('utf8');
          take(1);
          return line;
        }
        searched = heldBytes;
        if (heldBytes > maxBytes) throw new Error(`A line is longer than ${maxBytes} bytes.`);
        if (!(await more())) return null;
      }
    },
    async exactly(count) {
      for (;;) {
        if (heldBytes >= count) return take(count);
        if (!(await more())) return null;
      }
    },
    async some(maxBytes) {
      if (heldBytes === 0 && !(await more())) return null;
      const first = held[0];
      if (first === undefined) return null;
      if (first.length <= maxBytes) {
        held.shift();
        heldBytes -= first.length;
        return first;
      }
      held[0] = first.subarray(maxBytes);
      heldBytes -= maxBytes;
      return first.subarray(0, maxBytes);
    },
  };
}
