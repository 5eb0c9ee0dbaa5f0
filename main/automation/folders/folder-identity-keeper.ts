import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { EntryFacts, FolderFiles } from './folder-files.ts';
import { type FolderNote, type FolderNotes, isSameFolder, judgeIdentity } from './folder-identity.ts';
import { isIgnoredName } from './ignored-names.ts';
import { stillMounted } from './mounted-folders.ts';

export type CheckedFolder = {
  readonly root: EntryFacts;
  /** Not the one of the last check: watches on that one tell nothing. */
  readonly isOther: boolean;
};

/**
 * Knows which folder a place held ([A12]), in this run and before.
 *
 * Another folder in its place that is empty looks like an empty mount point: it is not taken, unless a person looks at it
 * now; then what was there counts as removed. One that holds something is taken, but what it does not have of the old one is
 * in doubt and never told as removed.
 */
export type IdentityKeeper = {
  /**
   * Whether the folder is there and may be looked at. FileNotFound, NotADirectory, LocalAccessDenied, FolderReplaced …
   * `beforeReplacing` delivers what is staged of the old folder.
   */
  check(byPerson: boolean, beforeReplacing: () => Promise<Result<void>>): Promise<Result<CheckedFolder>>;
  /**
   * Whether it still is the folder of the last check, with all disks that were mounted in it: what is missing in it then is
   * gone.
   */
  confirm(): Promise<Result<void>>;
  /** The sub-folders on other disks, as a whole look has found them; for `confirm`. Those of before are forgotten. */
  keepMounts(mounts: ReadonlySet<string>): Promise<Result<void>>;
  /** From the note until `taken`: removals are in doubt. */
  isReplacing(): Promise<Result<boolean>>;
  /** The first look at another folder has been delivered. Idempotent. */
  taken(): Promise<Result<void>>;
};

export function createIdentityKeeper(folder: string, files: FolderFiles, notes: FolderNotes): IdentityKeeper {
  let note: FolderNote | null = null;
  let isRead = false;
  let isOfThisRun = false;

  async function known(): Promise<Result<FolderNote | null>> {
    if (isRead) return ok(note);
    const read = await notes.read();
    if (!read.ok) return read;
    note = read.value;
    isRead = true;
    return read;
  }

  async function keep(next: FolderNote): Promise<Result<void>> {
    const written = await notes.write(next);
    if (written.ok) note = next;
    return written;
  }

  async function statRoot(): Promise<Result<EntryFacts>> {
    const root = await files.statFolder(folder);
    return root.ok && root.value.type !== 'folder' ? err(appError('NotADirectory', { path: folder })) : root;
  }

  async function replace(
    next: FolderNote,
    byPerson: boolean,
    beforeReplacing: () => Promise<Result<void>>,
  ): Promise<Result<void>> {
    if (byPerson) return keep(next);
    const listed = await files.list(folder);
    if (!listed.ok) return listed;
    if (listed.value.every(({ name }) => isIgnoredName(name))) return err(appError('FolderReplaced', { path: folder }));
    const delivered = await beforeReplacing();
    return delivered.ok ? keep({ ...next, isReplacing: true }) : delivered;
  }

  return {
    async check(byPerson, beforeReplacing) {
      const before = await known();
      if (!before.ok) return before;
      const root = await statRoot();
      if (!root.ok) return root;
      const { device, inode, bornNs } = root.value;
      const verdict = judgeIdentity(before.value, root.value, isOfThisRun);
      // A person sees what is there.
      const mounts = byPerson || verdict === 'replaced' ? [] : (before.value?.mounts ?? []);
      const next = { folder, device, inode, bornNs, isReplacing: false, mounts };
      if (verdict === 'replaced') {
        const replaced = await replace(next, byPerson, beforeReplacing);
        if (!replaced.ok) return replaced;
      } else if (
        verdict === 'first' ||
        before.value?.device !== device ||
        (before.value.bornNs === undefined && bornNs !== undefined) ||
        before.value.mounts.length > mounts.length
      ) {
        const kept = await keep({
          ...next,
          bornNs: bornNs ?? before.value?.bornNs,
          isReplacing: before.value?.isReplacing ?? false,
        });
        if (!kept.ok) return kept;
      }
      isOfThisRun = true;
      return ok({ root: root.value, isOther: verdict === 'replaced' });
    },
    async confirm() {
      const root = await statRoot();
      if (!root.ok) return root;
      const isSame = note !== null && isSameFolder(note, root.value) && root.value.device === note.device;
      if (!isSame || note === null) return err(appError('FolderReplaced', { path: folder }));
      return stillMounted(files, folder, root.value, note.mounts);
    },
    async keepMounts(mounts) {
      const isKnown =
        note === null || (note.mounts.length === mounts.size && note.mounts.every((key) => mounts.has(key)));
      return note === null || isKnown ? ok() : keep({ ...note, mounts: [...mounts] });
    },
    async isReplacing() {
      const read = await known();
      return read.ok ? ok(read.value?.isReplacing ?? false) : read;
    },
    taken: async () => (note?.isReplacing ? keep({ ...note, isReplacing: false }) : ok()),
  };
}
