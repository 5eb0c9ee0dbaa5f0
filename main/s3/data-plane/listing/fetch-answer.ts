import { appError } from '../../../../shared/errors.ts';
import { err, ok, type Result } from '../../../../shared/result.ts';
import type { QueryParameter } from '../../sigv4/encode.ts';
import { exchange, header } from '../http-request.ts';
import type { DataTarget } from '../transport.ts';

/** An answer of whatever status, with all of its body. */
export type WholeAnswer = {
  readonly status: number;
  /** Null when there is none of this (lower-case) name. */
  header(name: string): string | null;
  readonly body: Uint8Array;
};

/** A page of 1,000 keys of 1,024 bytes, each byte encoded, is a tenth of this. */
const maxBodyBytes = 32 * 1024 * 1024;

/** Asks for a bucket (not for a key in it). The only way from listings to the data plane's requests. */
export function fetchAnswer(
  target: DataTarget,
  query: readonly QueryParameter[],
  settings: { readonly stallMs: number },
  signal: AbortSignal | undefined,
): Promise<Result<WholeAnswer>> {
  const request = { target, method: 'GET', key: '', query, headers: {} } as const;
  return exchange(request, settings, { signal }, async (response, progress) => {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      progress();
      chunks.push(chunk);
      size += chunk.length;
      if (size > maxBodyBytes) return err(appError('NotAnS3Endpoint', { host: target.host }, 'its answer has no end'));
    }
    return ok({
      status: response.statusCode ?? 0,
      header: (name) => header(response, name),
      body: Buffer.concat(chunks, size),
    });
  });
}
