import type { Clock } from '../../../shared/domain/clock.ts';
import { type AppError, appError } from '../../../shared/errors.ts';
import type { WatchedFolderRule } from '../change-source.ts';
import type { FolderFiles } from './folder-files.ts';
import { createFolderHints } from './folder-hints.ts';
import type { FolderWatching } from './folder-watching.ts';

export type WatchOrPollOptions = {
  readonly folder: string;
  readonly files: FolderFiles;
  readonly watching: FolderWatching;
  readonly clock: Clock;
  changed(key: string): void;
  /** Hints may have been lost, or will not come any more. */
  lostCount(): void;
};

/** How changes in a folder are noticed: the system tells of them, or it is looked at again and again ([A13]). */
export type WatchOrPoll = {
  /**
   * As these rules, the kind of drive and the system's limits want it; without rules nothing is watched. `tryAgain`: also
   * where the limit was reached before.
   */
  begin(rules: readonly WatchedFolderRule[], tryAgain: boolean): Promise<void>;
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
  const hints = createFolderHints({
    folder,
    watching: options.watching,
    clock: options.clock,
    changed: (key) => options.changed(key),
    lostCount: () => options.lostCount(),
    limitReached() {
      isLimited = true;
      options.lostCount();
    },
  });
  return {
    async begin(rules, tryAgain) {
      const isAsked = rules.some(({ trigger }) => trigger.usePolling);
      isUnsupported = !isAsked && !(await files.watchesWork(folder));
      isRemote = isAsked || isUnsupported;
      if (tryAgain) isLimited = false;
      if (isRemote || isLimited || rules.length === 0) await hints.close();
      else await hints.open(rules.some(({ trigger }) => trigger.recursive));
    },
    close: () => hints.close(),
    isPolling: () => isRemote || isLimited,
    isRemote: () => isRemote,
    notice() {
      if (isUnsupported) return appError('WatchUnsupported', { path: folder });
      return isLimited && !isRemote ? appError('WatchLimitReached', { path: folder }) : null;
    },
  };
}
