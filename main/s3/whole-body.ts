import { appError, AppErrorException } from '../../shared/errors.ts';
import { mapNetworkError } from './error-map.ts';

/** Gives up the body of an answer that is not wanted. */
export function discardBody(body: unknown): void {
  if (typeof body === 'object' && body !== null && 'destroy' in body && typeof body.destroy === 'function')
    body.destroy();
}

/**
 * The same bytes; throws an AppErrorException when the connection breaks, `signal` aborts, or it were not `lengthBytes`
 * (undefined: unknown).
 */
export async function* wholeBody(
  source: AsyncIterable<Uint8Array> | undefined,
  lengthBytes: number | undefined,
  place: { readonly bucket: string; readonly key: string },
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  let receivedBytes = 0;
  try {
    for await (const chunk of source ?? []) {
      receivedBytes += chunk.byteLength;
      yield chunk;
    }
  } catch (error) {
    if (signal?.aborted === true) throw new AppErrorException(appError('Cancelled', place));
    const mapped = mapNetworkError(error, place);
    if (mapped === null) throw error;
    throw new AppErrorException(mapped);
  }
  if (lengthBytes !== undefined && receivedBytes !== lengthBytes) {
    throw new AppErrorException(
      appError('ResponseTruncated', { ...place, expectedBytes: lengthBytes, actualBytes: receivedBytes }),
    );
  }
}
