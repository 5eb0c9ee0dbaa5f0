import type { SigningCredentials } from '../data-plane/transport.ts';
import { canonicalRequest } from './canonical-request.ts';
import type { QueryParameter } from './encode.ts';
import { algorithm, amzDate, formatScope, type Scope, signCanonicalRequest } from './signing-key.ts';

/** Headers that proxies and HTTP clients change on the way, so that they must not be part of the signature. */
const neverSigned = new Set([
  'authorization',
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'te',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'x-amzn-trace-id',
]);

export type RequestToSign = {
  readonly method: string;
  /** As it is sent: encodeKey's form, starts with `/`. */
  readonly path: string;
  /** Decoded; the caller sends them with encodeQuery. */
  readonly query: readonly QueryParameter[];
  /** Must hold `host` as it is sent. Names in any case; those that may change on the way are left unsigned. */
  readonly headers: Readonly<Record<string, string>>;
  /** Hex SHA-256 of the body, `UNSIGNED-PAYLOAD`, or a `STREAMING-…` name. */
  readonly payloadHash: string;
  readonly credentials: SigningCredentials;
  readonly region: string;
  /** The server's time: ours plus the learned offset. */
  readonly dateMs: number;
  /** `s3` unless told otherwise. */
  readonly service?: string | undefined;
};

/** Lower-cased [name, value] of the headers that go into the signature. */
export function headersToSign(headers: Readonly<Record<string, string>>): [string, string][] {
  const chosen: [string, string][] = [];
  for (const name in headers) {
    const lower = name.toLowerCase();
    const value = headers[name];
    if (value !== undefined && !neverSigned.has(lower)) chosen.push([lower, value]);
  }
  return chosen;
}

/**
 * The headers to add to a request so that it is signed: authorization, x-amz-date, x-amz-content-sha256 and, for
 * temporary credentials, x-amz-security-token. Pure. Every given header is signed but those that may change on the way.
 */
export function signRequest(request: RequestToSign): Record<string, string> {
  const { credentials, region, payloadHash } = request;
  const date = amzDate(request.dateMs);
  const added: Record<string, string> = { 'x-amz-date': date, 'x-amz-content-sha256': payloadHash };
  if (credentials.sessionToken !== undefined) added['x-amz-security-token'] = credentials.sessionToken;

  const own = headersToSign(request.headers).filter(([name]) => !Object.hasOwn(added, name));
  const { text, signedHeaders } = canonicalRequest({
    method: request.method,
    path: request.path,
    query: request.query,
    signedHeaders: [...own, ...Object.entries(added)],
    payloadHash,
  });
  const scope: Scope = { day: date.slice(0, 8), region, service: request.service ?? 's3' };
  const signature = signCanonicalRequest(text, date, scope, credentials.secretAccessKey);
  const credential = `${credentials.accessKeyId}/${formatScope(scope)}`;
  return {
    ...added,
    authorization: `${algorithm} Credential=${credential}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
  };
}
