import { ok, type Result } from '../../../shared/result.ts';
import type { ObjectIndex, SeenObject } from '../object-index.ts';
import type { EntryFacts, FolderFiles } from './folder-files.ts';
import type { PendingFiles } from './pending-files.ts';
import { judgeSettled, seenFile, type Settling } from './settle.ts';
import { isGone } from './walk-folder.ts';

const maxBatch = 500;
const retryMs = 5000;

export type SettleOptions = {
  readonly folder: string;
  readonly files: FolderFiles;
  readonly index: ObjectIndex;
  readonly pending: PendingFiles;
  readonly settling: Settling;
  /** That the folder is still the one that was looked at. */
  confirm(): Promise<Result<void>>;
  nowMs(): number;
};

/** `needsLook`: some could not be looked at, which a whole look has to tell. */
export type Settled = { readonly updated: number; readonly needsLook: boolean };

/**
 * Looks again at up to 500 of the pending files that are due, and tells the index of those that count now ([A11]). A file is
 * gone only when the folder has been confirmed after it was missed. On a failure they are due again in five seconds.
 */
export async function settleDue(options: SettleOptions): Promise<Result<Settled>> {
  const { files, folder, index, pending, settling } = options;
  const nowMs = options.nowMs();
  const keys = pending.due(nowMs, maxBatch);
  const before = new Map(keys.map((key) => [key, pending.get(key)]));
  const found = await lookUp(files, folder, keys);
  let needsLook = false;
  const updates: { readonly key: string; readonly now: SeenObject | null }[] = [];
  for (const [at, key] of keys.entries()) {
    const facts = found[at] as Result<EntryFacts | null>;
    const observed = pending.get(key);
    // A hint that came meanwhile makes it wait again.
    if (observed === undefined || observed !== before.get(key)) continue;
    if (!facts.ok) {
      pending.delete(key);
      needsLook = true;
      continue;
    }
    const judged = judgeSettled(observed, facts.value, nowMs, settling);
    if (judged === 'settled') updates.push({ key, now: facts.value === null ? null : seenFile(key, facts.value) });
    else pending.set(key, judged);
  }
  if (updates.length === 0) return ok({ updated: 0, needsLook });
  const confirmed = await options.confirm();
  const updated = confirmed.ok ? await index.update(updates) : confirmed;
  for (const { key } of updates) {
    const observed = pending.get(key);
    if (observed === undefined || observed !== before.get(key)) continue;
    if (updated.ok) pending.delete(key);
    else pending.set(key, { ...observed, dueMs: nowMs + retryMs });
  }
  return updated.ok ? ok({ updated: updates.length, needsLook }) : updated;
}

/** The files of these keys; null: none there, or only through a link. Failures: what cannot be told. */
async function lookUp(
  files: FolderFiles,
  folder: string,
  keys: readonly string[],
): Promise<readonly Result<EntryFacts | null>[]> {
  const above = [...new Set(keys.flatMap(foldersAbove))];
  const aboveFacts = await files.statMany(folder, above);
  const notFolders = new Set(
    above.filter((_, at) => {
      const facts = aboveFacts[at];
      return facts?.ok === true && facts.value.type !== 'folder';
    }),
  );
  return (await files.statMany(folder, keys)).map((facts, at) => {
    if (foldersAbove(keys[at] as string).some((path) => notFolders.has(path))) return ok(null);
    if (!facts.ok) return isGone(facts) ? ok(null) : facts;
    return ok(facts.value.type === 'file' ? facts.value : null);
  });
}

function foldersAbove(key: string): string[] {
  const above: string[] = [];
  for (let at = key.indexOf('/'); at >= 0; at = key.indexOf('/', at + 1)) above.push(key.slice(0, at));
  return above;
}
