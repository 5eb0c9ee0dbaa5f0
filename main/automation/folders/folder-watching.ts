import { systemCodeOf } from '../../s3/system-code.ts';

export type WatchEvents = {
  /** Something happened to the file of this key (its path below the folder, with `/`), or it is gone. A hint. */
  changed(key: string): void;
  /** From now on hints come; what happened before may have given none. Once. */
  ready(): void;
  /** Hints may be missing, or all further ones. */
  failed(error: unknown): void;
  /** The watched folder itself is gone, or there again. A hint. */
  folderChanged(): void;
};

/** What the system tells of a folder ([A10]): hints, any of which may be missing, late or wrong. */
export interface FolderWatching {
  /** Calls nothing before it returns, and nothing after `close` was called. */
  open(folder: string, recursive: boolean, events: WatchEvents): { close(): Promise<void> };
}

/** Whether the system has no more watches to give: inotify's says that the disk is full. Pure. */
export function isWatchLimit(error: unknown): boolean {
  const code = systemCodeOf(error);
  return code === 'ENOSPC' || code === 'EMFILE' || code === 'ENFILE' || code === 'ENOMEM';
}
