import { ok, type Result } from '../../../shared/result.ts';
import type { WatchedFolderRule } from '../change-source.ts';
import type { ObjectIndex } from '../object-index.ts';
import type { EntryFacts, FolderFiles } from './folder-files.ts';
import type { PendingFiles } from './pending-files.ts';
import type { Settling } from './settle.ts';
import { settledRows } from './settled-rows.ts';
import { walkFolder } from './walk-folder.ts';

export type FolderLook = {
  readonly folder: string;
  readonly root: EntryFacts;
  readonly files: FolderFiles;
  readonly index: ObjectIndex;
  readonly pending: PendingFiles;
  readonly settling: Settling;
  readonly recursive: boolean;
  /** All rules on the folder: what is found counts for those that are off as well. */
  readonly rules: readonly WatchedFolderRule[];
  readonly signal: AbortSignal;
  nowMs(): number;
  /** More files are unsettled than can be remembered: another look has to find them. */
  overflowed(): void;
  /** Asked when everything has been walked, before it counts: that nothing of the folder is away. */
  confirm(): Promise<Result<void>>;
};

/** `files`: as many as there are, settled or not. */
export type LookedFolder = { readonly files: number; readonly mounts: ReadonlySet<string> };

/** Compares the whole folder with its index ([A1]), and forgets marks of rules that are gone. */
export async function lookAtFolder(look: FolderLook): Promise<Result<LookedFolder>> {
  const { folder, root, files, index, recursive, rules, signal } = look;
  const marks = rules.flatMap((rule) => rule.marks);
  // A mark on all files is not served by a look at some of them.
  const servable = marks.filter(({ cover }) => recursive || !cover.recursive);
  let count = 0;
  const mounts = new Set<string>();
  async function* walk(): ReturnType<typeof walkFolder> {
    for await (const batch of walkFolder(files, { folder, root, recursive, signal, mounts })) {
      if (batch.ok) count += batch.value.length;
      yield batch;
    }
    const confirmed = await look.confirm();
    if (!confirmed.ok) yield confirmed;
  }
  const looked = await index.look({ cover: { prefix: '', recursive }, marks: servable }, settledRows(walk(), look));
  if (!looked.ok) return looked;

  const served = await index.servedMarks();
  if (!served.ok) return served;
  const ids = new Set(marks.map(({ id }) => id));
  const stale = [...served.value.keys()].filter((id) => !ids.has(id));
  const dropped = stale.length === 0 ? ok() : await index.dropMarks(stale);
  return dropped.ok ? ok({ files: count, mounts }) : dropped;
}
