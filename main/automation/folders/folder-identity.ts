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
  /** As in EntryFacts. */
  readonly bornNs?: string | undefined;
  /** Another folder has taken its place, and its first look has not been taken yet: what that look misses is not removed. */
  readonly isReplacing: boolean;
  /** Keys of sub-folders on other disks. */
  readonly mounts: readonly string[];
};

const folderNoteSchema = z.object({
  folder: z.string(),
  device: z.string(),
  inode: z.string(),
  bornNs: z.string().optional(),
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
 * Within a run device, inode and birth tell. After a restart the device does not: Linux and macOS number them anew. (An empty
 * mount point has another inode than the disk that was mounted there; the topmost folders of two disks often have the same
 * one, but another birth.) Pure.
 */
export function judgeIdentity(
  known: FolderNote | null,
  now: EntryFacts,
  isOfThisRun: boolean,
): 'same' | 'first' | 'replaced' {
  if (known === null) return 'first';
  if (!isSameFolder(known, now)) return 'replaced';
  return known.device === now.device || !isOfThisRun ? 'same' : 'replaced';
}

/** But for its device. Pure. */
export function isSameFolder(
  known: Pick<FolderNote, 'inode' | 'bornNs'>,
  now: Pick<EntryFacts, 'inode' | 'bornNs'>,
): boolean {
  const isOtherBirth = known.bornNs !== undefined && now.bornNs !== undefined && known.bornNs !== now.bornNs;
  return known.inode === now.inode && !isOtherBirth;
}
