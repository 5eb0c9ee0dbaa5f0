import { closeSync, openSync, writeSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { createDigest } from '../../checksums/digest.ts';
import { mapFileError } from '../error-map.ts';
import { plainMd5OfEtag } from '../etag.ts';
import type { StoredObject } from '../object-store.ts';
import { failureFromAnswer, storedFromHeaders } from './answer.ts';
import type { BufferPool } from './buffer-pool.ts';
import { exchange, type HttpSettings } from './http-request.ts';
import { checkRangeAnswer, rangeHeader, totalBytesOf } from './range-answer.ts';
import type { RangeDigest, RangeOptions, RangeReceived, ReceiveRange } from './transport.ts';

/** Bytes are gathered so far before one write: TLS hands over 16 KiB at a time. */
const stageBytes = 1024 * 1024;

/** The digests with which a whole object can be checked against what its server keeps for it. */
export function digestsFor(stored: StoredObject): RangeDigest[] {
  if (stored.checksumType === 'FULL_OBJECT') return Object.keys(stored.checksums) as RangeDigest[];
  return !stored.etagIsMd5 || plainMd5OfEtag(stored.etag) === null ? [] : ['md5'];
}

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
    file = openSync(range.filePath, 'r+');
  } catch (error) {
    return err(mapFileError(error, range.filePath));
  }
  const stage = buffers.take(Math.min(stageBytes, Math.max(range.sizeBytes, 1)));
  try {
    const headers: Record<string, string> = { 'x-amz-checksum-mode': 'ENABLED' };
    // The whole object is asked for without a range: only then servers add its checksum (and an empty one has no range).
    if (!range.digestsAsStored && range.sizeBytes > 0) {
      headers['range'] = rangeHeader(range.offset, range.sizeBytes);
    }
    if (range.ifMatch !== null) headers['if-match'] = range.ifMatch;
    return await exchange<RangeReceived>(
      { target: range.target, method: 'GET', key: range.key, query: [], headers },
      settings,
      options,
      async (response, progress) => {
        const status = response.statusCode ?? 0;
        if (status !== 200 && status !== 206) {
          return err(await failureFromAnswer(response, 'GetObject', range.target, range.key, progress));
        }
        const stored = storedFromHeaders(response);
        const checked = checkRangeAnswer(response, range);
        if (!checked.ok) return checked;
        const names = new Set([...range.digests, ...(range.digestsAsStored ? digestsFor(stored) : [])]);
        const digests = Array.from(names, (name) => ({ name, digest: createDigest(name) }));
        const written = await writeBody(response, file, stage, range, progress, options.onBytes, (bytes) => {
          for (const { digest } of digests) digest.update(bytes);
        });
        if (!written.ok) return written;
        return ok({
          digests: Object.fromEntries(digests.map(({ name, digest }) => [name, digest.digestBase64()])),
          stored,
          totalBytes: totalBytesOf(response),
        });
      },
    );
  } finally {
    buffers.give(stage);
    closeSync(file);
  }
}

async function writeBody(
  response: IncomingMessage,
  file: number,
  stage: Uint8Array,
  range: ReceiveRange,
  progress: () => void,
  onBytes: ((bytes: number) => void) | undefined,
  onWritten: (bytes: Uint8Array) => void,
): Promise<Result<void>> {
  let received = 0;
  let staged = 0;
  const flush = () => {
    const bytes = stage.subarray(0, staged);
    let done = 0;
    while (done < staged) {
      done += writeSync(file, bytes, done, staged - done, range.offset + received - staged + done);
    }
    onWritten(bytes);
    onBytes?.(staged);
    staged = 0;
  };
  const truncated = (cause: string) =>
    err(
      appError('ResponseTruncated', { key: range.key, receivedBytes: received, expectedBytes: range.sizeBytes }, cause),
    );
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      progress();
      if (received + chunk.length > range.sizeBytes) return truncated('more bytes than asked for');
      let taken = 0;
      while (taken < chunk.length) {
        const count = Math.min(stage.length - staged, chunk.length - taken);
        stage.set(chunk.subarray(taken, taken + count), staged);
        staged += count;
        taken += count;
        received += count;
        if (staged === stage.length) {
          try {
            flush();
          } catch (error) {
            return err(mapFileError(error, range.filePath));
          }
        }
      }
    }
  } catch (error) {
    return truncated(error instanceof Error ? error.message : String(error));
  }
  try {
    if (staged > 0) flush();
  } catch (error) {
    return err(mapFileError(error, range.filePath));
  }
  return received === range.sizeBytes ? ok() : truncated('the answer ended early');
}
