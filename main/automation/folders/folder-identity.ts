import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { ok, type Result } from '../../../shared/result.ts';
import { readPrivateFile, removePrivateFile, writePrivateFile } from '../../private-file.ts';
import type { EntryFacts } from './folder-files.ts';

/** Which folder the index is about; kept beside it as JSON. */
export type FolderNote = {
  readonly folder: string;
  readonly device: string;
  readonly inode: string;
  /** Another folder has taken its place, and its first look has not been taken yet: what that look misses is not removed. */
  readonly isReplacing: boolean;
  /** Keys of sub-folders on other disks. */
  readonly mounts: readonly string[];
};

const folderNoteSchema = z.object({
  folder: z.string(),
  device: z.string(),
  inode: z.string(),
  isReplacing: z.boolean(),
  mounts: z.array(z.string()).default([]),
});

/** Keeps the note of one folder. */
export interface FolderNotes {
  /** Null: there is none, or it is unreadable. */
  read(): Promise<Result<FolderNote | null>>;
  /** Durable when it answers. */
  write(note: FolderNote): Promise<Result<void>>;
  /** Idempotent. */
  remove(): Promise<Result<void>>;
}

export function createFolderNotes(filePath: string): FolderNotes {
  return {
    async read() {
      const bytes = await readPrivateFile(filePath);
      if (!bytes.ok) return bytes;
      return ok(bytes.value === null ? null : parse(bytes.value.toString('utf8')));
    },
    async write(note) {
      await mkdir(dirname(filePath), { recursive: true }).catch(() => undefined);
      return writePrivateFile(filePath, Buffer.from(JSON.stringify(note)));
    },
    async remove() {
      const removed = await removePrivateFile(filePath);
      return removed.ok ? ok() : removed;
    },
  };
}

function parse(text: string): FolderNote | null {
  try {
    return folderNoteSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/**
 * What to make of the folder that is there. `same`: go on. `first`: no folder is known, this one is it. `replaced`: another
 * one, which is taken when it holds something or a person looks at it ([A12]).
 *
 * Within a run both device and inode tell. After a restart only the inode does: Linux and macOS number devices anew. (An
 * empty mount point has another inode than the disk that was mounted there.) Pure.
 */
export function judgeIdentity(
  known: FolderNote | null,
  now: EntryFacts,
  isOfThisRun: boolean,
): 'same' | 'first' | 'replaced' {
  if (known === null) return 'first';
  if (known.inode !== now.inode) return 'replaced';
  return known.device === now.device || !isOfThisRun ? 'same' : 'replaced';
}
