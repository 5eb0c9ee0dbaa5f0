import { ok, type Result } from '../../../shared/result.ts';
import { commitMany, type TempCommit } from './commit-many.ts';
import { type FolderNames, type LinkPolicy, type ManyInfos, readFolder, statMany } from './read-folder.ts';

/** What LocalFiles leaves to a worker thread: it takes many files at once, and would hold up whoever does it. */
export type FileTasks = {
  readFolder(path: string): Promise<Result<FolderNames>>;
  statMany(folder: string, names: readonly string[], links: LinkPolicy): Promise<Result<ManyInfos>>;
  /** An outcome for each, in their order. */
  commitMany(files: readonly TempCommit[]): Promise<Result<readonly Result<void>[]>>;
};

/** In the thread that calls. */
export const ownFileTasks: FileTasks = {
  readFolder: async (path) => readFolder(path),
  statMany: async (folder, names, links) => ok(statMany(folder, names, links)),
  commitMany: async (files) => ok(await commitMany(files)),
};
