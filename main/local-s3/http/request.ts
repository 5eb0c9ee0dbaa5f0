import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ok } from '../../../shared/result.ts';
import { encodeKey, type QueryParameter } from '../../s3/sigv4/encode.ts';
import { fail, type Outcome } from '../failure.ts';

/** A request as S3 sees it. */
export type S3Request = {
  readonly method: string;
  /** Canonical: each byte of the path encoded once, nothing normalised. */
  readonly path: string;
  /** '' for a request to the service. */
  readonly bucket: string;
  /** '' for a request to the bucket. */
  readonly key: string;
  /** Decoded, in the order they came. */
  readonly query: readonly QueryParameter[];
  /** By lower-case name; several of one name are joined with a comma. One character for each byte on the wire. */
  readonly headers: Readonly<Record<string, string>>;
  readonly incoming: IncomingMessage;
};

/** S3's limit. */
export const maxKeyBytes = 1024;

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Percent-decoding of bytes that must be UTF-8; null when they are not. */
function percentDecode(text: string): string | null {
  if (!text.includes('%')) return text;
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) return null;
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0x25) {
      bytes.push(Number.parseInt(text.slice(i + 1, i + 3), 16));
      i += 2;
    } else bytes.push(unit);
  }
  try {
    return strictUtf8.decode(Uint8Array.from(bytes));
  } catch {
    return null;
  }
}

/** Decoded, in order; null when something in it is no UTF-8. */
export function parseQuery(text: string): QueryParameter[] | null {
  const query: QueryParameter[] = [];
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = percentDecode((equals < 0 ? pair : pair.slice(0, equals)).replaceAll('+', ' '));
    const value = percentDecode((equals < 0 ? '' : pair.slice(equals + 1)).replaceAll('+', ' '));
    if (name === null || value === null) return null;
    query.push([name, value]);
  }
  return query;
}

function joinHeaders(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = (raw[i] as string).toLowerCase();
    const value = raw[i + 1] as string;
    headers[name] = headers[name] === undefined ? value : `${headers[name]},${value}`;
  }
  return headers;
}

/** `bucket.localhost` names the bucket in the host; every other host leaves it to the path. */
function bucketOfHost(host: string): string | null {
  return /^([a-z0-9][a-z0-9.-]*[a-z0-9])\.localhost(:\d+)?$/.exec(host)?.[1] ?? null;
}

/** Takes a request apart. Fails with InvalidURI when the path or the query is no UTF-8. */
export function parseRequest(incoming: IncomingMessage): Outcome<S3Request> {
  const url = (incoming.url ?? '/').replace(/^https?:\/\/[^/?]*/i, '');
  const mark = url.indexOf('?');
  const rawPath = mark < 0 ? url : url.slice(0, mark);
  const path = percentDecode(rawPath);
  const query = parseQuery(mark < 0 ? '' : url.slice(mark + 1));
  if (path === null || !path.startsWith('/') || query === null) return fail('InvalidURI');

  const headers = joinHeaders(incoming.rawHeaders);
  const hostBucket = bucketOfHost(headers['host'] ?? '');
  const rest = path.slice(1);
  const slash = hostBucket === null ? rest.indexOf('/') : -1;
  const bucket = hostBucket ?? (slash < 0 ? rest : rest.slice(0, slash));
  const key = hostBucket === null ? (slash < 0 ? '' : rest.slice(slash + 1)) : rest;
  if (Buffer.byteLength(key) > maxKeyBytes) {
    return fail('KeyTooLongError', undefined, { Size: String(Buffer.byteLength(key)), MaxSizeAllowed: '1024' });
  }
  return ok({ method: incoming.method ?? 'GET', path: encodeKey(path), bucket, key, query, headers, incoming });
}

/** The first value of this name; undefined when it is not there. */
export function queryValue(request: S3Request, name: string): string | undefined {
  return request.query.find(([other]) => other === name)?.[1];
}

export function hasQuery(request: S3Request, name: string): boolean {
  return request.query.some(([other]) => other === name);
}

/** A whole number within bounds; `otherwise` when it is not there. */
export function queryNumber(
  request: S3Request,
  name: string,
  bounds: { readonly min: number; readonly max: number; readonly otherwise: number },
): Outcome<number> {
  const text = queryValue(request, name);
  if (text === undefined || text === '') return ok(bounds.otherwise);
  const value = /^-?\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= bounds.min && value <= bounds.max) return ok(value);
  return fail('InvalidArgument', `Argument ${name} must be an integer between ${bounds.min} and ${bounds.max}`, {
    ArgumentName: name,
    ArgumentValue: text,
  });
}

export function newRequestId(): string {
  return randomBytes(8).toString('hex').toUpperCase();
}
