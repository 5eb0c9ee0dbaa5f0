import { createHash } from 'node:crypto';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { keyToNames, namesToKey, type PathRules, twinName } from '../../shared/domain/key-path.ts';
import { maxKeyBytes } from '../../shared/domain/connection.ts';
import { utf8Bytes } from '../../shared/domain/utf8.ts';
import type { CopyRequest, DownloadRequest, TransferRequest, UploadRequest } from '../../shared/domain/transfer.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import { assertNever, err, ok, type Result } from '../../shared/result.ts';
import { outsideRestriction } from '../s3/restrict-store.ts';
import { withSuggestion } from '../s3/suggest-name.ts';
import type { OpenConnection } from '../s3/open-connection.ts';
import type { Fingerprint, PlannedFile } from './journal.ts';
import { mayListItself } from './copy-sources.ts';
import { listItems } from './list-items.ts';
import { localFingerprint, objectFingerprint } from './fingerprint.ts';
import type { LocalFiles } from './files/local-files.ts';

/** What planning needs; `sourceOfTarget` knows what the job has planned so far. */
export type PlanContext = {
  readonly connection: OpenConnection;
  /** Of the connection that is written to. */
  readonly targetRestriction: OpenConnection['restriction'];
  readonly files: LocalFiles;
  readonly pathRules: PathRules;
  readonly signal: AbortSignal;
  sourceOfTarget(target: string): string | null;
};

const noFingerprint: Fingerprint = { type: 'local', sizeBytes: 0, modifiedMs: 0, inode: 0 };

/**
 * Lists what a request is made of, file by file, without holding it all ([T50]-[T54]). A source that cannot be
 * transferred is a planned file with its error; a failure to list ends the plan with that error.
 */
export function planSources(context: PlanContext, request: TransferRequest): AsyncGenerator<Result<PlannedFile>> {
  switch (request.kind) {
    case 'upload':
      return planUpload(context, request);
    case 'download':
      return planDownload(context, request);
    case 'copy':
      return planCopy(context, request);
    default:
      return assertNever(request);
  }
}

function unusable(name: string, source: string, target: string, error: AppError): Result<PlannedFile> {
  return ok({ name, source, target, fingerprint: noFingerprint, error });
}

/** With the name that was meant, where a person named the one thing and will read it. */
async function missing(
  { connection }: PlanContext,
  { items }: DownloadRequest | CopyRequest,
  error: AppError,
): Promise<AppError> {
  return items.length === 1 ? withSuggestion(connection.store, error) : error;
}

/** Why this key cannot be written; null when it can. */
function keyRefusal(context: PlanContext, bucket: string, key: string): AppError | null {
  if (utf8Bytes(key) > maxKeyBytes) return appError('KeyTooLongError', { key, maxBytes: maxKeyBytes });
  return outsideRestriction(context.targetRestriction, bucket, key);
}

async function* planUpload(context: PlanContext, request: UploadRequest): AsyncGenerator<Result<PlannedFile>> {
  for (const item of request.items) {
    const source = resolve('file' in item ? item.file : item.folder);
    const info = await context.files.stat(source);
    if (!info.ok) {
      yield unusable(basename(source), source, 'key' in item ? item.key : item.prefix, info.error);
      continue;
    }
    if ('file' in item) {
      const error =
        info.value.type === 'folder'
          ? appError('IsADirectory', { path: source })
          : keyRefusal(context, request.bucket, item.key);
      yield ok({ name: basename(source), source, target: item.key, fingerprint: localFingerprint(info.value), error });
      continue;
    }
    if (info.value.type !== 'folder') {
      yield unusable(basename(source), source, item.prefix, appError('NotADirectory', { path: source }));
      continue;
    }
    // Beside other items it takes the folder's own name to tell its files apart.
    const top = request.items.length > 1 ? [basename(source)] : [];
    for await (const entry of context.files.walk(source, context.signal)) {
      const name = [...top, ...entry.names].join('/') || basename(source);
      const wanted = item.prefix + namesToKey(entry.names, context.pathRules);
      if (!entry.info.ok) {
        yield unusable(name, entry.path, wanted, entry.info.error);
        continue;
      }
      if (entry.info.value.type === 'folder') {
        const marker = entry.names.length === 0 ? item.prefix : `${wanted}/`;
        if (!request.emptyFolders || marker === '') continue;
        const fingerprint = { ...localFingerprint(entry.info.value), sizeBytes: 0 };
        const refused = keyRefusal(context, request.bucket, marker);
        yield ok({ name: `${name}/`, source: entry.path, target: marker, fingerprint, error: refused });
        continue;
      }
      const error =
        entry.info.value.type === 'other'
          ? appError('NotAFile', { path: entry.path })
          : keyRefusal(context, request.bucket, wanted);
      yield ok({ name, source: entry.path, target: wanted, fingerprint: localFingerprint(entry.info.value), error });
    }
  }
}

