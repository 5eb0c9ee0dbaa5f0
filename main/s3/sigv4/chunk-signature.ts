import { createHmac } from 'node:crypto';
import { emptyPayloadHash, sha256Hex } from './canonical-request.ts';
import { formatScope, type Scope, signingKey } from './signing-key.ts';

/** What the chunks of one streamed (aws-chunked) body are signed with. */
export type ChunkSigner = {
  /** `hash`: hex SHA-256 of the chunk's bytes. Each signature covers the one before it. */
  signChunk(previousSignature: string, hash: string): string;
  /** `trailer`: `name:value\n` of each trailing header. */
  signTrailer(previousSignature: string, trailer: string): string;
};

/** Signs the chunks of a STREAMING-AWS4-HMAC-SHA256-PAYLOAD[-TRAILER] body. The seed is the request's own signature. */
export function createChunkSigner(date: string, scope: Scope, secretAccessKey: string): ChunkSigner {
  const key = signingKey(secretAccessKey, scope);
  const head = (kind: string, previous: string) =>
    `AWS4-HMAC-SHA256-${kind}\n${date}\n${formatScope(scope)}\n${previous}\n`;
  const hmac = (text: string) => createHmac('sha256', key).update(text).digest('hex');
  return {
    signChunk: (previous, hash) => hmac(`${head('PAYLOAD', previous)}${emptyPayloadHash}\n${hash}`),
    signTrailer: (previous, trailer) => hmac(`${head('TRAILER', previous)}${sha256Hex(trailer)}`),
  };
}
