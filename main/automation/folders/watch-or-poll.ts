import { type AppError, appError } from '../../../shared/errors.ts';
import type { WatchedFolderRule } from '../change-source.ts';
import type { FolderFiles } from './folder-files.ts';
import { createFolderHints } from './folder-hints.ts';
import type { FolderWatching } from './folder-watching.ts';

export type WatchOrPollOptions = {
  readonly folder: string;
  readonly files: FolderFiles;
  readonly watching: FolderWatching;
  readonly maxWatchedFiles: number;
  changed(key: string): void;
  /** Hints may have been lost, or will not come any more. */
  lostCount(): void;
};

/** chokidar holds 2 kB in memory for each file. */
export const defaultMaxWatchedFiles = 50_000;

/** How changes in a folder are noticed: the system tells of them, or it is looked at again and again ([A13]). */
export type WatchOrPoll = {
  /**
   * As these rules, the kind of drive, the system's limits and the number of files (null: not known yet) want it; without
   * rules nothing is watched. When watches are there, `lostCount` is called: a look before has seen less.
   */
  begin(rules: readonly WatchedFolderRule[], fileCount: number | null): Promise<void>;
  /** Watches may be had again. */
  forgetLimit(): void;
  /** Idempotent. Nothing is told any more as soon as it is called. */
  close(): Promise<void>;
  /** As of the last `begin`. */
  isPolling(): boolean;
  /** The folder may lie on a machine with another clock. */
  isRemote(): boolean;
  notice(): AppError | null;
};

export function createWatchOrPoll(options: WatchOrPollOptions): WatchOrPoll {
  const { folder, files } = options;
  let isLimited = false;
  let isRemote = false;
  let isUnsupported = false;
  let isTooLarge = false;
  const hints = createFolderHints({
    folder,
    watching: options.watching,
    changed: (key) => options.changed(key),
    lostCount: () => options.lostCount(),
    limitReached() {
      isLimited = true;
      options.lostCount();
    },
  });
  return {
    async begin(rules, fileCount) {
      const isAsked = rules.some(({ trigger }) => trigger.usePolling);
      isUnsupported = !isAsked && !(await files.watchesWork(folder));
      isRemote = isAsked || isUnsupported;
      if (fileCount !== null) isTooLarge = fileCount > options.maxWatchedFiles;
      if (isRemote || isLimited || isTooLarge || rules.length === 0) await hints.close();
      else if (fileCount !== null) await hints.open(rules.some(({ trigger }) => trigger.recursive));
    },
    forgetLimit() {
      isLimited = false;
    },
    close: () => hints.close(),
    isPolling: () => isRemote || isLimited || isTooLarge,
    isRemote: () => isRemote,
    notice() {
      if (isUnsupported) return appError('WatchUnsupported', { path: folder });
      if (isRemote) return null;
      if (isTooLarge) return appError('TooManyToWatch', { path: folder });
      return isLimited ? appError('WatchLimitReached', { path: folder }) : null;
    },
  };
}
