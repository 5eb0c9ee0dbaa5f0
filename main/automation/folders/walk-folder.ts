import { beyondPlainOrder, compareKeys } from '../../../shared/domain/key-order.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { EntryFacts, FolderFiles, ListedEntry } from './folder-files.ts';
import { isIgnoredName } from './ignored-names.ts';

/** A file below the walked folder; `key` is its path with `/`. */
export type WalkedFile = { readonly key: string; readonly facts: EntryFacts };

export type WalkOptions = {
  readonly folder: string;
  /** As it was when the walk began: another one in its place ends the walk. */
  readonly root: EntryFacts;
  /** False: only the files in the folder itself. */
  readonly recursive: boolean;
  readonly signal: AbortSignal;
  /** Gets the keys of the sub-folders that lie on another device: disks that are mounted there. */
  readonly mounts?: Set<string>;
};

/** A folder being walked: what is in it, in order. */
type Level = { readonly prefix: string; readonly entries: readonly ListedEntry[]; at: number };

const maxBatch = 500;
/** A folder that is taken away and put back while it is read. */
const maxTries = 3;

/**
 * Every file below a folder, in the order of the UTF-8 bytes of the keys, each once; links, devices and ignored names left
 * out. The last item is a failure when anything could not be read, the folder became another one, or the signal (Cancelled):
 * then the walk says nothing. Files and folders that vanish meanwhile are left out: they are gone. Memory grows with the
 * largest folders on the way down, not with the tree.
 */
export async function* walkFolder(
  files: FolderFiles,
  options: WalkOptions,
): AsyncGenerator<Result<readonly WalkedFile[]>> {
  const { folder, recursive, signal } = options;
  const top = await files.list(folder);
  if (!top.ok) {
    yield top;
    return;
  }
  const levels: Level[] = [{ prefix: '', entries: inOrder(top.value), at: 0 }];
  let batch: WalkedFile[] = [];
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    if (signal.aborted) {
      yield err(appError('Cancelled'));
      return;
    }
    const entry = level.entries[level.at];
    if (entry === undefined) {
      levels.pop();
      continue;
    }
    if (entry.type === 'folder') {
      level.at += 1;
      if (!recursive) continue;
      const entries = await enter(files, options, level.prefix + entry.name);
      if (!entries.ok) {
        yield entries;
        return;
      }
      levels.push({ prefix: `${level.prefix}${entry.name}/`, entries: entries.value, at: 0 });
      continue;
    }
    const looked = await statRun(files, folder, level, maxBatch - batch.length);
    if (!looked.ok) {
      yield looked;
      return;
    }
    batch.push(...looked.value);
    if (batch.length >= maxBatch) {
      yield ok(batch);
      batch = [];
    }
  }
  // What was not found may have been missing because all of it was.
  const still = await isStillThere(files, options);
  if (!still.ok) yield still;
  else if (batch.length > 0) yield ok(batch);
}

/** Looks at the files that come next, up to the next folder. */
async function statRun(
  files: FolderFiles,
  folder: string,
  level: Level,
  limit: number,
): Promise<Result<readonly WalkedFile[]>> {
  const keys: string[] = [];
  for (let entry = level.entries[level.at]; entry?.type === 'file' && keys.length < limit; ) {
    keys.push(level.prefix + entry.name);
    entry = level.entries[++level.at];
  }
  const found: WalkedFile[] = [];
  for (const [index, facts] of (await files.statMany(folder, keys)).entries()) {
    if (facts.ok && facts.value.type === 'file') found.push({ key: keys[index] as string, facts: facts.value });
    else if (!facts.ok && !isGone(facts)) return facts;
  }
  return ok(found);
}

/** What is in a folder below; nothing when it vanished, which its parent is asked about. */
async function enter(
  files: FolderFiles,
  { folder, root, mounts }: WalkOptions,
  key: string,
): Promise<Result<readonly ListedEntry[]>> {
  for (let tries = 1; ; tries++) {
    // The listing would follow a link that has taken its place.
    const [now] = await files.statMany(folder, [key]);
    if (now === undefined || (!now.ok && !isGone(now))) return now ?? err(appError('UnexpectedFailure'));
    // Or everything has: that is asked at the end.
    if (!now.ok || now.value.type !== 'folder') return ok([]);
    if (now.value.device !== root.device) mounts?.add(key);
    const listed = await files.list(`${folder}/${key}`);
    if (listed.ok) return ok(inOrder(listed.value));
    if (!isGone(listed) || tries >= maxTries) return listed;
  }
}

async function isStillThere(files: FolderFiles, { folder, root }: WalkOptions): Promise<Result<void>> {
  const now = await files.statFolder(folder);
  if (!now.ok) return now;
  const isSame = now.value.inode === root.inode && now.value.device === root.device;
  return isSame ? ok() : err(appError('FolderReplaced', { path: folder }));
}

/** Whether a failure says that nothing is there, rather than that it could not be looked at. Pure. */
export function isGone(result: Result<unknown>): boolean {
  return !result.ok && (result.error.code === 'FileNotFound' || result.error.code === 'NotADirectory');
}

/**
 * Folders sort as their name with `/`, so that what is below them comes where its keys do. Names that are no Unicode (Linux
 * knows bytes, Windows lone surrogates) cannot be asked for by Node, or not be kept: they are left out.
 */
function inOrder(listed: readonly ListedEntry[]): ListedEntry[] {
  const byKey = new Map<string, ListedEntry>();
  for (const entry of listed) {
    if (entry.type === 'other' || isIgnoredName(entry.name) || !entry.name.isWellFormed()) continue;
    byKey.set(entry.type === 'folder' ? `${entry.name}/` : entry.name, entry);
  }
  const keys = [...byKey.keys()];
  keys.sort(keys.some((key) => beyondPlainOrder.test(key)) ? compareKeys : undefined);
  return keys.map((key) => byKey.get(key) as ListedEntry);
}
