import type { Result } from '../../../shared/result.ts';

export type FileInfo = {
  readonly type: 'file' | 'folder' | 'other';
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly inode: number;
};

/** A file below a walked folder, or what could not be read there (named, so that it is not left out silently). */
export type WalkEntry = {
  /** The names below the walked folder, outermost first. */
  readonly names: readonly string[];
  readonly path: string;
  readonly info: Result<FileInfo>;
};

/** The local file system as transfers need it; ranges are read and written by the transport. Paths are absolute. */
export interface LocalFiles {
  /** Follows symbolic links. FileNotFound, LocalAccessDenied, SymlinkLoop … */
  stat(path: string): Promise<Result<FileInfo>>;
  /** Every file below the folder and every folder with nothing in it (the walked one too), links followed, in the order of names. A link to a folder above it is a SymlinkLoop entry. */
  walk(folder: string, signal: AbortSignal): AsyncIterable<WalkEntry>;
  /** Idempotent, with all folders above. A file in the way is NotADirectory. */
  makeFolder(path: string): Promise<Result<void>>;
  /** Creates the file (it must not exist) with its final size, so that ranges can be written in any order. */
  createTemp(path: string, sizeBytes: number): Promise<Result<void>>;
  /**
   * Makes a finished temporary file durable and gives it its name: fsync, then rename (`replace`) or link, which never
   * replaces (FileExists), then fsync of the folder. The old file stays whole until the new one takes its place. A folder
   * in its place is IsADirectory, a device or a pipe NotAFile.
   */
  commitTemp(tempPath: string, path: string, replace: boolean): Promise<Result<void>>;
  /** Idempotent. */
  remove(path: string): Promise<Result<void>>;
  /** Idempotent; with everything in it. Only ever called for folders of our own spool. */
  removeFolder(path: string): Promise<Result<void>>;
}
