import { closeSync, constants, openSync } from 'node:fs';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { createDigest } from '../../checksums/digest.ts';
import { mapFileError } from '../error-map.ts';
import { digestsFor } from '../digests-for.ts';
import type { StoredObject } from '../object-store.ts';
import type { QueryParameter } from '../sigv4/encode.ts';
import { attributesFromHead, storedFromHead } from './answer.ts';
import type { BufferPool } from './buffer-pool.ts';
import { exchange, type HttpSettings } from './exchange.ts';
import { checkRangeAnswer, rangeHeader, totalBytesOf } from './range-answer.ts';
import { createRangeWriter } from './range-writer.ts';
import type { RangeDigest, RangeOptions, RangeReceived, ReceiveRange } from './transport.ts';

/**
 * Gets one range and writes it at its place in the file. Fails with ResponseTruncated when fewer bytes come than were
 * asked for, PreconditionFailed when the object has changed; what was written till then is overwritten by the retry.
 */
export async function receiveRange(
  range: ReceiveRange,
  buffers: BufferPool,
  settings: HttpSettings,
  options: RangeOptions,
): Promise<Result<RangeReceived>> {
  let file: number;
  try {
    // A link that somebody has put in its place is not followed.
    const flags = constants.O_RDWR | (constants.O_NOFOLLOW ?? 0) | (range.makesFile ? constants.O_CREAT : 0);
    file = openSync(range.filePath, flags, 0o666);
  } catch (error) {
    return err(mapFileError(error, range.filePath));
  }
  let digests: { readonly name: RangeDigest; readonly digest: ReturnType<typeof createDigest> }[] = [];
  let stored: StoredObject | null = null;
  const writer = createRangeWriter(file, range.offset, range.sizeBytes, buffers, (bytes) => {
    for (const { digest } of digests) digest.update(bytes);
  });
  const truncated = (cause: string) =>
    appError(
      'ResponseTruncated',
      { key: range.key, receivedBytes: writer.receivedBytes(), expectedBytes: range.sizeBytes },
      cause,
    );
  /** Runs what writes; a disk's failure is the range's. */
  const write = (step: () => void) => {
    try {
      step();
      return null;
    } catch (error) {
      return mapFileError(error, range.filePath);
    }
  };
  const headers: Record<string, string> = { 'x-amz-checksum-mode': 'ENABLED' };
  // The whole object is asked for without a range: only then servers add its checksum (and an empty one has no range).
  if (!range.digestsAsStored && range.sizeBytes > 0) headers['range'] = rangeHeader(range.offset, range.sizeBytes);
  if (range.ifMatch !== null) headers['if-match'] = range.ifMatch;
  const { target, key, versionId } = range;
  const query: readonly QueryParameter[] = versionId === undefined ? [] : [['versionId', versionId]];
  try {
    return await exchange<RangeReceived>(
      { target, operation: 'GetObject', method: 'GET', key, query, headers },
      settings,
      options,
      {
        onHead(head) {
          stored = storedFromHead(head);
          const names = new Set([...range.digests, ...(range.digestsAsStored ? digestsFor(stored) : [])]);
          digests = Array.from(names, (name) => ({ name, digest: createDigest(name) }));
          return checkRangeAnswer(head, range);
        },
        onBody(bytes) {
          if (writer.receivedBytes() + bytes.length > range.sizeBytes) return truncated('more bytes than asked for');
          // As they come, not as they are written: under a limit the stage takes long to fill.
          options.onBytes?.(bytes.length);
          return write(() => writer.add(bytes));
        },
        onCut: truncated,
        onEnd(head) {
          const failure = write(() => writer.flush());
          if (failure) return err(failure);
          if (writer.receivedBytes() !== range.sizeBytes) return err(truncated('the answer ended early'));
          return ok({
            digests: Object.fromEntries(digests.map(({ name, digest }) => [name, digest.digestBase64()])),
            stored: stored ?? storedFromHead(head),
            totalBytes: totalBytesOf(head),
            attributes: attributesFromHead(head),
          });
        },
      },
    );
  } finally {
    writer.close();
    closeSync(file);
  }
}
