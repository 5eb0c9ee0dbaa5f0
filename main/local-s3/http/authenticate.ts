import { timingSafeEqual } from 'node:crypto';
import { ok } from '../../../shared/result.ts';
import { canonicalRequest, sha256Hex, unsignedPayload } from '../../s3/sigv4/canonical-request.ts';
import type { QueryParameter } from '../../s3/sigv4/encode.ts';
import { algorithm, formatScope, parseAmzDate, type Scope, signCanonicalRequest } from '../../s3/sigv4/signing-key.ts';
import { fail, type Outcome } from '../failure.ts';
import type { S3Request } from './request.ts';
import { queryValue } from './request.ts';

/** The secret of a key, or why the server does not take the key. */
export type FoundSecret =
  | { readonly secretAccessKey: string }
  | { readonly refuse: 'InvalidAccessKeyId' | 'ExpiredToken' | 'InvalidToken' };

/** Asked for each request, before its signature is checked. Temporary keys come with a session token. */
export type FindSecret = (accessKeyId: string, sessionToken: string | undefined) => FoundSecret;

/** What the signature says about the body, and what its chunks go on from. */
export type Authenticated = {
  /** That the request was signed with: its chunks are too. */
  readonly secretAccessKey: string;
  readonly payloadHash: string;
  readonly date: string;
  readonly scope: Scope;
  readonly signature: string;
};

/** S3's limit on the difference between the clocks. */
const maxSkewMs = 15 * 60 * 1000;
const maxExpiresSeconds = 604_800;

type Claim = {
  readonly accessKeyId: string;
  readonly scope: Scope;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
};

/** Checks the signature in the headers or in the query (presigned URL), as S3 does. Any region is taken. */
export function authenticate(request: S3Request, findSecret: FindSecret, nowMs: number): Outcome<Authenticated> {
  const authorization = request.headers['authorization'];
  const isPresigned = queryValue(request, 'X-Amz-Algorithm') !== undefined;
  if (authorization !== undefined && isPresigned) {
    return fail(
      'InvalidArgument',
      'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter or the Authorization header should be specified',
    );
  }
  if (authorization !== undefined) return checkHeader(request, authorization, findSecret, nowMs);
  if (isPresigned) return checkPresigned(request, findSecret, nowMs);
  return fail('AccessDenied');
}

function checkHeader(
  request: S3Request,
  authorization: string,
  findSecret: FindSecret,
  nowMs: number,
): Outcome<Authenticated> {
  if (!authorization.startsWith(algorithm)) {
    return fail(
      'InvalidRequest',
      `The authorization mechanism you have provided is not supported. Please use ${algorithm}.`,
    );
  }
  const fields = new Map<string, string>();
  for (const part of authorization.slice(algorithm.length).split(',')) {
    const equals = part.indexOf('=');
    fields.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim());
  }
  const claim = readClaim(fields.get('Credential'), fields.get('SignedHeaders'), fields.get('Signature'));
  if (!claim) return fail('AuthorizationHeaderMalformed');
  const date = request.headers['x-amz-date'];
  const dateMs = parseAmzDate(date ?? '');
  if (date === undefined || dateMs === null) {
    return fail('AccessDenied', 'AWS authentication requires a valid Date or x-amz-date header');
  }
  const payloadHash = request.headers['x-amz-content-sha256'];
  if (payloadHash === undefined)
    return fail('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
  if (claim.scope.day !== date.slice(0, 8)) {
    return fail(
      'AuthorizationHeaderMalformed',
      `Invalid credential date "${claim.scope.day}". This date is not the same as X-Amz-Date.`,
    );
  }
  const secret = secretOf(claim, request.headers['x-amz-security-token'], findSecret);
  if (!secret.ok) return secret;
  if (Math.abs(nowMs - dateMs) > maxSkewMs) {
    return fail('RequestTimeTooSkewed', undefined, {
      RequestTime: date,
      ServerTime: new Date(nowMs).toISOString(),
      MaxAllowedSkewMilliseconds: String(maxSkewMs),
    });
  }
  return checkSignature(request, request.query, claim, date, payloadHash, secret.value);
}

