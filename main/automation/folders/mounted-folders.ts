import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { EntryFacts, FolderFiles } from './folder-files.ts';

/**
 * Whether the sub-folders (keys) that lay on other disks still do ([A12]): one whose disk is not there looks emptied. The
 * failure names the first that does not: FolderReplaced, or FileNotFound and the like.
 */
export async function stillMounted(
  files: FolderFiles,
  folder: string,
  root: EntryFacts,
  mounts: Iterable<string>,
): Promise<Result<void>> {
  const keys = [...mounts];
  for (const [at, facts] of (await files.statMany(folder, keys)).entries()) {
    if (!facts.ok) return facts;
    if (facts.value.type !== 'folder' || facts.value.device === root.device)
      return err(appError('FolderReplaced', { path: `${folder}/${keys[at]}` }));
  }
  return ok();
}
