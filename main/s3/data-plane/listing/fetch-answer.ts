import { appError } from '../../../../shared/errors.ts';
import { err, ok, type Result } from '../../../../shared/result.ts';
import type { QueryParameter } from '../../sigv4/encode.ts';
import { createBufferPool } from '../buffer-pool.ts';
import { exchange, header } from '../http-request.ts';
import type { DataTarget } from '../transport.ts';

/** An answer of whatever status, with all of its body. */
export type WholeAnswer = {
  readonly status: number;
  /** Null when there is none of this (lower-case) name. */
  header(name: string): string | null;
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
  const request = { target, method: 'GET', key: '', query, headers: {} } as const;
  return exchange(request, settings, { signal }, async (response, progress) => {
    let memory = buffers.take(sizeToTake(header(response, 'content-length')));
    let size = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      progress();
      if (size + chunk.length > memory.length) {
        const larger = buffers.take(Math.max(size + chunk.length, memory.length * 2));
        larger.set(memory.subarray(0, size));
        buffers.give(memory);
        memory = larger;
      }
      memory.set(chunk, size);
      size += chunk.length;
      if (size > maxBodyBytes) return err(appError('NotAnS3Endpoint', { host: target.host }, 'its answer has no end'));
    }
    return ok({
      status: response.statusCode ?? 0,
      header: (name) => header(response, name),
      body: memory.subarray(0, size),
      release: () => buffers.give(memory),
    });
  });
}

/** All pages of a listing from one size of memory. What a server says of the length is a hint and no more. */
function sizeToTake(contentLength: string | null): number {
  const told = Number(contentLength ?? Number.NaN);
  return told > usualBodyBytes && told <= maxBodyBytes ? told : usualBodyBytes;
}
