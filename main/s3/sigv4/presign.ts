import { canonicalRequest, unsignedPayload } from './canonical-request.ts';
import { encodeQuery, type QueryParameter } from './encode.ts';
import { headersToSign, type RequestToSign } from './sign-request.ts';
import { algorithm, amzDate, formatScope, type Scope, signCanonicalRequest } from './signing-key.ts';

/** SigV4's limit: seven days. */
export const maxPresignSeconds = 604_800;

export type RequestToPresign = Omit<RequestToSign, 'payloadHash' | 'headers'> & {
  /** `host` as the URL will have it, and every other header whoever uses the URL must send. */
  readonly headers: Readonly<Record<string, string>>;
  /** 1 to maxPresignSeconds. */
  readonly expiresInSeconds: number;
};

/**
 * The query string (encoded, without `?`) under which anyone may make this request until it expires.
 * Given parameters come first, in their order. Throws RangeError for a lifetime SigV4 does not allow.
 */
export function presignQuery(request: RequestToPresign): string {
  const { credentials, expiresInSeconds } = request;
  if (!Number.isInteger(expiresInSeconds) || expiresInSeconds < 1 || expiresInSeconds > maxPresignSeconds) {
    throw new RangeError(`A presigned URL lives 1 to ${maxPresignSeconds} s, not ${expiresInSeconds}`);
  }
  const date = amzDate(request.dateMs);
  const scope: Scope = { day: date.slice(0, 8), region: request.region, service: request.service ?? 's3' };
  const signedHeaders = headersToSign(request.headers);
  const query: QueryParameter[] = [
    ...request.query,
    ['X-Amz-Algorithm', algorithm],
    ['X-Amz-Credential', `${credentials.accessKeyId}/${formatScope(scope)}`],
    ['X-Amz-Date', date],
    ['X-Amz-Expires', String(expiresInSeconds)],
  ];
  if (credentials.sessionToken !== undefined) query.push(['X-Amz-Security-Token', credentials.sessionToken]);
  const names = signedHeaders.map(([name]) => name).sort();
  query.push(['X-Amz-SignedHeaders', names.join(';')]);
  const { text } = canonicalRequest({
    method: request.method,
    path: request.path,
    query,
    signedHeaders,
    payloadHash: unsignedPayload,
  });
  const signature = signCanonicalRequest(text, date, scope, credentials.secretAccessKey);
  return encodeQuery([...query, ['X-Amz-Signature', signature]]);
}

/** Like presignQuery, as a whole URL. `host` is the Host header, port included where it is not the protocol's own. */
export function presignUrl(request: RequestToPresign & { readonly protocol: 'http:' | 'https:' }): string {
  const host = request.headers['host'] ?? request.headers['Host'] ?? '';
  return `${request.protocol}//${host}${request.path}?${presignQuery(request)}`;
}
