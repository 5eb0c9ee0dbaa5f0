import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { crc32ToBase64 } from '../../checksums/crc-base64.ts';
import { mapFileError } from '../error-map.ts';
import type { QueryParameter } from '../sigv4/encode.ts';
import { storedFromHead } from './answer.ts';
import type { BufferPool } from './buffer-pool.ts';
import { exchange, type HttpSettings } from './exchange.ts';
import type { ObjectHeaders } from '../object-store.ts';
import type { RangeOptions, RangeSent, SendRange, SendTo } from './transport.ts';

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

const standardHeaders = {
  contentType: 'content-type',
  contentEncoding: 'content-encoding',
  contentDisposition: 'content-disposition',
  contentLanguage: 'content-language',
  cacheControl: 'cache-control',
  expires: 'expires',
} as const satisfies Record<Exclude<keyof ObjectHeaders, 'metadata'>, string>;

function headersOf({ as }: SendTo): { headers: Record<string, string>; query: QueryParameter[] } {
  if (as.type === 'part') {
    return {
      headers: {},
      query: [
        ['partNumber', String(as.partNumber)],
        ['uploadId', as.uploadId],
      ],
    };
  }
  const headers: Record<string, string> = {};
  for (const [field, name] of Object.entries(standardHeaders)) {
    const value = as[field as keyof typeof standardHeaders];
    if (value !== undefined) headers[name] = value;
  }
  if (as.ifNoneMatch !== undefined) headers['if-none-match'] = as.ifNoneMatch;
  if (as.ifMatch !== undefined) headers['if-match'] = as.ifMatch;
  for (const [name, value] of Object.entries(as.metadata ?? {})) headers[`x-amz-meta-${name}`] = value;
  return { headers, query: [] };
}

/** Reads the range, sends it as an object or a part with its checksums, and returns what the server answered. */
export async function sendRange(
  range: SendRange,
  buffers: BufferPool,
  settings: HttpSettings,
  options: RangeOptions,
): Promise<Result<RangeSent>> {
  const body = buffers.take(range.sizeBytes);
  try {
    const read = readRange(range.filePath, range.offset, body, range.expected);
    if (!read.ok) return read;
    return await sendBytes(range, body, settings, options);
  } finally {
    buffers.give(body);
  }
}

/** The same for bytes that are in memory already; they must stay as they are until it has ended. */
export async function sendBytes(
  to: SendTo,
  body: Uint8Array,
  settings: HttpSettings,
  options: RangeOptions,
): Promise<Result<RangeSent>> {
  const crc = crc32ToBase64(crc32(body));
  const md5 = to.withMd5 ? createHash('md5').update(body).digest() : null;
  const { headers, query } = headersOf(to);
  if (to.withCrc32) headers['x-amz-checksum-crc32'] = crc;
  if (md5) headers['content-md5'] = md5.toString('base64');
  const { target, key } = to;
  const operation = to.as.type === 'part' ? 'UploadPart' : 'PutObject';
  return exchange<RangeSent>({ target, operation, method: 'PUT', key, query, headers, body }, settings, options, {
    onEnd(head) {
      const stored = storedFromHead(head);
      // A part cannot be named without its ETag, and a server that keeps checksums says so: this is somebody else's answer.
      const mustHaveEtag = to.as.type === 'part' || (to.withCrc32 && !to.withMd5);
      if (mustHaveEtag && stored.etag === null)
        return err(
          appError('NotAnS3Endpoint', { key, endpoint: `${target.protocol}//${target.host}` }, 'no ETag', 'backoff'),
        );
      return ok({
        etag: stored.etag,
        crc32: crc,
        serverCrc32: stored.checksums['crc32'] ?? null,
        md5: md5?.toString('hex') ?? null,
        versionId: stored.versionId,
      });
    },
  });
}