function checkPresigned(request: S3Request, findSecret: FindSecret, nowMs: number): Outcome<Authenticated> {
  const value = (name: string) => queryValue(request, name);
  if (value('X-Amz-Algorithm') !== algorithm) {
    return fail('AuthorizationQueryParametersError', 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"');
  }
  const claim = readClaim(value('X-Amz-Credential'), value('X-Amz-SignedHeaders'), value('X-Amz-Signature'));
  const date = value('X-Amz-Date') ?? '';
  const dateMs = parseAmzDate(date);
  const expires = value('X-Amz-Expires') ?? '';
  if (!claim || dateMs === null || !/^\d{1,6}$/.test(expires) || claim.scope.day !== date.slice(0, 8)) {
    return fail(
      'AuthorizationQueryParametersError',
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    );
  }
  if (Number(expires) > maxExpiresSeconds) {
    return fail(
      'AuthorizationQueryParametersError',
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    );
  }
  const secret = secretOf(claim, value('X-Amz-Security-Token'), findSecret);
  if (!secret.ok) return secret;
  if (dateMs - nowMs > maxSkewMs) return fail('AccessDenied', 'Request is not valid yet');
  const endMs = dateMs + Number(expires) * 1000;
  if (nowMs > endMs) {
    return fail('AccessDenied', 'Request has expired', {
      'X-Amz-Expires': expires,
      Expires: new Date(endMs).toISOString(),
      ServerTime: new Date(nowMs).toISOString(),
    });
  }
  const signed = request.query.filter(([name]) => name !== 'X-Amz-Signature');
  const payloadHash = request.headers['x-amz-content-sha256'] ?? value('X-Amz-Content-Sha256') ?? unsignedPayload;
  return checkSignature(request, signed, claim, date, payloadHash, secret.value);
}

function secretOf(claim: Claim, sessionToken: string | undefined, findSecret: FindSecret): Outcome<string> {
  const found = findSecret(claim.accessKeyId, sessionToken);
  if ('secretAccessKey' in found) return ok(found.secretAccessKey);
  return fail(
    found.refuse,
    undefined,
    found.refuse === 'InvalidAccessKeyId' ? { AWSAccessKeyId: claim.accessKeyId } : {},
  );
}

function readClaim(credential?: string, signedHeaders?: string, signature?: string): Claim | null {
  // The access key id may have slashes in it, the scope's four fields may not.
  const match = /^(.+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request$/.exec(credential ?? '');
  if (!match || !signedHeaders || !/^[0-9a-f]{64}$/.test(signature ?? '')) return null;
  const [, accessKeyId, day, region, service] = match as unknown as [string, string, string, string, string];
  if (service !== 's3') return null;
  return {
    accessKeyId,
    scope: { day, region, service },
    signedHeaders: signedHeaders.split(';'),
    signature: signature as string,
  };
}

function checkSignature(
  request: S3Request,
  query: readonly QueryParameter[],
  claim: Claim,
  date: string,
  payloadHash: string,
  secretAccessKey: string,
): Outcome<Authenticated> {
  const unsigned = Object.keys(request.headers).filter(
    (name) => (name.startsWith('x-amz-') || name === 'host') && !claim.signedHeaders.includes(name),
  );
  // S3 lets the hash of the body stand unsigned: it is part of the canonical request anyway.
  const missing = unsigned.filter((name) => name !== 'x-amz-content-sha256');
  if (missing.length > 0) {
    return fail('AccessDenied', 'There were headers present in the request which were not signed', {
      HeadersNotSigned: missing.join(', '),
    });
  }
  const { text } = canonicalRequest({
    method: request.method,
    path: request.path,
    query,
    signedHeaders: claim.signedHeaders.map((name) => [name, fromWire(request.headers[name] ?? '')] as const),
    payloadHash,
  });
  const expected = signCanonicalRequest(text, date, claim.scope, secretAccessKey);
  if (!timingSafeEqual(Buffer.from(expected), Buffer.from(claim.signature))) {
    return fail('SignatureDoesNotMatch', undefined, {
      AWSAccessKeyId: claim.accessKeyId,
      SignatureProvided: claim.signature,
      StringToSign: `${algorithm}\n${date}\n${formatScope(claim.scope)}\n${sha256Hex(text)}`,
      CanonicalRequest: text,
    });
  }
  return ok({ secretAccessKey, payloadHash, date, scope: claim.scope, signature: claim.signature });
}

/** Clients sign the UTF-8 text whose bytes they send. */
function fromWire(value: string): string {
  return /[\u0080-\u00ff]/.test(value) ? Buffer.from(value, 'latin1').toString('utf8') : value;
}
