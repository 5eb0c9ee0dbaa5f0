import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** As bucket-poller, folder-watcher and mirrors name their files, with what SQLite has beside them. */
const ofAnIndex = /^([0-9a-f]{32}|compare-\d+)\.(?:sqlite|json)/;

/**
 * Removes what is left of indexes that no rule looks through: of rules that were removed while nothing was watched, and of
 * comparisons that a crash has cut off. Only before anything is opened. What cannot be removed is in nobody's way.
 */
export async function sweepIndexes(folder: string, wanted: ReadonlySet<string>): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const stem = ofAnIndex.exec(name)?.[1];
    if (stem !== undefined && !wanted.has(stem)) await rm(join(folder, name), { force: true }).catch(() => undefined);
  }
}
