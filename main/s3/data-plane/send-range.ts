import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { mapFileError } from '../error-map.ts';
import type { BufferPool } from './buffer-pool.ts';
import type { HttpSettings } from './exchange.ts';
import { sendBytes } from './send-body.ts';
import { sendLargeRange } from './send-large-range.ts';
import type { RangeOptions, RangeSent, SendRange } from './transport.ts';

/**
 * The whole range, or SourceChanged when the file has become shorter or is not what was expected. Synchronous: it runs
 * in a worker thread.
 */
export function readRange(
  filePath: string,
  offset: number,
  into: Uint8Array,
  expected?: SendRange['expected'],
): Result<void> {
  let file: number;
  try {
    // A pipe that has taken the file's place would hold the thread until somebody writes to it.
    file = openSync(filePath, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    return err(mapFileError(error, filePath));
  }
  try {
    let done = 0;
    while (done < into.length) {
      const count = readSync(file, into, done, into.length - done, offset + done);
      if (count === 0) return err(appError('SourceChanged', { path: filePath }, 'the file became shorter'));
      done += count;
    }
    if (expected !== undefined) {
      const { size, mtimeMs, ino } = fstatSync(file);
      if (size !== expected.sizeBytes || mtimeMs !== expected.modifiedMs || ino !== expected.inode)
        return err(appError('SourceChanged', { path: filePath }, 'the file changed while it was read'));
    }
    return ok();
  } catch (error) {
    return err(mapFileError(error, filePath));
  } finally {
    closeSync(file);
  }
}

/** A larger part is read in slices as it is sent. */
export const maxHeldBytes = 16 * 1024 * 1024;

/** Reads the range, sends it as an object or a part with its checksums, and returns what the server answered. */
export async function sendRange(
  range: SendRange,
  buffers: BufferPool,
  settings: HttpSettings,
  options: RangeOptions,
): Promise<Result<RangeSent>> {
  if (range.sizeBytes > maxHeldBytes) return sendLargeRange(range, buffers, settings, options);
  const body = buffers.take(range.sizeBytes);
  try {
    const read = readRange(range.filePath, range.offset, body, range.expected);
    if (!read.ok) return read;
    return await sendBytes(range, body, settings, options);
  } finally {
    buffers.give(body);
  }
}
