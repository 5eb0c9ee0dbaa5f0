import { basename, dirname, join, resolve, sep } from 'node:path';
import { keyToNames, namesToKey, type PathRules } from '../../shared/domain/key-path.ts';
import { maxKeyBytes } from '../../shared/domain/connection.ts';
import { utf8Bytes } from '../../shared/domain/utf8.ts';
import type { CopyRequest, DownloadRequest, TransferRequest, UploadRequest } from '../../shared/domain/transfer.ts';
import { appError, type AppError, type ErrorCode } from '../../shared/errors.ts';
import { assertNever, err, ok, type Result } from '../../shared/result.ts';
import { outsideRestriction } from '../s3/restrict-store.ts';
import { withSuggestion } from '../s3/suggest-name.ts';
import type { OpenConnection } from '../s3/open-connection.ts';
import type { Fingerprint, PlannedFile } from './journal.ts';
import { mayListItself } from './copy-sources.ts';
import { listItems } from './list-items.ts';
import { localFingerprint, objectFingerprint } from './fingerprint.ts';
import type { FileInfo } from './files/file-info.ts';
import type { LocalFiles, WalkEntry } from './files/local-files.ts';
import { createTargetNames, type TargetNames } from './target-names.ts';

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

/** [T72] Nothing of these could be kept as an object: they are named, and the rest of the folder is not a failure for it. */
const leftOut: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'DanglingLink',
  'SymlinkLoop',
  'LinkNotFollowed',
  'NotAFile',
]);

/** What is in a folder, or could not be looked at there. */
function planEntry(
  { names, path, info }: WalkEntry,
  name: string,
  target: string,
  refusal: (key: string) => AppError | null,
): Result<PlannedFile> {
  const usable = info.ok ? asFile(info.value, path) : info;
  if (usable.ok)
    return ok({ name, source: path, target, fingerprint: localFingerprint(usable.value), error: refusal(target) });
  const { error } = usable;
  // The walked folder itself was named by a person.
  const isLeftOut = names.length > 0 && leftOut.has(error.code);
  return ok({ name, source: path, target, fingerprint: noFingerprint, error, isLeftOut });
}

function asFile(info: FileInfo, path: string): Result<FileInfo> {
  if (info.type === 'link') return err(appError('LinkNotFollowed', { path }));
  return info.type === 'other' ? err(appError('NotAFile', { path })) : ok(info);
}

/** With the name that was meant, where a person named the one thing and will read it. */
async function missing(
  { connection, signal }: PlanContext,
  { items }: DownloadRequest | CopyRequest,
  error: AppError,
): Promise<AppError> {
  return items.length === 1 ? withSuggestion(connection.store, error, signal) : error;
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
      const { type } = info.value;
      const error =
        type === 'folder'
          ? appError('IsADirectory', { path: source })
          : type === 'file'
            ? keyRefusal(context, request.bucket, item.key)
            : appError('NotAFile', { path: source });
      yield ok({ name: basename(source), source, target: item.key, fingerprint: localFingerprint(info.value), error });
      continue;
    }
    if (info.value.type !== 'folder') {
      yield unusable(basename(source), source, item.prefix, appError('NotADirectory', { path: source }));
      continue;
    }
    // Beside other items it takes the folder's own name to tell its files apart.
    const top = request.items.length > 1 ? [basename(source)] : [];
    // A move takes nothing away but what lies in the folder.
    const links = request.removeSource ? 'skip' : request.links;
    for await (const entry of context.files.walk(source, links, context.signal)) {
      const name = [...top, ...entry.names].join('/') || basename(source);
      const wanted = item.prefix + namesToKey(entry.names, context.pathRules);
      if (entry.info.ok && entry.info.value.type === 'folder') {
        const marker = entry.names.length === 0 ? item.prefix : `${wanted}/`;
        if (!request.emptyFolders || marker === '') continue;
        const fingerprint = { ...localFingerprint(entry.info.value), sizeBytes: 0 };
        const refused = keyRefusal(context, request.bucket, marker);
        yield ok({ name: `${name}/`, source: entry.path, target: marker, fingerprint, error: refused });
        continue;
      }
      yield planEntry(entry, name, wanted, (key) => keyRefusal(context, request.bucket, key));
    }
  }
}

/** `a/b/` → `b/`. */
function lastFolder(prefix: string): string {
  return prefix.slice(prefix.lastIndexOf('/', prefix.length - 2) + 1);
}

async function* planDownload(context: PlanContext, request: DownloadRequest): AsyncGenerator<Result<PlannedFile>> {
  const namesBy = new Map<boolean, TargetNames>();
  const namesFor = (foldsNames: boolean) => {
    const names =
      namesBy.get(foldsNames) ??
      createTargetNames({ foldsNames, sourceOfTarget: (target) => context.sourceOfTarget(target) });
    namesBy.set(foldsNames, names);
    return names;
  };
  const isOneOfMany = request.items.length > 1;
  for await (const { item, found } of listItems(context, request)) {
    const folder = resolve('file' in item ? dirname(item.file) : item.folder);
    const targets = namesFor(context.pathRules.foldsNames ?? (await context.files.foldsNames(folder)));
    const top = isOneOfMany && 'prefix' in item ? lastFolder(item.prefix) : '';
    for await (const listed of found) {
      if (!listed.ok) {
        if (!('key' in item)) {
          yield err(await withSuggestion(context.connection.store, listed.error, context.signal));
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
        yield ok({ ...plain, target: targets.fileApart(resolve(item.file), key) });
        continue;
      }
      // The marker of the downloaded folder itself.
      if (rest === '') continue;
      const names = keyToNames(rest, context.pathRules);
      const isMarker = rest.endsWith('/') && listed.value.sizeBytes === 0;
      const above = targets.folderPath(folder, names.slice(0, -1));
      const target = isMarker ? above : targets.fileApart(join(above, names.at(-1) ?? ''), key);
      if (!target.startsWith(folder.endsWith(sep) ? folder : folder + sep))
        yield unusable(rest, key, target, appError('UnsafePath', { key, path: target }));
      else yield ok({ ...plain, target });
    }
  }
}

async function* planCopy(context: PlanContext, request: CopyRequest): AsyncGenerator<Result<PlannedFile>> {
  for await (const { item, found } of listItems(context, request)) {
    for await (const listed of found) {
      if (!listed.ok) {
        if (!('key' in item)) {
          yield err(await withSuggestion(context.connection.store, listed.error, context.signal));
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
