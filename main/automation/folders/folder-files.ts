import type { Result } from '../../../shared/result.ts';

/** What the system tells of a file or folder, in full precision. */
export type EntryFacts = {
  readonly type: 'file' | 'folder' | 'other';
  readonly sizeBytes: number;
  /** Nanoseconds since 1970; programs may set it to anything. */
  readonly modifiedNs: bigint;
  /** When the system last changed anything about it, milliseconds since 1970: no program can set it. */
  readonly changedMs: number;
  /** As text: 64 bits are more than a number holds. */
  readonly inode: string;
  readonly device: string;
  /** When it was made, nanoseconds since 1970; left out where the file system does not keep it. */
  readonly bornNs?: string;
};

export type ListedEntry = { readonly name: string; readonly type: 'file' | 'folder' | 'other' };

/** The file system as the folder trigger sees it: it looks, and opens nothing. Paths are absolute. */
export interface FolderFiles {
  /** The watched folder itself, which may be a link to one. FileNotFound, LocalAccessDenied … */
  statFolder(path: string): Promise<Result<EntryFacts>>;
  /** What is in a folder, in any order. Links are `other`. */
  list(path: string): Promise<Result<readonly ListedEntry[]>>;
  /** Of each path below the folder (with `/`), in their order. A link is `other`, it is not followed. */
  statMany(folder: string, keys: readonly string[]): Promise<readonly Result<EntryFacts>[]>;
  /** False on network drives: the system hears nothing of what other machines change there ([A13]). */
  watchesWork(folder: string): Promise<boolean>;
}
