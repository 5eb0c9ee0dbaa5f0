import type { Clock } from '../../../shared/domain/clock.ts';
import { type FolderWatching, isWatchLimit } from './folder-watching.ts';

/** How long the first look waits for the system's watches; with the look after that they are there. */
const readyWaitMs = 30_000;

export type FolderHintsOptions = {
  readonly folder: string;
  readonly watching: FolderWatching;
  readonly clock: Clock;
  changed(key: string): void;
  /** Hints may have been lost, or come from now on only. */
  lostCount(): void;
  /** The system has no more watches to give; these are closed. */
  limitReached(error: unknown): void;
};

/** The watches on one folder, open or not. */
export type FolderHints = {
  /** Opens them when they are not; answers when they tell of changes, after half a minute at the latest. */
  open(recursive: boolean): Promise<void>;
  /** Idempotent. Nothing is told any more as soon as it is called. */
  close(): Promise<void>;
};

export function createFolderHints(options: FolderHintsOptions): FolderHints {
  const { folder, watching, clock } = options;
  let open: { readonly recursive: boolean; close(): Promise<void> } | null = null;
  let closing: Promise<void> = Promise.resolve();

  function close(): Promise<void> {
    const before = open;
    open = null;
    if (before !== null) closing = Promise.all([closing, before.close()]).then(() => undefined);
    return closing;
  }

  function begin(recursive: boolean, go: () => void): void {
    let isWaitedFor = true;
    const settle = () => {
      isWaitedFor = false;
      cancelWait();
      go();
    };
    const cancelWait = clock.setTimer(readyWaitMs, settle);
    const watcher = watching.open(folder, recursive, {
      changed: (key) => options.changed(key),
      ready() {
        if (!isWaitedFor) options.lostCount();
        settle();
      },
      failed(error) {
        if (!isWatchLimit(error)) return options.lostCount();
        settle();
        void close();
        options.limitReached(error);
      },
      folderChanged: () => options.lostCount(),
    });
    open = {
      recursive,
      close() {
        settle();
        return watcher.close();
      },
    };
  }

  return {
    close,
    async open(recursive) {
      if (open?.recursive === recursive) return;
      await close();
      await new Promise<void>((resolve) => begin(recursive, resolve));
    },
  };
}
