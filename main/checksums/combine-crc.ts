import { type CrcAlgorithm, crcFromBase64, crcToBase64 } from './crc-base64.ts';

/**
 * A CRC is a remainder of polynomials over GF(2), so CRC(A B) = CRC(A) * x^(8 * length of B) mod P, plus CRC(B). Here
 * polynomials are reflected like the CRCs themselves: the lowest power is the highest bit.
 */
type Field = { readonly width: bigint; readonly polynomial: bigint };

const fields: Readonly<Record<CrcAlgorithm, Field>> = {
  crc32: { width: 32n, polynomial: 0xedb88320n },
  crc32c: { width: 32n, polynomial: 0x82f63b78n },
  crc64nvme: { width: 64n, polynomial: 0x9a6c9329ac4bc9b5n },
};

/** a * b mod P. */
function multiply(a: bigint, b: bigint, { width, polynomial }: Field): bigint {
  let product = 0n;
  let factor = b;
  for (let bit = width - 1n; bit >= 0n; bit--) {
    if ((a >> bit) & 1n) product ^= factor;
    factor = factor & 1n ? (factor >> 1n) ^ polynomial : factor >> 1n;
  }
  return product;
}

/** x^(8 * lengthBytes) mod P, by squaring. */
function shiftFactor(lengthBytes: number, field: Field): bigint {
  let power = 1n << (field.width - 9n);
  let factor = 1n << (field.width - 1n);
  for (let left = BigInt(lengthBytes); left > 0n; left >>= 1n) {
    if (left & 1n) factor = multiply(factor, power, field);
    power = multiply(power, power, field);
  }
  return factor;
}

/** The parts of one object have one length but for the last, so a few factors serve all of them. */
const cachedFactors = new Map<string, bigint>();
const maxCachedFactors = 64;

function cachedShiftFactor(algorithm: CrcAlgorithm, lengthBytes: number): bigint {
  const name = `${algorithm}/${lengthBytes}`;
  const cached = cachedFactors.get(name);
  if (cached !== undefined) return cached;
  const factor = shiftFactor(lengthBytes, fields[algorithm]);
  if (cachedFactors.size >= maxCachedFactors) cachedFactors.clear();
  cachedFactors.set(name, factor);
  return factor;
}

/** The CRC of A followed by B, out of the CRC of A, the CRC of B and B's length. */
export function combineCrcValues(algorithm: CrcAlgorithm, a: bigint, b: bigint, bLengthBytes: number): bigint {
  return multiply(cachedShiftFactor(algorithm, bLengthBytes), a, fields[algorithm]) ^ b;
}

/** Like combineCrcValues, on base64 as S3 has it. Throws RangeError when one is no CRC of this algorithm. */
export function combineCrc(algorithm: CrcAlgorithm, aBase64: string, bBase64: string, bLengthBytes: number): string {
  const a = crcFromBase64(algorithm, aBase64);
  const b = crcFromBase64(algorithm, bBase64);
  if (a === null || b === null) throw new RangeError(`Not a base64 ${algorithm}: ${a === null ? aBase64 : bBase64}`);
  return crcToBase64(algorithm, combineCrcValues(algorithm, a, b, bLengthBytes));
}
