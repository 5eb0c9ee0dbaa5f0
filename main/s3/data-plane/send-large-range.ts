import { closeSync, constants, openSync, readSync } from 'node:fs';
import { appError, AppErrorException } from '../../../shared/errors.ts';
import { err, type Result } from '../../../shared/result.ts';
import { mapFileError } from '../error-map.ts';
import type { BufferPool } from './buffer-pool.ts';
import { digestRange } from './digest-range.ts';
import type { HttpSettings } from './exchange.ts';
import type { WireBody } from './http/wire-body.ts';
import { sendBody } from './send-body.ts';
import type { RangeOptions, RangeSent, SendRange } from './transport.ts';

/** What is held of a part while it is sent. */
const sliceBytes = 512 * 1024;

/**
 * Sends a range that is too large to be held in memory: read once for its checksums, which stand before it, and once more
 * as it is sent. Bytes that changed in between do not fit their checksum: the server refuses them (BadDigest).
 */
export async function sendLargeRange(
  range: SendRange,
  buffers: BufferPool,
  settings: HttpSettings,
  options: RangeOptions,
): Promise<Result<RangeSent>> {
  const { filePath, offset, sizeBytes } = range;
  const names = range.withMd5 ? (['crc32', 'md5'] as const) : (['crc32'] as const);
  const digested = await digestRange({ filePath, offset, sizeBytes }, names, buffers, options.signal);
  if (!digested.ok) return digested;
  const { crc32 = '', md5 } = digested.value.digests;
  let file: number;
  try {
    file = openSync(filePath, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    return err(mapFileError(error, filePath));
  }
  const memory = buffers.take(sliceBytes);
  const body: WireBody = {
    sizeBytes,
    slice(from, maxBytes) {
      const wanted = Math.min(maxBytes, memory.length, sizeBytes - from);
      const count = readInto(file, filePath, memory.subarray(0, wanted), offset + from);
      return memory.subarray(0, count);
    },
  };
  try {
    const sums = { crc32, md5: md5 === undefined ? null : Buffer.from(md5, 'base64') };
    return await sendBody(range, body, sums, settings, options);
  } finally {
    closeSync(file);
    buffers.give(memory);
  }
}

function readInto(file: number, filePath: string, memory: Uint8Array, position: number): number {
  let count: number;
  try {
    count = readSync(file, memory, 0, memory.length, position);
  } catch (error) {
    throw new AppErrorException(mapFileError(error, filePath));
  }
  if (count > 0) return count;
  throw new AppErrorException(appError('SourceChanged', { path: filePath }, 'the file became shorter'));
}
