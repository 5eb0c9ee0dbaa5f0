import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename, isAbsolute } from 'node:path';
import type { PreviewSource } from '../../shared/domain/preview.ts';
import { appError, AppErrorException } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { mapFileError } from '../s3/error-map.ts';
import type { ConnectionOpener } from '../s3/open-connection.ts';
import type { ByteRange } from './byte-range.ts';

/** One version of what is previewed: a read of a newer one is PreconditionFailed or SourceChanged. */
export type PreviewContent = {
  readonly name: string;
  /** What the object says of itself; null for files. */
  readonly contentType: string | null;
  readonly sizeBytes: number;
  /** Its storage class may keep it where it cannot be read from before it is restored (InvalidObjectState). */
  readonly mayBeArchived: boolean;
  readonly read: (range: ByteRange, signal?: AbortSignal) => Promise<Result<AsyncIterable<Uint8Array>>>;
};

type ObjectSource = Extract<PreviewSource, { readonly key: string }>;
type FileSource = Extract<PreviewSource, { readonly path: string }>;
export type ConflictSource = Extract<PreviewSource, { readonly jobId: string }>;
/** An object or a file. */
export type PlainSource = ObjectSource | FileSource;

const archivingClasses: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE', 'INTELLIGENT_TIERING']);

export async function openObject(
  opener: ConnectionOpener,
  { connectionId, bucket, key }: ObjectSource,
): Promise<Result<PreviewContent>> {
  const connection = await opener.open(connectionId);
  if (!connection.ok) return connection;
  const { store } = connection.value;
  const details = await store.head(bucket, key);
  if (!details.ok) return details;
  const { sizeBytes, contentType, storageClass, etag } = details.value;
  return ok({
    name: key,
    contentType,
    sizeBytes,
    mayBeArchived: archivingClasses.has(storageClass ?? ''),
    read: ({ from, to }, signal) =>
      store.readRange(bucket, key, { offset: from, sizeBytes: to - from + 1, ifMatch: etag }, signal),
  });
}

/** A regular file at an absolute path; links are followed. */
export async function openFile({ path }: FileSource): Promise<Result<PreviewContent>> {
  if (!isAbsolute(path)) return err(appError('InvalidInput', { field: 'path', reason: 'an absolute path is needed' }));
  try {
    const opened = await stat(path);
    if (!opened.isFile()) return err(appError(opened.isDirectory() ? 'IsADirectory' : 'NotAFile', { path }));
    const { size: sizeBytes, mtimeMs, ino } = opened;
    return ok({
      name: basename(path),
      contentType: null,
      sizeBytes,
      mayBeArchived: false,
      read: async ({ from, to }, signal) => {
        try {
          // A pipe put in its place would otherwise keep us waiting.
          const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
          const now = await file.stat();
          if (!now.isFile() || now.size !== sizeBytes || now.mtimeMs !== mtimeMs || now.ino !== ino) {
            await file.close();
            return err(appError('SourceChanged', { path }));
          }
          return ok(fileBytes(file.createReadStream({ start: from, end: to, signal }), path));
        } catch (failure) {
          return err(mapFileError(failure, path));
        }
      },
    });
  } catch (failure) {
    return err(mapFileError(failure, path));
  }
}

async function* fileBytes(stream: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* stream;
  } catch (failure) {
    if (failure instanceof Error && failure.name === 'AbortError') {
      throw new AppErrorException(appError('Cancelled', { path }));
    }
    throw new AppErrorException(mapFileError(failure, path));
  }
}
