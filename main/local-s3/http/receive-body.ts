import { createDigest, type Digest, type DigestAlgorithm } from '../../checksums/digest.ts';
import { createChunkSigner } from '../../s3/sigv4/chunk-signature.ts';
import { ok } from '../../../shared/result.ts';
import { fail, type Outcome } from '../failure.ts';
import type { Authenticated } from './authenticate.ts';
import { type ChunkedDecoder, createChunkedDecoder } from './aws-chunked.ts';
import { checksumHeader, type DeclaredChecksum, declaredChecksum, isChecksumValue } from './checksum-headers.ts';
import type { S3Request } from './request.ts';

/** What a request says about its body before it sends it. */
export type BodyPlan = {
  readonly sizeBytes: number;
  readonly declared: DeclaredChecksum | null;
  readonly md5: string | null;
  /** Hex, when the client signed the hash of its body. */
  readonly sha256: string | null;
  readonly chunked: { readonly isSigned: boolean; readonly hasTrailer: boolean } | null;
};

export type ReceivedBody = {
  readonly sizeBytes: number;
  /** Base64 of every digest that was asked for or had to be checked. */
  readonly digests: ReadonlyMap<DigestAlgorithm, string>;
};

export type BodySecret = { readonly authenticated: Authenticated; readonly secretAccessKey: string };

const streamedPayloads: Readonly<Record<string, { readonly isSigned: boolean; readonly hasTrailer: boolean }>> = {
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD': { isSigned: true, hasTrailer: false },
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER': { isSigned: true, hasTrailer: true },
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER': { isSigned: false, hasTrailer: true },
};

/** Reads what is announced and refuses what cannot be checked, before a byte of the body is asked for. */
export function planBody(request: S3Request, payloadHash: string, maxBytes: number): Outcome<BodyPlan> {
  const { headers } = request;
  const declared = declaredChecksum(headers);
  if (!declared.ok) return declared;
  const md5 = headers['content-md5'] ?? null;
  if (md5 !== null && !isMd5(md5)) return fail('InvalidDigest');

  const chunked = Object.hasOwn(streamedPayloads, payloadHash) ? streamedPayloads[payloadHash] : undefined;
  const isPlain = payloadHash === 'UNSIGNED-PAYLOAD' || /^[0-9a-f]{64}$/.test(payloadHash);
  if (!chunked && !isPlain) {
    return fail(
      'InvalidArgument',
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, a STREAMING- name this server knows, or a valid sha256 value.',
    );
  }
  const lengthHeader = headers[chunked ? 'x-amz-decoded-content-length' : 'content-length'];
  if (lengthHeader === undefined) {
    if (chunked || headers['transfer-encoding'] !== undefined || request.method === 'PUT')
      return fail('MissingContentLength');
  }
  const sizeBytes = lengthHeader === undefined ? 0 : Number(lengthHeader);
  if (!/^\d{1,16}$/.test(lengthHeader ?? '0')) return fail('InvalidArgument', 'The length of the body is not a number');
  if (sizeBytes > maxBytes) {
    return fail('EntityTooLarge', undefined, { ProposedSize: String(sizeBytes), MaxSizeAllowed: String(maxBytes) });
  }
  return ok({
    sizeBytes,
    declared: declared.value,
    md5,
    sha256: isPlain && payloadHash !== 'UNSIGNED-PAYLOAD' ? payloadHash : null,
    chunked: chunked ?? null,
  });
}

function isMd5(value: string): boolean {
  const bytes = Buffer.from(value, 'base64');
  return bytes.length === 16 && bytes.toString('base64') === value;
}

/**
 * Takes the body in, hands each piece to `write` and checks all that was announced about it. The bytes count only when
 * this succeeds. Null when the client went away.
 */
