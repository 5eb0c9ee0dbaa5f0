import { appError } from '../../../../shared/errors.ts';
import { ok, type Result } from '../../../../shared/result.ts';
import type { QueryParameter } from '../../sigv4/encode.ts';
import { createBufferPool } from '../buffer-pool.ts';
import { exchange } from '../exchange.ts';
import type { ResponseHead } from '../http/response-parser.ts';
import type { DataTarget } from '../transport.ts';

/** An answer of whatever status. */
export type WholeAnswer = {
  readonly status: number;
  /** Null when there is none of this (lower-case) name. */
  header(name: string): string | null;
  /** All of it; of a status that is none of 2xx the beginning. */
  readonly body: Uint8Array;
  /** Gives the memory of the body back, for the next one. */
  release(): void;
};

/** A page of 1,000 keys of 1,024 bytes, each byte encoded, is a tenth of this. */
const maxBodyBytes = 32 * 1024 * 1024;
const usualBodyBytes = 512 * 1024;
/** Of one page and the next. */
const buffers = createBufferPool(8 * 1024 * 1024);

/** Asks for a bucket (not for a key in it). The only way from listings to the data plane's requests. */
export function fetchAnswer(
  target: DataTarget,
  query: readonly QueryParameter[],
  settings: { readonly stallMs: number },
  signal: AbortSignal | undefined,
): Promise<Result<WholeAnswer>> {
  const request = { target, operation: 'ListObjectsV2', method: 'GET', key: '', query, headers: {} } as const;
  let memory: Uint8Array<ArrayBuffer> | null = null;
  let size = 0;
  const release = (): void => {
    if (memory !== null) buffers.give(memory);
    memory = null;
  };
  const answerOf = (head: ResponseHead, body: Uint8Array): WholeAnswer => ({
    status: head.status,
    header: (name) => head.headers.get(name) ?? null,
    body,
    release,
  });
  return exchange<WholeAnswer>(
    request,
    settings,
    { signal },
    {
      onHead(head) {
        // An answer that begins anew, on another connection.
        release();
        size = 0;
        memory = buffers.take(sizeToTake(head.headers.get('content-length')));
        return null;
      },
      onBody(bytes) {
        if (memory === null) return null;
        if (size + bytes.length > maxBodyBytes) {
          return appError('NotAnS3Endpoint', { host: target.host }, 'its answer has no end');
        }
        if (size + bytes.length > memory.length) {
          const larger = buffers.take(Math.max(size + bytes.length, memory.length * 2));
          larger.set(memory.subarray(0, size));
          buffers.give(memory);
          memory = larger;
        }
        memory.set(bytes, size);
        size += bytes.length;
        return null;
      },
      onRefused: (head, body) => ok(answerOf(head, body)),
      onEnd: (head) => ok(answerOf(head, memory === null ? new Uint8Array() : memory.subarray(0, size))),
    },
  );
}

/** All pages of a listing from one size of memory. What a server says of the length is a hint and no more. */
function sizeToTake(contentLength: string | undefined): number {
  const told = Number(contentLength ?? Number.NaN);
  return told > usualBodyBytes && told <= maxBodyBytes ? told : usualBodyBytes;
}
