import { appError, type AppError } from '../../../shared/errors.ts';
import { sameEtag } from '../etag.ts';
import { header } from './answer.ts';
import type { ResponseHead } from './http/response-parser.ts';

type AskedRange = {
  readonly key: string;
  /** ETag that was asked for. */
  readonly ifMatch: string | null;
  readonly offset: number;
  readonly sizeBytes: number;
};

/** Size of the whole object; NaN when the server did not say. */
export function totalBytesOf(head: ResponseHead): number {
  const range = /\/(\d+)$/.exec(header(head, 'content-range') ?? '');
  return Number(range?.[1] ?? header(head, 'content-length') ?? Number.NaN);
}

/**
 * Some caches answer with the range they have: of the right length, from another place. One that does not say which it has
 * is not believed (RFC 9110, 15.3.7: it must).
 */
function isRangeOf(head: ResponseHead, { offset, sizeBytes }: AskedRange): boolean {
  const match = /^bytes (\d+)-(\d+)\//.exec(header(head, 'content-range') ?? '');
  return match !== null && Number(match[1]) === offset && Number(match[2]) === offset + sizeBytes - 1;
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
  // A server that does not know If-Match, or an answer that was meant for another request: its bytes fit its own checksum.
  const etag = header(head, 'etag');
  if (range.ifMatch !== null && etag !== null && !sameEtag(strong(etag), strong(range.ifMatch)))
    return appError('SourceChanged', { key: range.key }, 'the server sent another version than asked for');
  return null;
}

/** A proxy that packs or unpacks on the way makes an ETag a weak one. */
const strong = (etag: string): string => etag.replace(/^W\//, '');

export function rangeHeader(offset: number, sizeBytes: number): string {
  return `bytes=${offset}-${offset + sizeBytes - 1}`;
}

/** What asks for an object, or a version of it. Pure. */
export function getOf({ key, versionId }: { readonly key: string; readonly versionId?: string | undefined }) {
  return versionId === undefined
    ? ({ operation: 'GetObject', method: 'GET', key, query: [] } as const)
    : ({ operation: 'GetObjectVersion', method: 'GET', key, query: [['versionId', versionId]] } as const);
}