export async function receiveBody(
  request: S3Request,
  plan: BodyPlan,
  secret: BodySecret,
  wanted: readonly DigestAlgorithm[],
  write: (piece: Uint8Array) => Promise<void> | undefined,
): Promise<Outcome<ReceivedBody> | null> {
  const digests = new Map<DigestAlgorithm, Digest>();
  const needed: DigestAlgorithm[] = [...wanted];
  if (plan.declared) needed.push(plan.declared.algorithm);
  if (plan.md5 !== null) needed.push('md5');
  if (plan.sha256 !== null) needed.push('sha256');
  for (const algorithm of needed) if (!digests.has(algorithm)) digests.set(algorithm, createDigest(algorithm));

  let sizeBytes = 0;
  let writing: Promise<void> | undefined;
  const take = (piece: Buffer) => {
    sizeBytes += piece.length;
    for (const digest of digests.values()) digest.update(piece);
    writing = write(piece) ?? writing;
  };
  const decoder = plan.chunked && decoderFor(plan.chunked, secret);
  try {
    // A refused body is not destroyed, so that the client can read why; the server drains what is still coming.
    for await (const received of request.incoming.iterator({ destroyOnReturn: false })) {
      const bytes = received as Buffer;
      if (decoder) {
        const decoded = decoder.push(bytes, take);
        if (!decoded.ok) return decoded;
      } else take(bytes);
      if (sizeBytes > plan.sizeBytes) return fail('IncompleteBody', 'The body is longer than was announced');
      if (writing) await writing;
      writing = undefined;
    }
  } catch (thrown) {
    if (request.incoming.errored || request.incoming.destroyed) return null;
    throw thrown;
  }
  if (!request.incoming.complete) return null;
  const trailers = decoder?.finish();
  if (trailers && !trailers.ok) return trailers;
  if (sizeBytes !== plan.sizeBytes) return fail('IncompleteBody');
  const results = new Map([...digests].map(([algorithm, digest]) => [algorithm, digest.digestBase64()] as const));
  const checked = checkDigests(plan, results, trailers?.value ?? new Map());
  return checked.ok ? ok({ sizeBytes, digests: results }) : checked;
}

function decoderFor(chunked: { isSigned: boolean; hasTrailer: boolean }, secret: BodySecret): ChunkedDecoder {
  const { date, scope, signature } = secret.authenticated;
  const verify = chunked.isSigned
    ? { signer: createChunkSigner(date, scope, secret.secretAccessKey), seed: signature }
    : null;
  return createChunkedDecoder({ verify, hasTrailer: chunked.hasTrailer });
}

function checkDigests(
  plan: BodyPlan,
  results: ReadonlyMap<DigestAlgorithm, string>,
  trailers: ReadonlyMap<string, string>,
): Outcome<void> {
  if (plan.sha256 !== null && Buffer.from(results.get('sha256') ?? '', 'base64').toString('hex') !== plan.sha256) {
    return fail('XAmzContentSHA256Mismatch');
  }
  if (plan.md5 !== null && results.get('md5') !== plan.md5) {
    return fail('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  if (!plan.declared) return ok();
  const { algorithm } = plan.declared;
  const value = plan.declared.value ?? trailers.get(checksumHeader(algorithm));
  if (value === undefined) return fail('InvalidRequest', 'The announced trailing checksum did not come');
  if (!isChecksumValue(algorithm, value))
    return fail('InvalidRequest', `Value for ${checksumHeader(algorithm)} trailing header is invalid.`);
  if (results.get(algorithm) === value) return ok();
  return fail('BadDigest', `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`);
}

/** The whole body as text, for the small documents some requests carry. */
export async function receiveText(
  request: S3Request,
  plan: BodyPlan,
  secret: BodySecret,
): Promise<Outcome<string> | null> {
  const pieces: Uint8Array[] = [];
  const received = await receiveBody(request, plan, secret, [], (piece) => {
    pieces.push(piece);
    return undefined;
  });
  if (!received?.ok) return received;
  return ok(Buffer.concat(pieces).toString('utf8'));
}
