import { closeSync, openSync, readSync } from 'node:fs';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { createDigest } from '../../checksums/digest.ts';
import { mapFileError } from '../error-map.ts';
import type { BufferPool } from './buffer-pool.ts';
import type { Digests, FileRange, RangeDigest } from './transport.ts';

const chunkBytes = 1024 * 1024;

/** Reads a range of a local file once and digests it. SourceChanged when the file is shorter. */
export async function digestRange(
  range: FileRange,
  names: readonly RangeDigest[],
  buffers: BufferPool,
  signal: AbortSignal | undefined,
): Promise<Result<Digests>> {
  const digests = names.map((name) => ({ name, digest: createDigest(name) }));
  const buffer = buffers.take(chunkBytes);
  let file: number | undefined;
  try {
    file = openSync(range.filePath, 'r');
    let done = 0;
    while (done < range.sizeBytes) {
      if (signal?.aborted) return err(appError('ConnectionReset', {}, 'aborted', 'no'));
      const count = readSync(file, buffer, 0, Math.min(chunkBytes, range.sizeBytes - done), range.offset + done);
      if (count === 0) return err(appError('SourceChanged', { path: range.filePath }, 'the file became shorter'));
      for (const { digest } of digests) digest.update(buffer.subarray(0, count));
      done += count;
      // Lets the thread's other requests move between two chunks.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return ok({ digests: Object.fromEntries(digests.map(({ name, digest }) => [name, digest.digestBase64()])) });
  } catch (error) {
    return err(mapFileError(error, range.filePath));
  } finally {
    if (file !== undefined) closeSync(file);
    buffers.give(buffer);
  }
}
