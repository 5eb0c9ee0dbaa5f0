import { mkdir, lstat, readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ok } from '../../../shared/result.ts';
import { fail, type Outcome } from '../failure.ts';
import type { DurableFiles } from './durable-files.ts';
import { ignoreAbsent, systemCode } from './file-errors.ts';
import type { FolderNames } from './folder-names.ts';
import { isBucketName, type Layout } from './layout.ts';
import type { OddKeys } from './odd-keys.ts';
import type { Sidecars } from './sidecars.ts';

export type BucketEntry = { readonly name: string; readonly createdMs: number };

/** Buckets are the folders with a bucket's name. */
export type Buckets = {
  list(): Promise<readonly BucketEntry[]>;
  exists(bucket: string): Promise<boolean>;
  /** `region`: as the client asked, '' for none. */
  create(bucket: string, region: string): Promise<Outcome<void>>;
  region(bucket: string): Promise<string>;
  /** Only when it has no object; multipart uploads under way go with it. */
  remove(bucket: string): Promise<Outcome<void>>;
};

type BucketNote = { readonly createdMs: number; readonly region: string };

export function createBuckets(
  layout: Layout,
  parts: {
    readonly files: DurableFiles;
    readonly folderNames: FolderNames;
    readonly oddKeys: OddKeys;
    readonly sidecars: Sidecars;
    readonly nowMs: () => number;
  },
): Buckets {
  const notePath = (bucket: string) => join(layout.bucketState(bucket), 'bucket.json');

  async function readNote(bucket: string): Promise<Partial<BucketNote>> {
    const text = await readFile(notePath(bucket), 'utf8').catch(ignoreAbsent);
    try {
      return text === undefined ? {} : (JSON.parse(text) as Partial<BucketNote>);
    } catch {
      return {};
    }
  }

  async function exists(bucket: string): Promise<boolean> {
    if (!isBucketName(bucket)) return false;
    return (await lstat(layout.bucketFolder(bucket)).catch(ignoreAbsent))?.isDirectory() ?? false;
  }

  async function list(): Promise<readonly BucketEntry[]> {
    const entries = await readdir(layout.folder, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isDirectory() && isBucketName(entry.name)).map((entry) => entry.name);
    return Promise.all(
      names.sort().map(async (name) => {
        const note = await readNote(name);
        const createdMs = note.createdMs ?? (await lstat(layout.bucketFolder(name)).catch(ignoreAbsent))?.mtimeMs ?? 0;
        return { name, createdMs };
      }),
    );
  }

  async function create(bucket: string, region: string): Promise<Outcome<void>> {
    if (!isBucketName(bucket)) return fail('InvalidBucketName', undefined, { BucketName: bucket });
    if (await exists(bucket)) return fail('BucketAlreadyOwnedByYou', undefined, { BucketName: bucket });
    const note: BucketNote = { createdMs: parts.nowMs(), region };
    await parts.files.writeWhole(notePath(bucket), JSON.stringify(note));
    try {
      await mkdir(layout.bucketFolder(bucket));
    } catch (thrown) {
      if (systemCode(thrown) === 'EEXIST') return fail('BucketAlreadyOwnedByYou', undefined, { BucketName: bucket });
      throw thrown;
    }
    return ok();
  }

  async function remove(bucket: string): Promise<Outcome<void>> {
    const folder = layout.bucketFolder(bucket);
    const refused = () => fail('BucketNotEmpty', undefined, { BucketName: bucket });
    if (!(await parts.oddKeys.isEmpty(bucket)) || (await parts.folderNames.hasFiles(folder))) return refused();
    // Empty folders go; anything else (a symbolic link, a file made this moment) makes rmdir fail and stays.
    if (!(await removeEmptyFolders(folder))) return refused();
    await rm(layout.bucketState(bucket), { recursive: true, force: true });
    parts.oddKeys.forgetBucket(bucket);
    parts.sidecars.forgetBucket(bucket);
    return ok();
  }

  return { list, exists, create, region: async (bucket) => (await readNote(bucket)).region ?? '', remove };
}

/** False when something that is no empty folder is left. */
async function removeEmptyFolders(folder: string): Promise<boolean> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory() || !(await removeEmptyFolders(join(folder, entry.name)))) return false;
  }
  try {
    await rmdir(folder);
    return true;
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOTEMPTY' || systemCode(thrown) === 'EEXIST') return false;
    throw thrown;
  }
}
