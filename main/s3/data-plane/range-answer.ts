import type { IncomingMessage } from 'node:http';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { header } from './http-request.ts';

type AskedRange = { readonly key: string; readonly offset: number; readonly sizeBytes: number };

/** Size of the whole object; NaN when the server did not say. */
export function totalBytesOf(response: IncomingMessage): number {
  const range = /\/(\d+)$/.exec(header(response, 'content-range') ?? '');
  return Number(range?.[1] ?? header(response, 'content-length') ?? Number.NaN);
}

/** Some caches answer with the range they have: of the right length, from another place. */
function isRangeOf(response: IncomingMessage, { offset, sizeBytes }: AskedRange): boolean {
  const match = /^bytes (\d+)-(\d+)\//.exec(header(response, 'content-range') ?? '');
  return match === null || (Number(match[1]) === offset && Number(match[2]) === offset + sizeBytes - 1);
}

/** Whether an answer of 200 or 206 has the bytes that were asked for: SourceChanged or ResponseTruncated when not. */
export function checkRangeAnswer(response: IncomingMessage, range: AskedRange): Result<void> {
  const totalBytes = totalBytesOf(response);
  // Without a length (chunked) the bytes are counted as they come.
  const isOther = !Number.isNaN(totalBytes) && totalBytes !== range.sizeBytes;
  if (response.statusCode === 200 && (range.offset !== 0 || isOther))
    return err(appError('SourceChanged', { key: range.key }, 'the server sent the whole object instead of a range'));
  if (response.statusCode === 206 && !isRangeOf(response, range))
    return err(appError('ResponseTruncated', { key: range.key }, 'the server sent another range than asked for'));
  return ok();
}

export function rangeHeader(offset: number, sizeBytes: number): string {
  return `bytes=${offset}-${offset + sizeBytes - 1}`;
}
