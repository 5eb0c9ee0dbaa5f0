import { createHash } from 'node:crypto';
import { encodeComponent, type QueryParameter } from './encode.ts';

export const emptyPayloadHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
export const unsignedPayload = 'UNSIGNED-PAYLOAD';

export type CanonicalParts = {
  readonly method: string;
  /** Encoded as encodeKey does it, starts with `/`. */
  readonly path: string;
  readonly query: readonly QueryParameter[];
  /** Lower-case name and value of the headers that are signed, in any order. */
  readonly signedHeaders: readonly (readonly [name: string, value: string])[];
  /** Hex SHA-256 of the body, or one of the names S3 defines (UNSIGNED-PAYLOAD, STREAMING-…). */
  readonly payloadHash: string;
};

function compareAscii(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Inner runs of blanks count as one, outer ones not at all. */
function canonicalValue(value: string): string {
  return value.trim().replace(/[ \t]+/g, ' ');
}

/** The request in the one form both sides hash, and the list of its signed headers (`host;x-amz-date`). Pure. */
export function canonicalRequest(parts: CanonicalParts): { readonly text: string; readonly signedHeaders: string } {
  const query = parts.query
    .map(([name, value]): [string, string] => [encodeComponent(name), encodeComponent(value)])
    .sort((a, b) => compareAscii(a[0], b[0]) || compareAscii(a[1], b[1]))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const headers = [...parts.signedHeaders].sort((a, b) => compareAscii(a[0], b[0]));
  const lines = headers.map(([name, value]) => `${name}:${canonicalValue(value)}\n`).join('');
  const signedHeaders = headers.map(([name]) => name).join(';');
  return {
    text: `${parts.method}\n${parts.path}\n${query}\n${lines}\n${signedHeaders}\n${parts.payloadHash}`,
    signedHeaders,
  };
}

export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
