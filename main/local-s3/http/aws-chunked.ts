import { createHash, type Hash } from 'node:crypto';
import type { ChunkSigner } from '../../s3/sigv4/chunk-signature.ts';
import { ok } from '../../../shared/result.ts';
import { fail, type Outcome } from '../failure.ts';

/** Takes an aws-chunked body apart as it comes. */
export type ChunkedDecoder = {
  /** Calls `onData` with slices of `bytes`, in order. A failure is final. */
  push(bytes: Buffer, onData: (slice: Buffer) => void): Outcome<void>;
  /** At the end of the body: the trailing headers by lower-case name. */
  finish(): Outcome<ReadonlyMap<string, string>>;
};

/** `;chunk-signature=` and 64 digits are all a chunk's line has to hold. */
const maxLineBytes = 1024;
const maxTrailerBytes = 16_384;

type State = 'line' | 'data' | 'data-end' | 'trailer';

/**
 * `verify`: the chunks' signer and the request's own signature, for bodies whose chunks are signed.
 * `hasTrailer`: the body was announced with one (`STREAMING-…-TRAILER`).
 */
export function createChunkedDecoder(options: {
  readonly verify: { readonly signer: ChunkSigner; readonly seed: string } | null;
  readonly hasTrailer: boolean;
}): ChunkedDecoder {
  const { verify } = options;
  let state: State = 'line';
  let line = '';
  let left = 0;
  let previousSignature = verify?.seed ?? '';
  let chunkSignature = '';
  let hash: Hash | null = null;

  function startChunk(): Outcome<void> {
    const match = /^([0-9a-fA-F]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line.trim());
    line = '';
    if (!match) return fail('IncompleteBody', 'The body is not well-formed aws-chunked');
    left = Number.parseInt(match[1] as string, 16);
    if (verify) {
      if (match[2] === undefined) return fail('SignatureDoesNotMatch', 'A chunk has no signature');
      chunkSignature = match[2];
      hash = createHash('sha256');
    }
    if (left > 0) {
      state = 'data';
      return ok();
    }
    state = 'trailer';
    return endChunk();
  }

  function endChunk(): Outcome<void> {
    if (!verify || !hash) return ok();
    const expected = verify.signer.signChunk(previousSignature, hash.digest('hex'));
    hash = null;
    if (expected !== chunkSignature) return fail('SignatureDoesNotMatch', 'The signature of a chunk does not match');
    previousSignature = chunkSignature;
    return ok();
  }

  function push(bytes: Buffer, onData: (slice: Buffer) => void): Outcome<void> {
    for (let at = 0; at < bytes.length; ) {
      if (state === 'data') {
        const slice = bytes.subarray(at, at + left);
        hash?.update(slice);
        onData(slice);
        at += slice.length;
        left -= slice.length;
        if (left > 0) continue;
        state = 'data-end';
        const ended = endChunk();
        if (!ended.ok) return ended;
        continue;
      }
      if (state === 'trailer') {
        line += bytes.toString('latin1', at);
        if (line.length > maxTrailerBytes) return fail('IncompleteBody', 'The trailing headers are too long');
        return ok();
      }
      const newline = bytes.indexOf(0x0a, at);
      const end = newline < 0 ? bytes.length : newline + 1;
      line += bytes.toString('latin1', at, end);
      at = end;
      if (line.length > maxLineBytes) return fail('IncompleteBody', 'The body is not well-formed aws-chunked');
      if (newline < 0) continue;
      if (state === 'data-end') {
        if (line !== '\r\n') return fail('IncompleteBody', 'The body is not well-formed aws-chunked');
        line = '';
        state = 'line';
        continue;
      }
      const started = startChunk();
      if (!started.ok) return started;
    }
    return ok();
  }

  function finish(): Outcome<ReadonlyMap<string, string>> {
    if (state !== 'trailer') return fail('IncompleteBody');
    const trailers = new Map<string, string>();
    let signature = '';
    let signed = '';
    for (const row of line.split('\n')) {
      const text = row.replace(/\r$/, '');
      if (text === '') continue;
      const colon = text.indexOf(':');
      if (colon < 1) return fail('IncompleteBody', 'The trailing headers are not well-formed');
      const name = text.slice(0, colon).trim().toLowerCase();
      const value = text.slice(colon + 1).trim();
      if (name === 'x-amz-trailer-signature') signature = value;
      else {
        trailers.set(name, value);
        signed += `${name}:${value}\n`;
      }
    }
    if (verify && options.hasTrailer && verify.signer.signTrailer(previousSignature, signed) !== signature) {
      return fail('SignatureDoesNotMatch', 'The signature of the trailing headers does not match');
    }
    return ok(trailers);
  }

  return { push, finish };
}
