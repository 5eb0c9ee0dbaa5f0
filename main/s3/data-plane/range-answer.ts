import { appError, type AppError } from '../../../shared/errors.ts';
import { header } from './answer.ts';
import type { ResponseHead } from './http/response-parser.ts';

type AskedRange = { readonly key: string; readonly offset: number; readonly sizeBytes: number };

/** Size of the whole object; NaN when the server did not say. */
export function totalBytesOf(head: ResponseHead): number {
  const range = /\/(\d+)$/.exec(header(head, 'content-range') ?? '');
  return Number(range?.[1] ?? header(head, 'content-length') ?? Number.NaN);
}

/** Some caches answer with the range they have: of the right length, from another place. */
function isRangeOf(head: ResponseHead, { offset, sizeBytes }: AskedRange): boolean {
  const match = /^bytes (\d+)-(\d+)\//.exec(header(head, 'content-range') ?? '');
  return match === null || (Number(match[1]) === offset && Number(match[2]) === offset + sizeBytes - 1);
}

/** Whether an answer of 200 or 206 has the bytes that were asked for: SourceChanged or ResponseTruncated when not; null when it has. */
export function checkRangeAnswer(head: ResponseHead, range: AskedRange): AppError | null {
  const totalBytes = totalBytesOf(head);
  // Without a length (chunked) the bytes are counted as they come.
  const isOther = !Number.isNaN(totalBytes) && totalBytes !== range.sizeBytes;
  if (head.status === 200 && (range.offset !== 0 || isOther))
    return appError('SourceChanged', { key: range.key }, 'the server sent the whole object instead of a range');
  if (head.status === 206 && !isRangeOf(head, range))
    return appError('ResponseTruncated', { key: range.key }, 'the server sent another range than asked for');
  return null;
}

export function rangeHeader(offset: number, sizeBytes: number): string {
  return `bytes=${offset}-${offset + sizeBytes - 1}`;
}
