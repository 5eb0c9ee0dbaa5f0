import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { appError, AppErrorException, type AppError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { crc32ToBase64 } from '../checksums/crc-base64.ts';
import { createDigest, type DigestAlgorithm, isCrcAlgorithm } from '../checksums/digest.ts';
import { multipartEtag } from './etag.ts';
import type { MultipartUpload, ObjectHeaders, ObjectStore, StoredObject } from './object-store.ts';
import { readSource } from './read-source.ts';
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

/** One PUT of bytes in memory; aborted, it breaks off. */
export type BodySender = (object: {
  readonly bucket: string;
  readonly key: string;
  readonly body: Uint8Array;
  readonly headers: ObjectHeaders;
  readonly signal?: AbortSignal | undefined;
}) => Promise<Result<StoredObject>>;

type Primitives = Pick<ObjectStore, 'head' | 'createMultipart' | 'completeMultipart' | 'abortMultipart'> & {
  readonly sendBody: BodySender;
  readonly sendPart: PartSender;
};

const mebibyte = 1024 * 1024;
const partSizeBytes = 32 * mebibyte;
/** S3's limit. */
const maxParts = 10_000;
const maxStreamBytes = partSizeBytes * maxParts;
const partsAtOnce = 2;

/**
 * `putStream` of the port, by lib-storage's Upload: one PUT for up to 32 MiB, else a multipart upload of parts of that
 * size, two at a time; memory peaks at five of them (160 MiB), for Upload copies what it gathers. 10,000 parts hold
 * 312.5 GiB: what is longer is EntityTooLarge.
 *
 * Parts carry their CRC32 and the completion that of the whole, computed from the stream before it is cut, so that
 * servers which keep checksums verify all of it; for the others the MD5s in the ETag are compared. Aborted or failed:
 * the upload is taken back before this returns, and no object is made - unless the abort came when a PUT or a
 * completion was with the server already.
 *
 * `clientOf` gives the client whose configuration Upload reads.
 */
export function createPutStream(store: Primitives, clientOf: (bucket: string) => S3Client): ObjectStore['putStream'] {
  return async (bucket, key, body, headers, options) => {
    const place = { bucket, key };
    const stop = new AbortController();
    const signal = options?.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
    const source = countSource(body, place, signal);
    const sending = createSending(store, { ...place, headers, signal, onUpload: options?.onUpload }, source);
    let failure: AppError | undefined;
    /** The first failure is the one to tell, and ends the source and all calls: Upload waits for them, not for us. */
    const told = async <T>(step: () => Promise<T>): Promise<T> => {
      try {
        return await step();
      } catch (error) {
        if (error instanceof AppErrorException) failure ??= error.error;
        stop.abort();
        throw error;
      }
    };
    async function* watched(): AsyncGenerator<Uint8Array, void> {
      for (;;) {
        const step = await told(() => source.blocks.next());
        if (step.done === true) return;
        yield step.value;
      }
    }

    // Its `abort` is not used: it returns before the upload is taken back, and never does so while a stream is silent.
    const upload = new Upload({
      client: sendingClient(clientOf(bucket), (command) => told(() => sending.send(command))),
      params: { Bucket: bucket, Key: key, Body: Readable.from(watched()) },
      partSize: partSizeBytes,
      queueSize: partsAtOnce,
      leavePartsOnError: false,
    });
    upload.on('httpUploadProgress', ({ loaded }) => options?.onBytes?.(loaded ?? 0));
    try {
      await upload.done();
    } catch (error) {
      if (failure === undefined) throw error;
      return err(failure);
    } finally {
      source.blocks.return().catch(() => undefined);
    }
    const { stored, sent } = sending.outcome();
    const verification = await verifyStored(store.head, place, stored, sent);
    if (!verification.ok) return verification;
    return ok({ ...stored, sizeBytes: sent.sizeBytes, verification: verification.value });
  };
}

/** Upload only reads a client's configuration and calls its `send`. */
function sendingClient(base: S3Client, send: (command: object) => Promise<object>): S3Client {
  return Object.create(base, { send: { value: send } }) as S3Client;
}

type Source = {
  readonly blocks: AsyncGenerator<Uint8Array, void>;
  sizeBytes(): number;
  crc32(): string;
  /** The stream came to its end by itself. */
  hasEnded(): boolean;
};

function countSource(
  body: AsyncIterable<Uint8Array>,
  place: { readonly bucket: string; readonly key: string },
  signal: AbortSignal,
): Source {
  let sizeBytes = 0;
  let crc = 0;
  let hasEnded = false;
  async function* count(): AsyncGenerator<Uint8Array, void> {
    for await (const block of readSource(body, place, signal)) {
      sizeBytes += block.byteLength;
      if (sizeBytes > maxStreamBytes) {
        throw new AppErrorException(appError('EntityTooLarge', { ...place, sizeBytes, maxBytes: maxStreamBytes }));
      }
      crc = crc32(block, crc);
      yield block;
    }
    hasEnded = true;
  }
  return {
    blocks: count(),
    sizeBytes: () => sizeBytes,
    crc32: () => crc32ToBase64(crc),
    hasEnded: () => hasEnded,
  };
}

type SentPart = {
  readonly partNumber: number;
  readonly etag: string;
  readonly sizeBytes: number;
  readonly crc32?: string;
  /** Hex; empty where the checksum is what is compared. */
  readonly md5: string;
};

/**
 * Upload's commands as calls of the store, so that what these know of regions, credentials that end, clocks and servers
 * without checksums holds here too. Failures are thrown as AppErrorException; parts are buffers and can be sent again.
 */
function createSending(
  store: Primitives,
  target: {
    readonly bucket: string;
    readonly key: string;
    readonly headers: ObjectHeaders;
    readonly signal: AbortSignal;
    readonly onUpload: ((uploadId: string) => Promise<Result<void>>) | undefined;
  },
  source: Source,
): { send(command: object): Promise<object>; outcome(): { readonly stored: StoredObject; readonly sent: Sent } } {
  const { bucket, key, headers, signal } = target;
  const place = { bucket, key };
  const parts: SentPart[] = [];
  let upload: MultipartUpload = { uploadId: '', keepsChecksum: false };
  let outcome: { readonly stored: StoredObject; readonly sent: Sent } | undefined;

  /** Nothing is made of less than the stream had, whoever lost it. */
  const requireWhole = (actualBytes: number): void => {
    if (signal.aborted) throw new AppErrorException(appError('Cancelled', place));
    const expectedBytes = source.sizeBytes();
    if (!source.hasEnded() || actualBytes !== expectedBytes) {
      throw new AppErrorException(appError('SizeMismatch', { ...place, expectedBytes, actualBytes }));
    }
  };

  const putWhole = async (body: Uint8Array): Promise<object> => {
    requireWhole(body.byteLength);
    const stored = required(await store.sendBody({ ...place, body, headers, signal }));
    const digest = (algorithm: string) => (isDigestAlgorithm(algorithm) ? digestOf(algorithm, body, 'base64') : null);
    outcome = { stored, sent: { sizeBytes: body.byteLength, digest, etag: digestOf('md5', body, 'hex') } };
    return {};
  };

  const create = async (): Promise<object> => {
    upload = required(await store.createMultipart(bucket, key, headers));
    if (upload.uploadId === '') throw new AppErrorException(appError('NotAnS3Endpoint', place));
    const noted = await target.onUpload?.(upload.uploadId);
    if (noted?.ok === false) {
      // Upload knows of none yet that it could take back.
      await store.abortMultipart(bucket, key, upload.uploadId);
      throw new AppErrorException(noted.error);
    }
    return { UploadId: upload.uploadId };
  };

  const sendPart = async (partNumber: number, body: Uint8Array): Promise<object> => {
    const { uploadId, keepsChecksum } = upload;
    const crc = keepsChecksum ? crc32ToBase64(crc32(body)) : null;
    const { etag } = required(await store.sendPart({ ...place, uploadId, partNumber, body, crc32: crc, signal }));
    if (etag === '') throw new AppErrorException(appError('NotAnS3Endpoint', place));
    const sizeBytes = body.byteLength;
    const sent = { partNumber, etag, sizeBytes, md5: crc === null ? digestOf('md5', body, 'hex') : '' };
    parts.push(crc === null ? sent : { ...sent, crc32: crc });
    return { ETag: etag };
  };

  const complete = async (): Promise<object> => {
    requireWhole(parts.reduce((sum, part) => sum + part.sizeBytes, 0));
    parts.sort((a, b) => a.partNumber - b.partNumber);
    const { uploadId, keepsChecksum } = upload;
    const sizeBytes = source.sizeBytes();
    const whole = source.crc32();
    const checks = keepsChecksum ? { crc32: whole, sizeBytes } : undefined;
    const stored = required(await store.completeMultipart(bucket, key, uploadId, parts, checks));
    const digest = (algorithm: string) => (algorithm === 'crc32' ? whole : null);
    const etag = keepsChecksum ? null : multipartEtag(parts.map((part) => part.md5));
    outcome = { stored, sent: { sizeBytes, digest, etag } };
    return {};
  };

  return {
    async send(command) {
      if (command instanceof PutObjectCommand) return putWhole(command.input.Body as Uint8Array);
      if (command instanceof CreateMultipartUploadCommand) return create();
      if (command instanceof UploadPartCommand) {
        return sendPart(command.input.PartNumber ?? 0, command.input.Body as Uint8Array);
      }
      if (command instanceof CompleteMultipartUploadCommand) return complete();
      if (command instanceof AbortMultipartUploadCommand) {
        // What made it necessary is told; that this failed too is not.
        await store.abortMultipart(bucket, key, upload.uploadId);
        return {};
      }
      throw new Error(`Upload sent ${command.constructor.name}`);
    },
    outcome() {
      if (outcome === undefined) throw new Error('Upload ended without an object');
      return outcome;
    },
  };
}

function required<T>(result: Result<T>): T {
  if (!result.ok) throw new AppErrorException(result.error);
  return result.value;
}

function digestOf(algorithm: DigestAlgorithm, bytes: Uint8Array, encoding: 'base64' | 'hex'): string {
  const digest = createDigest(algorithm);
  digest.update(bytes);
  return encoding === 'base64' ? digest.digestBase64() : Buffer.from(digest.digestBase64(), 'base64').toString('hex');
}

function isDigestAlgorithm(name: string): name is DigestAlgorithm {
  return isCrcAlgorithm(name) || name === 'sha1' || name === 'sha256';
}
