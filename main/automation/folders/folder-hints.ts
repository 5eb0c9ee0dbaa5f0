import { type FolderWatching, isWatchLimit } from './folder-watching.ts';

export type FolderHintsOptions = {
  readonly folder: string;
  readonly watching: FolderWatching;
  changed(key: string): void;
  /** Hints may have been lost, or come from now on only. */
  lostCount(): void;
  /** The system has no more watches to give; these are closed. */
  limitReached(): void;
};

/** The watches on one folder, open or not. */
export type FolderHints = {
  /** Opens them when they are not. Once they tell of changes, `lostCount` says that they did not before. */
  open(recursive: boolean): Promise<void>;
  /** Idempotent. Nothing is told any more as soon as it is called. */
  close(): Promise<void>;
};

export function createFolderHints(options: FolderHintsOptions): FolderHints {
  const { folder, watching } = options;
  let open: { readonly recursive: boolean; close(): Promise<void> } | null = null;
  let closing: Promise<void> = Promise.resolve();

  function close(): Promise<void> {
    const before = open;
    open = null;
    if (before !== null) closing = Promise.all([closing, before.close()]).then(() => undefined);
    return closing;
  }

  function begin(recursive: boolean): void {
    const watcher = watching.open(folder, recursive, {
      changed: (key) => options.changed(key),
      ready: () => options.lostCount(),
      failed(error) {
        if (!isWatchLimit(error)) return options.lostCount();
        void close();
        options.limitReached();
      },
      folderChanged: () => options.lostCount(),
    });
    open = { recursive, close: () => watcher.close() };
  }

  return {
    close,
    async open(recursive) {
      if (open?.recursive === recursive) return;
      await close();
      if (open === null) begin(recursive);
    },
  };
}
