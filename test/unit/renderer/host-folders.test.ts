import { expect, test } from 'vitest';
import { missingFolder, shownFolders } from '../../../renderer/features/downloads/host-folders.ts';
import { findTyped } from '../../../renderer/ui/grid/type-ahead.ts';
import { appError } from '../../../shared/errors.ts';

const folderWith = (folder: string, ...names: string[]) => ({
  folder,
  parent: '/',
  entries: names.map((name) => ({
    name,
    path: `${folder}/${name}`,
    isFolder: !name.includes('.txt'),
    sizeBytes: 0,
    modifiedMs: null,
  })),
});

test('hidden folders are shown only inside of one', () => {
  const names = (folder: string) =>
    shownFolders(folderWith(folder, '.config', 'Pictures', 'a.txt'), '/').map(({ name }) => name);
  expect(names('/home/kim')).toEqual(['Pictures']);
  expect(names('/home/kim/.local/share')).toEqual(['.config', 'Pictures']);
});

test('a letter goes on to the next name with it, more letters to the name they begin', () => {
  const names = ['Documents', 'Downloads', 'Pictures'];
  expect(findTyped(names, 0, 'd')).toBe(1);
  expect(findTyped(names, 1, 'd')).toBe(0);
  expect(findTyped(names, 0, 'do')).toBe(0);
  expect(findTyped(names, 0, 'DOW')).toBe(1);
  expect(findTyped(names, 0, 'x')).toBeNull();
});

test('only what is not there and has a folder above could be made', () => {
  expect(missingFolder(appError('FileNotFound', { path: '/home/x' }), '/')).toBe('/home/x');
  expect(missingFolder(appError('FileNotFound', { path: 'D:\\' }), '\\')).toBeNull();
  expect(missingFolder(appError('LocalAccessDenied', { path: '/home/x' }), '/')).toBeNull();
});
