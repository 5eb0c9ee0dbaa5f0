import { appError, AppErrorException, type AppError } from '../../shared/errors.ts';

type Place = { readonly bucket: string; readonly key: string };

const blockBytes = 1024 * 1024;

/**
 * The bytes of a stream that is to be stored, in blocks of 1 MiB (the last is what is left): copied, for a producer may
 * reuse its buffer, and gathered, for many small chunks would cost more than they hold. Whatever ends it early is thrown
 * as AppErrorException: Cancelled on abort, at once even if the stream is silent; what the stream's maker throws as
 * AppErrorException; else SourceChanged. The stream is closed in every case.
 */
export async function* readSource(
  body: AsyncIterable<Uint8Array>,
  place: Place,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void> {
  const iterator = body[Symbol.asyncIterator]();
  let hasEnded = false;
  let block = Buffer.allocUnsafe(blockBytes);
  let filledBytes = 0;
  try {
    for (;;) {
      const step = await nextOrAbort(iterator, place, signal);
      if (step.done === true) break;
      const chunk = step.value;
      for (let offset = 0; offset < chunk.byteLength; ) {
        const taken = chunk.subarray(offset, offset + blockBytes - filledBytes);
        block.set(taken, filledBytes);
        offset += taken.byteLength;
        filledBytes += taken.byteLength;
        if (filledBytes < blockBytes) continue;
        yield block;
        block = Buffer.allocUnsafe(blockBytes);
        filledBytes = 0;
      }
    }
    hasEnded = true;
    if (filledBytes > 0) yield block.subarray(0, filledBytes);
  } finally {
    // Not awaited: a stream that is silent would keep us waiting.
    if (!hasEnded) iterator.return?.().catch(() => undefined);
  }
}

async function nextOrAbort(
  iterator: AsyncIterator<Uint8Array>,
  place: Place,
  signal: AbortSignal | undefined,
): Promise<IteratorResult<Uint8Array, unknown>> {
  const cancelled = () => new AppErrorException(appError('Cancelled', place));
  if (signal?.aborted === true) throw cancelled();
  // A listener for each read: races with one promise for all of them would pile up in it.
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(cancelled());
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([
      iterator.next().catch((error: unknown) => {
        throw new AppErrorException(sourceError(error, place));
      }),
      aborted,
    ]);
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

function sourceError(error: unknown, place: Place): AppError {
  if (error instanceof AppErrorException) return error.error;
  if (error instanceof Error && error.name === 'AbortError') return appError('Cancelled', place);
  return appError('SourceChanged', { ...place, reason: 'the stream failed' }, error);
}
