import { lstat, open, opendir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, parse } from 'node:path';

const entriesTried = 20;
const probeName = '.brigade-name-probe';

/**
 * See LocalFiles.foldsNames. Asks for something that is there under a name in the other case: in the folder, or else of
 * the folder itself, if the file system above is the same. Only in an empty disk's own folder a file is made, and removed
 * again. What cannot be found out counts as no.
 */
export async function foldsNames(folder: string): Promise<boolean> {
  try {
    const there = await nearest(folder);
    for await (const name of namesIn(there)) {
      const isSame = await isSameInOtherCase(there, name);
      if (isSame !== null) return isSame;
    }
    const above = dirname(there);
    if (above === there || (await stat(above)).dev === (await stat(there)).dev)
      return (await isSameInOtherCase(above, basename(there))) === true;
    return await probe(there);
  } catch {
    return false;
  }
}

async function nearest(folder: string): Promise<string> {
  for (let at = folder; at !== dirname(at); at = dirname(at)) if (await isThere(at)) return at;
  return parse(folder).root;
}

const isThere = (path: string) =>
  lstat(path).then(
    () => true,
    () => false,
  );

async function* namesIn(folder: string): AsyncGenerator<string> {
  let tried = 0;
  for await (const { name } of await opendir(folder)) {
    yield name;
    if ((tried += 1) >= entriesTried) return;
  }
}

/** Null for a name without letters. */
async function isSameInOtherCase(folder: string, name: string): Promise<boolean | null> {
  const other = name === name.toLowerCase() ? name.toUpperCase() : name.toLowerCase();
  if (other === name) return null;
  const path = join(folder, other);
  if (!(await isThere(path))) return false;
  const [own, found] = await Promise.all([lstat(join(folder, name)), lstat(path)]);
  return own.ino === found.ino && own.dev === found.dev;
}

async function probe(folder: string): Promise<boolean> {
  const path = join(folder, probeName);
  await (await open(path, 'wx')).close();
  try {
    return (await isSameInOtherCase(folder, probeName)) === true;
  } finally {
    await rm(path, { force: true });
  }
}
