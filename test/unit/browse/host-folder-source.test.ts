import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { hostFolderSource } from '../../../main/browse/host-folder-source.ts';
import { RowTable } from '../../../main/browse/row-table.ts';

async function list(folder: string, withDotFiles: boolean) {
  const table = new RowTable(folder + sep);
  for await (const page of hostFolderSource(folder, folder + sep, withDotFiles)(table, new AbortController().signal)) {
    expect(page.ok).toBe(true);
  }
  return Array.from({ length: table.length }, (_, index) => table.row(index).name).sort();
}

test('files that a dot hides are listed only when asked for', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'host-folder-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, '.cache'));
  await mkdir(join(folder, 'in'));
  await writeFile(join(folder, '.profile'), 'x');
  await writeFile(join(folder, 'a.b'), 'x');
  expect(await list(folder, false)).toEqual(['a.b', 'in']);
  expect(await list(folder, true)).toEqual(['.cache', '.profile', 'a.b', 'in']);
});
