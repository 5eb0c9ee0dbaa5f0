/** CRC-32C (Castagnoli), reflected. */
const polynomial = 0x82f63b78;

/** Sixteen tables of 256: table n holds the remainders of a byte followed by n zero bytes (slicing-by-16). */
const tables = buildTables();

function buildTables(): Int32Array {
  const built = new Int32Array(16 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? polynomial : 0);
    built[byte] = remainder;
  }
  for (let i = 256; i < built.length; i++) {
    const before = built[i - 256] as number;
    built[i] = (before >>> 8) ^ (built[before & 0xff] as number);
  }
  return built;
}

/** CRC-32C of `data`, going on from the CRC of what came before it (0 at the start); unsigned. Like zlib.crc32. */
export function crc32c(data: Uint8Array, previous = 0): number {
  const t = tables;
  let crc = ~previous;
  let at = 0;
  const end = data.length;
  const aligned = Math.min((4 - (data.byteOffset & 3)) & 3, end);
  while (at < aligned) crc = (crc >>> 8) ^ (t[(crc ^ (data[at++] as number)) & 0xff] as number);

  const blocks = (end - at) >>> 4;
  if (blocks > 0) {
    // Every platform Node runs on here is little-endian, as the reflected CRC wants its words.
    const words = new Int32Array(data.buffer, data.byteOffset + at, blocks * 4);
    for (let i = 0; i < words.length; i += 4) {
      const a = crc ^ (words[i] as number);
      const b = words[i + 1] as number;
      const c = words[i + 2] as number;
      const d = words[i + 3] as number;
      crc =
        (t[0xf00 | (a & 0xff)] as number) ^
        (t[0xe00 | ((a >>> 8) & 0xff)] as number) ^
        (t[0xd00 | ((a >>> 16) & 0xff)] as number) ^
        (t[0xc00 | (a >>> 24)] as number) ^
        (t[0xb00 | (b & 0xff)] as number) ^
        (t[0xa00 | ((b >>> 8) & 0xff)] as number) ^
        (t[0x900 | ((b >>> 16) & 0xff)] as number) ^
        (t[0x800 | (b >>> 24)] as number) ^
        (t[0x700 | (c & 0xff)] as number) ^
        (t[0x600 | ((c >>> 8) & 0xff)] as number) ^
        (t[0x500 | ((c >>> 16) & 0xff)] as number) ^
        (t[0x400 | (c >>> 24)] as number) ^
        (t[0x300 | (d & 0xff)] as number) ^
        (t[0x200 | ((d >>> 8) & 0xff)] as number) ^
        (t[0x100 | ((d >>> 16) & 0xff)] as number) ^
        (t[d >>> 24] as number);
    }
    at += blocks * 16;
  }
  while (at < end) crc = (crc >>> 8) ^ (t[(crc ^ (data[at++] as number)) & 0xff] as number);
  return ~crc >>> 0;
}
