/** CRC-64/NVME, reflected: 0x9a6c9329ac4bc9b5 in two halves, because BigInt in the loop would cost a hundredfold. */
const polynomialHigh = 0x9a6c9329 | 0;
const polynomialLow = 0xac4bc9b5 | 0;

/**
 * Eight tables of 256 pairs [low, high]: table n holds the remainders of a byte followed by n zero bytes
 * (slicing-by-8). Pairs lie together so that one lookup touches one cache line.
 */
const tables = buildTables();

function buildTables(): Int32Array {
  const built = new Int32Array(8 * 512);
  for (let byte = 0; byte < 256; byte++) {
    let low = byte;
    let high = 0;
    for (let bit = 0; bit < 8; bit++) {
      const carry = low & 1;
      low = (low >>> 1) | (high << 31);
      high >>>= 1;
      if (carry) {
        low ^= polynomialLow;
        high ^= polynomialHigh;
      }
    }
    built[byte * 2] = low;
    built[byte * 2 + 1] = high;
  }
  for (let i = 512; i < built.length; i += 2) {
    const low = built[i - 512] as number;
    const high = built[i - 511] as number;
    const index = (low & 0xff) * 2;
    built[i] = ((low >>> 8) | (high << 24)) ^ (built[index] as number);
    built[i + 1] = (high >>> 8) ^ (built[index + 1] as number);
  }
  return built;
}

export type Crc64State = { low: number; high: number };

/** The CRC of nothing; bring it forward with updateCrc64nvme. */
export function startCrc64nvme(): Crc64State {
  return { low: 0, high: 0 };
}

/** Brings `state` forward over `data`, in place. `low` and `high` are the halves of the CRC so far, unsigned. */
export function updateCrc64nvme(state: Crc64State, data: Uint8Array): void {
  const t = tables;
  let low = ~state.low;
  let high = ~state.high;
  let at = 0;
  const end = data.length;

  const toAligned = Math.min((4 - (data.byteOffset & 3)) & 3, end);
  while (at < toAligned) {
    const index = ((low ^ (data[at++] as number)) & 0xff) << 1;
    low = ((low >>> 8) | (high << 24)) ^ (t[index] as number);
    high = (high >>> 8) ^ (t[index + 1] as number);
  }

  const blocks = (end - at) >>> 3;
  if (blocks > 0) {
    // Every platform Node runs on here is little-endian, as the reflected CRC wants its words.
    const words = new Int32Array(data.buffer, data.byteOffset + at, blocks * 2);
    for (let i = 0; i < words.length; i += 2) {
      const a = low ^ (words[i] as number);
      const b = high ^ (words[i + 1] as number);
      const a0 = 0xe00 | ((a & 0xff) << 1);
      const a1 = 0xc00 | ((a >>> 7) & 0x1fe);
      const a2 = 0xa00 | ((a >>> 15) & 0x1fe);
      const a3 = 0x800 | ((a >>> 23) & 0x1fe);
      const b0 = 0x600 | ((b & 0xff) << 1);
      const b1 = 0x400 | ((b >>> 7) & 0x1fe);
      const b2 = 0x200 | ((b >>> 15) & 0x1fe);
      const b3 = (b >>> 23) & 0x1fe;
      low =
        (t[a0] as number) ^
        (t[a1] as number) ^
        (t[a2] as number) ^
        (t[a3] as number) ^
        (t[b0] as number) ^
        (t[b1] as number) ^
        (t[b2] as number) ^
        (t[b3] as number);
      high =
        (t[a0 | 1] as number) ^
        (t[a1 | 1] as number) ^
        (t[a2 | 1] as number) ^
        (t[a3 | 1] as number) ^
        (t[b0 | 1] as number) ^
        (t[b1 | 1] as number) ^
        (t[b2 | 1] as number) ^
        (t[b3 | 1] as number);
    }
    at += blocks * 8;
  }
  while (at < end) {
    const index = ((low ^ (data[at++] as number)) & 0xff) << 1;
    low = ((low >>> 8) | (high << 24)) ^ (t[index] as number);
    high = (high >>> 8) ^ (t[index + 1] as number);
  }
  state.low = ~low >>> 0;
  state.high = ~high >>> 0;
}
