import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ignoreAbsent, isAbsent, systemCode } from './file-errors.ts';
import { syncFolder as syncFolderOnDisk } from '../../sync-folder.ts';

/** Writes that outlive a crash: whole under their final name, or not there. */
export type DurableFiles = {
  createTemp(): Promise<TempFile>;
  /** Replaces `path` with this text in one step. */
  writeWhole(path: string, text: string): Promise<void>;
  /** Renames, making the folders of the target as needed, and puts the new name on disk. */
  moveInto(from: string, to: string): Promise<void>;
  /** Takes the name away; nothing there is fine. */
  remove(path: string): Promise<void>;
  sync(handle: FileHandle): Promise<void>;
};

/** A file in the making. Call `discard` when it was not moved away; that is idempotent. */
export type TempFile = {
  readonly path: string;
  readonly handle: FileHandle;
  discard(): Promise<void>;
};

/** `durable: false` leaves out every fsync: for benchmarks and tests whose folder dies with them. */
export function createDurableFiles(tempFolder: string, durable: boolean): DurableFiles {
  const folderSyncs = new Map<string, FolderSync>();

  async function syncFolder(folder: string): Promise<void> {
    if (!durable || process.platform === 'win32') return;
    await shareSync(folderSyncs, folder);
  }

  async function createTemp(): Promise<TempFile> {
    const path = join(tempFolder, randomUUID());
    const handle = await open(path, 'wx+');
    let closed = false;
    return {
      path,
      handle,
      discard: async () => {
        if (closed) return;
        closed = true;
        await handle.close().catch(() => undefined);
        await rm(path, { force: true });
      },
    };
  }

  async function sync(handle: FileHandle): Promise<void> {
    if (durable) await handle.datasync();
  }

  async function moveInto(from: string, to: string): Promise<void> {
    const folder = dirname(to);
    for (let attempt = 0; ; attempt++) {
      try {
        await rename(from, to);
        break;
      } catch (thrown) {
        // A folder that is not there yet, or that a delete of its last file has just removed.
        if (systemCode(thrown) !== 'ENOENT' || attempt === 10) throw thrown;
        const firstMade = await mkdir(folder, { recursive: true });
        if (firstMade !== undefined) {
          for (let made = folder; made.length > dirname(firstMade).length; made = dirname(made)) {
            await syncFolder(dirname(made)).catch(() => undefined);
          }
        }
      }
    }
    await syncFolder(folder);
  }

  async function writeWhole(path: string, text: string): Promise<void> {
    const temp = await createTemp();
    try {
      await temp.handle.writeFile(text);
      await sync(temp.handle);
      await temp.handle.close();
      await moveInto(temp.path, path);
    } catch (thrown) {
      await temp.discard();
      throw thrown;
    }
  }

  async function remove(path: string): Promise<void> {
    try {
      await unlink(path);
    } catch (thrown) {
      if (isAbsent(thrown)) return;
      throw thrown;
    }
    await syncFolder(dirname(path)).catch(ignoreAbsent);
  }

  return { createTemp, writeWhole, moveInto, remove, sync };
}

type FolderSync = { running: Promise<void>; next: Promise<void> | null };

/** Whoever asks while a sync of the folder runs shares the one after it: one fsync for many files. */
function shareSync(syncs: Map<string, FolderSync>, folder: string): Promise<void> {
  const current = syncs.get(folder);
  if (current) {
    current.next ??= current.running.catch(() => undefined).then(() => startSync(syncs, folder));
    return current.next;
  }
  return startSync(syncs, folder);
}

function startSync(syncs: Map<string, FolderSync>, folder: string): Promise<void> {
  const running = syncFolderOnDisk(folder).finally(() => {
    if (syncs.get(folder) === entry && entry.next === null) syncs.delete(folder);
  });
  const entry: FolderSync = { running, next: null };
  syncs.set(folder, entry);
  return running;
}
