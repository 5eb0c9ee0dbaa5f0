import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  guessPartBytes,
  maxObjectBytes,
  maxPartBytes,
  maxParts,
  minPartBytes,
  partBytesFor,
  planParts,
} from '../../../main/transfers/part-plan.ts';

const mebibyte = 1024 * 1024;

describe('[T2] parts of an object', () => {
  test.each([
    [1, 8 * mebibyte],
    [80_000 * mebibyte, 8 * mebibyte],
    [80_000 * mebibyte + 1, 9 * mebibyte],
    [maxObjectBytes, maxPartBytes],
  ])('%d bytes: parts of %d', (sizeBytes, partBytes) => {
    expect(partBytesFor(sizeBytes)).toBe(partBytes);
  });

  test('any size S3 takes fits its limits', () => {
    fc.assert(
      fc.property(
        fc.maxSafeNat().map((n) => (n % maxObjectBytes) + 1),
        (sizeBytes) => {
          const partBytes = partBytesFor(sizeBytes);
          expect(Math.ceil(sizeBytes / partBytes)).toBeLessThanOrEqual(maxParts);
          expect(partBytes).toBeGreaterThanOrEqual(minPartBytes);
          expect(partBytes).toBeLessThanOrEqual(maxPartBytes);
        },
      ),
    );
  });

  test('parts cover every byte once, in order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 1, max: 700 }), (sizeBytes, partBytes) => {
        let end = 0;
        for (const [index, part] of planParts(sizeBytes, partBytes).entries()) {
          expect(part.partNumber).toBe(index + 1);
          expect(part.offset).toBe(end);
          end += part.sizeBytes;
        }
        expect(end).toBe(sizeBytes);
      }),
    );
  });
});

describe('[T13] the part size of somebody else', () => {
  test.each([
    [20 * mebibyte, 3, 8 * mebibyte],
    [20 * mebibyte, 4, 5 * mebibyte],
    [100 * mebibyte, 7, 16 * mebibyte],
    [10 * mebibyte, 1, 16 * mebibyte],
    [1000 * mebibyte, 3, 334 * mebibyte],
  ])('%d bytes in %d parts: %d', (sizeBytes, count, partBytes) => {
    expect(guessPartBytes(sizeBytes, count)).toBe(partBytes);
  });

  test('what no tool makes is not guessed', () => {
    expect(guessPartBytes(3, 3)).toBeNull();
  });
});
