import type { Result } from '../../../shared/result.ts';
import type { FileAttributes } from '../../s3/file-attributes.ts';
import type { FileInfo } from './file-info.ts';
import type { LinkPolicy } from './read-folder.ts';

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
  /** Where it lies: links are followed, and each name is as the file system has it, also where it folds names. FileNotFound … */
  realPath(path: string): Promise<Result<string>>;
  /**
   * Every file below the folder and every folder with nothing in it (the walked one too), in the order of names. Links that
   * are followed: one to a folder above it is a SymlinkLoop entry, one that leads nowhere a DanglingLink. Nothing is opened.
   */
  walk(folder: string, links: LinkPolicy, signal: AbortSignal): AsyncIterable<WalkEntry>;
  /**
   * Idempotent, with all folders above. A file in the way is NotADirectory. `within`: a folder above it that it must not
   * leave through a link that lies below (LinkLeadsOutside); that folder itself may be a link.
   */
  makeFolder(path: string, within?: string): Promise<Result<void>>;
  /** Whether the file system there takes names for one that differ in case only. Finds out by what is there already. */
  foldsNames(folder: string): Promise<boolean>;
  /** Creates the file (it must not exist) with its final size, so that ranges can be written in any order. */
  createTemp(path: string, sizeBytes: number): Promise<Result<void>>;
  /**
   * Makes a finished temporary file durable and gives it its name: fsync, then rename (`replace`) or link, which never
   * replaces (FileExists), then fsync of the folder. The old file stays whole until the new one takes its place. A folder
   * in its place is IsADirectory, a device or a pipe NotAFile. A link in its place is replaced, never written through.
   * `attributes` are given to it before; what the file system does not take of them is left out ([T71]).
   */
  commitTemp(
    tempPath: string,
    path: string,
    replace: boolean,
    attributes: FileAttributes | null,
  ): Promise<Result<void>>;
  /** Idempotent. */
  remove(path: string): Promise<Result<void>>;
  /** Idempotent; with everything in it. Only ever called for folders of our own spool. */
  removeFolder(path: string): Promise<Result<void>>;
}