/** `a/b/` → `b/`. */
function lastFolder(prefix: string): string {
  return prefix.slice(prefix.lastIndexOf('/', prefix.length - 2) + 1);
}

async function* planDownload(context: PlanContext, request: DownloadRequest): AsyncGenerator<Result<PlannedFile>> {
  const apart = createApart(context);
  const isOneOfMany = request.items.length > 1;
  for await (const { item, found } of listItems(context, request)) {
    const folder = resolve('file' in item ? dirname(item.file) : item.folder);
    const folders = createFolderNames(context, folder);
    const top = isOneOfMany && 'prefix' in item ? lastFolder(item.prefix) : '';
    for await (const listed of found) {
      if (!listed.ok) {
        if (!('key' in item)) {
          yield err(await withSuggestion(context.connection.store, listed.error));
          return;
        }
        yield unusable(item.key, item.key, resolve(item.file), await missing(context, request, listed.error));
        continue;
      }
      const { key, rest } = listed.value;
      const plain = {
        name: rest === '' ? key : top + rest,
        source: key,
        fingerprint: objectFingerprint(listed.value),
        error: null,
      };
      if ('file' in item) {
        yield ok({ ...plain, target: apart(resolve(item.file), key) });
        continue;
      }
      // The marker of the downloaded folder itself.
      if (rest === '') continue;
      const names = keyToNames(rest, context.pathRules);
      const isMarker = rest.endsWith('/') && listed.value.sizeBytes === 0;
      const target = isMarker ? folders.folderPath(names.slice(0, -1)) : apart(folders.pathOf(names), key);
      if (!target.startsWith(folder.endsWith(sep) ? folder : folder + sep))
        yield unusable(rest, key, target, appError('UnsafePath', { key, path: target }));
      else yield ok({ ...plain, target });
    }
  }
}

/**
 * Keeps keys apart whose paths the file system takes for one ([T31]): the second gets a twin name. What was given away
 * is remembered as short digests, not as paths.
 */
function createApart(context: PlanContext): (path: string, source: string) => string {
  if (context.pathRules.foldsNames !== true) return (path) => path;
  const taken = new Set<string>();
  const digestOf = (path: string) =>
    createHash('md5').update(path.normalize('NFC').toLowerCase()).digest('base64').slice(0, 16);
  return (path, source) => {
    let own = path;
    for (let number = 1; taken.has(digestOf(own)); number += 1) {
      const owner = context.sourceOfTarget(own);
      // Listed twice; or the very same path, which is another matter ([T53]).
      if (owner === source || (owner !== null && own === path)) return own;
      own = join(dirname(path), twinName(basename(path), String(number)));
    }
    taken.add(digestOf(own));
    return own;
  };
}

/** Bounded: a listing comes in the order of keys, so a folder that was left is rarely entered again. */
const maxRememberedFolders = 10_000;

/**
 * Paths below a folder. S3 may hold both `a` and `a/b`; a file system cannot. The folder then gets a twin name, which
 * reads back as the same key ([T34]).
 */
function createFolderNames(context: PlanContext, root: string) {
  const known = new Map<string, string>();
  function folderPath(names: readonly string[]): string {
    if (names.length === 0) return root;
    const id = names.join('/');
    const remembered = known.get(id);
    if (remembered !== undefined) return remembered;
    const parent = folderPath(names.slice(0, -1));
    const name = names.at(-1) ?? '';
    const wanted = join(parent, name);
    const source = context.sourceOfTarget(wanted);
    const path = source === null || source.endsWith('/') ? wanted : join(parent, twinName(name, ''));
    if (known.size >= maxRememberedFolders) known.clear();
    known.set(id, path);
    return path;
  }
  return { folderPath, pathOf: (names: readonly string[]) => join(folderPath(names.slice(0, -1)), names.at(-1) ?? '') };
}

async function* planCopy(context: PlanContext, request: CopyRequest): AsyncGenerator<Result<PlannedFile>> {
  for await (const { item, found } of listItems(context, request)) {
    for await (const listed of found) {
      if (!listed.ok) {
        if (!('key' in item)) {
          yield err(await withSuggestion(context.connection.store, listed.error));
          return;
        }
        yield unusable(item.key, item.key, item.toKey, await missing(context, request, listed.error));
        continue;
      }
      const { key, rest } = listed.value;
      const target = 'key' in item ? item.toKey : item.toPrefix + rest;
      const error =
        target === '' ? appError('InvalidInput', { field: 'target' }) : keyRefusal(context, request.toBucket, target);
      yield ok({
        name: rest === '' ? key : rest,
        source: key,
        target,
        fingerprint: objectFingerprint(listed.value),
        error,
      });
    }
  }
}

/**
 * A copy some of whose targets may be its own sources would list its own results, even for ever: such a plan must be
 * complete before the first copy is made ([T54]).
 */
export async function mustPlanFirst(request: TransferRequest): Promise<boolean> {
  return request.kind === 'copy' && mayListItself(request);
}
