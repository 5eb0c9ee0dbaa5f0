import { link, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { foldsNames } from '../../main/transfers/files/folds-names.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'brigade-folds-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** On a file system that tells `A` from `a`, two links to one file are what one that does not would show. */
const isApart = process.platform === 'linux';

describe.runIf(isApart)('[T36] whether a file system takes A and a for one name', () => {
  test('is told by what is in the folder', async () => {
    await writeFile(join(folder, 'name'), '');
    expect(await foldsNames(folder)).toBe(false);
    await writeFile(join(folder, 'NAME'), '');
    expect(await foldsNames(folder)).toBe(false);
    await rm(join(folder, 'NAME'));
    await link(join(folder, 'name'), join(folder, 'NAME'));
    expect(await foldsNames(folder)).toBe(true);
  });

  test('is told by the folder itself when nothing is in it that has letters', async () => {
    await mkdir(join(folder, 'inner', '123'), { recursive: true });
    expect(await foldsNames(join(folder, 'inner'))).toBe(false);
    expect(await readdir(join(folder, 'inner'))).toEqual(['123']);
  });

  test('is told by the folder above where there is none yet', async () => {
    await writeFile(join(folder, 'name'), '');
    await link(join(folder, 'name'), join(folder, 'NAME'));
    expect(await foldsNames(join(folder, 'not', 'there'))).toBe(true);
    expect((await readdir(folder)).sort()).toEqual(['NAME', 'name']);
  });
});
