import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { hashFile } from '../servers/large-files.ts';

/** Writes files below a folder; a name that ends in `/` is an empty folder. */
export async function writeTree(folder: string, files: Readonly<Record<string, string | Buffer>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(name.endsWith('/') ? path : dirname(path), { recursive: true });
    if (!name.endsWith('/')) await writeFile(path, content);
  }
}

/** Every file below a folder with its size and hash, and every folder (ending in `/`); sorted. */
export async function readTree(folder: string): Promise<Record<string, string>> {
  const tree: [string, string][] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path);
    if (entry.isDirectory()) tree.push([`${name}/`, 'folder']);
    else tree.push([name, `${(await stat(path)).size} ${await hashFile(path)}`]);
  }
  return Object.fromEntries(tree.sort(([a], [b]) => (a < b ? -1 : 1)));
}
