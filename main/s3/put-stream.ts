import { crc32 } from 'node:zlib';
import { appError, AppErrorException, type AppError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { combineCrc } from '../checksums/combine-crc.ts';
import { crc32ToBase64 } from '../checksums/crc-base64.ts';
import { createDigest, type DigestAlgorithm, isCrcAlgorithm } from '../checksums/digest.ts';
import { multipartEtag } from './etag.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';
import { type Sent, verifyStored } from './verify-stored.ts';

export type PartSender = (part: {
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
  readonly partNumber: number;
  readonly body: Uint8Array;
  /** Base64; null for servers that keep none. */
  readonly crc32: string | null;
  readonly signal?: AbortSignal | undefined;
}) => Promise<Result<{ readonly etag: string }>>;

type Primitives = Pick<
  ObjectStore,
  'head' | 'putSmall' | 'createMultipart' | 'completeMultipart' | 'abortMultipart'
> & {
  readonly sendPart: PartSender;
};

const mebibyte = 1024 * 1024;
const firstPartBytes = 8 * mebibyte;
const largestPartBytes = 64 * mebibyte;
const partsOfOneSize = 1000;
/** S3's limit. */
const maxParts = 10_000;
/** Parts in memory: read but not yet sent. */
const maxBufferedBytes = 128 * mebibyte;
const maxPartsUnderWay = 4;

/** Parts grow as the stream goes on, so that 10,000 of them hold half a terabyte while most streams buffer little. */
function partSizeBytes(partNumber: number): number {
  return Math.min(firstPartBytes * 2 ** Math.floor((partNumber - 1) / partsOfOneSize), largestPartBytes);
}

/**
 * `putStream` of the port: one PUT for what fits a part, else a multipart upload whose parts carry their CRC32 and whose
 * completion carries the CRC32 of the whole, so that servers which keep checksums verify all of it; for the others the
 * MD5s in the ETag are compared. Aborted or failed: no object is made and the upload is taken back.
 */
export function createPutStream(store: Primitives): ObjectStore['putStream'] {
  return async (bucket, key, body, headers, options) => {
    const place = { bucket, key };
    const source = inParts(body);
    const giveUp = <T>(failed: T): T => {
      // Not awaited: a stream that is silent would keep us waiting.
      source.return(undefined).catch(() => undefined);
      return failed;
    };
    const first = await nextPart(source, place, options?.signal);
    if (!first.ok) return giveUp(first);
    if (first.value === null || first.value.byteLength < partSizeBytes(1)) {
      const bytes = first.value ?? new Uint8Array();
      const stored = await store.putSmall(bucket, key, bytes, headers);
      if (!stored.ok) return stored;
      options?.onBytes?.(bytes.byteLength);
      return verified(store, place, stored.value, {
        sizeBytes: bytes.byteLength,
        digest: (algorithm) => (isDigestAlgorithm(algorithm) ? digestOf(algorithm, bytes, 'base64') : null),
        etag: digestOf('md5', bytes, 'hex'),
      });
    }

    const created = await store.createMultipart(bucket, key, headers);
    if (!created.ok) return giveUp(created);
    const { uploadId, keepsChecksum } = created.value;
    const outcome = await sendAll(store, { ...place, uploadId, keepsChecksum }, first.value, source, options);
    if (!outcome.ok) {
      await store.abortMultipart(bucket, key, uploadId);
      return giveUp(outcome);
    }
    return verified(store, place, outcome.value.stored, outcome.value.sent);
  };
}

async function verified(
  store: Primitives,
  place: { readonly bucket: string; readonly key: string },
  stored: StoredObject,
  sent: Sent,
): ReturnType<ObjectStore['putStream']> {
  const verification = await verifyStored(store.head, place, stored, sent);
  if (!verification.ok) return verification;
  return ok({ ...stored, sizeBytes: sent.sizeBytes, verification: verification.value });
}

function digestOf(algorithm: DigestAlgorithm, bytes: Uint8Array, encoding: 'base64' | 'hex'): string {
  const digest = createDigest(algorithm);
  digest.update(bytes);
  return encoding === 'base64' ? digest.digestBase64() : Buffer.from(digest.digestBase64(), 'base64').toString('hex');
}

function isDigestAlgorithm(name: string): name is DigestAlgorithm {
  return isCrcAlgorithm(name) || name === 'sha1' || name === 'sha256';
}

type Upload = {
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
  readonly keepsChecksum: boolean;
};
type SentPart = { readonly partNumber: number; readonly etag: string; readonly crc32?: string };

async function sendAll(
  store: Primitives,
  { bucket, key, uploadId, keepsChecksum }: Upload,
  first: Uint8Array,
  source: AsyncGenerator<Uint8Array, void>,
  options: Parameters<ObjectStore['putStream']>[4],
): Promise<Result<{ readonly stored: StoredObject; readonly sent: Sent }>> {
  const stop = new AbortController();
  const signal = options?.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const parts: SentPart[] = [];
  const md5s: string[] = [];
  const underWay = new Set<Promise<void>>();
  let failure: AppError | null = null;
  let sentBytes = 0;
  let sizeBytes = 0;
  let wholeCrc = crc32ToBase64(0);

  const start = (partNumber: number, bytes: Uint8Array): void => {
    const crc = crc32ToBase64(crc32(bytes));
    wholeCrc = combineCrc('crc32', wholeCrc, crc, bytes.byteLength);
    if (!keepsChecksum) md5s.push(digestOf('md5', bytes, 'hex'));
    sizeBytes += bytes.byteLength;
    const sent = keepsChecksum ? crc : null;
    const send = async (): Promise<void> => {
      const answer = await store.sendPart({ bucket, key, uploadId, partNumber, body: bytes, crc32: sent, signal });
      if (answer.ok) {
        parts.push({ partNumber, etag: answer.value.etag, ...(sent === null ? {} : { crc32: sent }) });
        sentBytes += bytes.byteLength;
        options?.onBytes?.(sentBytes);
      } else {
        failure ??= answer.error;
        stop.abort();
      }
    };
    const task = send().finally(() => underWay.delete(task));
    underWay.add(task);
  };

  let partNumber = 1;
  let next: Result<Uint8Array | null> = ok(first);
  while (failure === null && next.ok && next.value !== null) {
    if (partNumber > maxParts) {
      failure = appError('EntityTooLarge', { bucket, key, actualBytes: sizeBytes });
      break;
    }
    const lanes = Math.max(1, Math.min(maxPartsUnderWay, Math.floor(maxBufferedBytes / next.value.byteLength)));
    while (underWay.size >= lanes) await Promise.race(underWay);
    if (failure !== null) break;
    start(partNumber, next.value);
    partNumber += 1;
    next = await nextPart(source, { bucket, key }, signal);
  }
  if (!next.ok) {
    failure ??= next.error;
    stop.abort();
  }
  await Promise.all(underWay);
  if (options?.signal?.aborted === true) failure = appError('Cancelled', { bucket, key });
  if (failure !== null) return err(failure);

  const stored = await store.completeMultipart(
    bucket,
    key,
    uploadId,
    parts.sort((a, b) => a.partNumber - b.partNumber),
    keepsChecksum ? { crc32: wholeCrc, sizeBytes } : undefined,
  );
  if (!stored.ok) return stored;
  const sent: Sent = {
    sizeBytes,
    digest: (algorithm) => (algorithm === 'crc32' ? wholeCrc : null),
    etag: keepsChecksum ? null : multipartEtag(md5s),
  };
  return ok({ stored: stored.value, sent });
}

/** The next part, null at the end. What the stream's maker throws as AppErrorException is an expected failure. */
async function nextPart(
  source: AsyncGenerator<Uint8Array, void>,
  place: { readonly bucket: string; readonly key: string },
  signal: AbortSignal | undefined,
): Promise<Result<Uint8Array | null>> {
  const cancelled = err(appError('Cancelled', place));
  if (signal?.aborted === true) return cancelled;
  const { promise: aborted, resolve } = Promise.withResolvers<typeof cancelled>();
  const onAbort = (): void => resolve(cancelled);
  signal?.addEventListener('abort', onAbort, { once: true });
  const read = async (): Promise<Result<Uint8Array | null>> => {
    try {
      const step = await source.next();
      return ok(step.done === true ? null : step.value);
    } catch (error) {
      if (error instanceof AppErrorException) return err(error.error);
      if (error instanceof Error && error.name === 'AbortError') return cancelled;
      return err(appError('SourceChanged', { ...place, reason: 'the stream failed' }, error));
    }
  };
  try {
    return await Promise.race([read(), aborted]);
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

/** Cuts a stream into parts of exactly the size their number has; the last is what is left. */
async function* inParts(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  let partNumber = 1;
  let chunks: Uint8Array[] = [];
  let gatheredBytes = 0;
  for await (const chunk of body) {
    let rest: Uint8Array = chunk;
    while (gatheredBytes + rest.byteLength >= partSizeBytes(partNumber)) {
      const takeBytes = partSizeBytes(partNumber) - gatheredBytes;
      yield Buffer.concat([...chunks, rest.subarray(0, takeBytes)]);
      rest = rest.subarray(takeBytes);
      chunks = [];
      gatheredBytes = 0;
      partNumber += 1;
    }
    // Copied: a producer may reuse its buffer.
    if (rest.byteLength > 0) chunks.push(Uint8Array.from(rest));
    gatheredBytes += rest.byteLength;
  }
  if (gatheredBytes > 0) yield Buffer.concat(chunks);
}
