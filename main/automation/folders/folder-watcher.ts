import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { Clock, Random } from '../../../shared/domain/clock.ts';
import type { RuleId } from '../../../shared/domain/ids.ts';
import { appError } from '../../../shared/errors.ts';
import { err, type Result } from '../../../shared/result.ts';
import { type ChangeSource, type TakeChanges, unknownStatus, type WatchedFolderRule } from '../change-source.ts';
import { keysOf } from '../match.ts';
import type { ObjectIndexes } from '../object-index.ts';
import { chokidarWatching } from './chokidar-watching.ts';
import type { FolderFiles } from './folder-files.ts';
import { createFolderNotes, type FolderNotes } from './folder-identity.ts';
import type { FolderWatching } from './folder-watching.ts';
import { defaultReconcileMs } from './look-timing.ts';
import { defaultMaxPending } from './pending-files.ts';
import { nodeFolderFiles } from './node-folder-files.ts';
import { defaultMaxWatchedFiles } from './watch-or-poll.ts';
import { createWatchedFolder, type WatchedFolder } from './watched-folder.ts';

export type FolderWatcherOptions = {
  readonly indexes: ObjectIndexes;
  readonly clock: Clock;
  readonly random: Random;
  /** Absolute; where the indexes of folders lie, and beside each the note of which folder it is about. */
  readonly folder: string;
  readonly take: TakeChanges;
  /** The status of these rules has changed. */
  onChanged(ruleIds: readonly RuleId[]): void;
  onUnexpected(error: unknown): void;
  /** Between two looks at a folder of which the system tells; five minutes. */
  readonly reconcileMs?: number;
  /** Files of a folder that are remembered while they settle; 50,000. */
  readonly maxPending?: number;
  /** A folder with more files is looked at again and again instead of being watched; 50,000. */
  readonly maxWatchedFiles?: number;
  readonly files?: FolderFiles;
  readonly watching?: FolderWatching;
  /** What the ignore file of a folder says; none where left out. */
  readonly ignoreText?: (folder: string) => Promise<Result<string>>;
  readonly notesAt?: (filePath: string) => FolderNotes;
};

/**
 * The folder trigger ([A10]-[A14]). Rules on the same absolute folder share its index, its watches and its looks; a folder
 * within another one has its own. They share the longest of their quiet times. The index of a folder without rules is
 * removed. Nothing of a network drive is told by the system: there, and with `usePolling`, folders are looked at again and
 * again.
 */
export function createFolderWatcher(options: FolderWatcherOptions): ChangeSource<WatchedFolderRule> {
  const folders = new Map<string, WatchedFolder>();
  const folderOf = new Map<RuleId, WatchedFolder>();
  const triggerOf = new Map<RuleId, WatchedFolderRule['trigger']>();
  /** What goes on with the files of a folder that has no rules any more. */
  const removals = new Map<string, Promise<void>>();
  let isClosed = false;

  function pathsOf(folder: string): { readonly index: string; readonly note: string } {
    const id = folderIndexName(folder);
    return { index: join(options.folder, `${id}.sqlite`), note: join(options.folder, `${id}.json`) };
  }

  const notesOf = (folder: string) => (options.notesAt ?? createFolderNotes)(pathsOf(folder).note);

  function begin(folder: string): WatchedFolder {
    return createWatchedFolder({
      files: nodeFolderFiles,
      watching: chokidarWatching,
      reconcileMs: defaultReconcileMs,
      maxPending: defaultMaxPending,
      maxWatchedFiles: defaultMaxWatchedFiles,
      ...options,
      folder,
      indexPath: pathsOf(folder).index,
      notes: notesOf(folder),
      after: removals.get(folder) ?? Promise.resolve(),
    });
  }

  async function remove(folder: string, watched: WatchedFolder): Promise<void> {
    try {
      await watched.close();
      await options.indexes.remove(pathsOf(folder).index);
      await notesOf(folder).remove();
    } catch (error) {
      options.onUnexpected(error);
    }
  }

  return {
    watch(rules) {
      if (isClosed) return;
      const byFolder = Map.groupBy(rules, ({ trigger }) => resolve(trigger.folder));
      for (const [folder, watched] of folders) {
        if (byFolder.has(folder)) continue;
        folders.delete(folder);
        removals.set(folder, remove(folder, watched));
      }
      folderOf.clear();
      triggerOf.clear();
      for (const [folder, own] of byFolder) {
        const watched = folders.get(folder) ?? begin(folder);
        folders.set(folder, watched);
        for (const { ruleId, trigger } of own) {
          folderOf.set(ruleId, watched);
          triggerOf.set(ruleId, trigger);
        }
        watched.setRules(own);
      }
    },
    status: (ruleId) => folderOf.get(ruleId)?.status(ruleId) ?? unknownStatus,
    async present(ruleId) {
      const watched = folderOf.get(ruleId);
      const trigger = triggerOf.get(ruleId);
      if (watched === undefined || trigger === undefined) return err(appError('InvalidInput', { field: 'ruleId' }));
      const ignored = await options.ignoreText?.(resolve(trigger.folder));
      return ignored?.ok === false ? ignored : watched.present(keysOf(trigger, ignored?.value));
    },
    lookNow: async (ruleId) =>
      (await folderOf.get(ruleId)?.lookNow()) ?? err(appError('InvalidInput', { field: 'ruleId' })),
    async close() {
      isClosed = true;
      await Promise.all([...[...folders.values()].map((watched) => watched.close()), ...removals.values()]);
    },
  };
}

/** The same for the same folder, whoever asks. */
export function folderIndexName(folder: string): string {
  return createHash('sha256')
    .update(`folder:${resolve(folder)}`)
    .digest('hex')
    .slice(0, 32);
}
