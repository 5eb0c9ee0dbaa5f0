import { expect, test } from 'vitest';
import { findTyped, moveInList, shownFolders } from '../../../renderer/features/downloads/host-folders.ts';
import { makeFolders, missingFolder } from '../../../renderer/features/downloads/make-folders.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok } from '../../../shared/result.ts';
import { createFakeEngine } from '../../fakes/fake-engine-client.ts';

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

/** A machine whose folders are those given, and what the window made of them. */
function machineWith(...there: string[]) {
  const folders = new Set(there);
  const engine = createFakeEngine(
    {
      'hostFiles.createFolder': ({ folder, name }) => {
        const path = folder === '/' ? `/${name}` : `${folder}/${name}`;
        if (folder === '/locked') return err(appError('LocalAccessDenied', { path }));
        if (!folders.has(folder)) return err(appError('FileNotFound', { path }));
        folders.add(path);
        return ok({ path });
      },
    },
    () => {
      throw new Error('Nobody asks for it.');
    },
  );
  return { engine, folders };
}

test('hidden folders are shown only inside of one', () => {
  const names = (folder: string) =>
    shownFolders(folderWith(folder, '.config', 'Pictures', 'a.txt'), '/').map(({ name }) => name);
  expect(names('/home/kim')).toEqual(['Pictures']);
  expect(names('/home/kim/.local/share')).toEqual(['.config', 'Pictures']);
});

test('keys move inside the list, and others do not', () => {
  expect(moveInList('ArrowDown', 2, 4, 9)).toBe(3);
  expect(moveInList('ArrowDown', 3, 4, 9)).toBe(3);
  expect(moveInList('ArrowUp', 0, 4, 9)).toBe(0);
  expect(moveInList('PageDown', 0, 40, 9)).toBe(9);
  expect(moveInList('End', 0, 4, 9)).toBe(3);
  expect(moveInList('Home', 3, 4, 9)).toBe(0);
  expect(moveInList('Tab', 0, 4, 9)).toBeNull();
  expect(moveInList('End', 0, 0, 9)).toBeNull();
});

test('a letter goes on to the next name with it, more letters to the name they begin', () => {
  const names = ['Documents', 'Downloads', 'Pictures'];
  expect(findTyped(names, 0, 'd')).toBe(1);
  expect(findTyped(names, 1, 'd')).toBe(0);
  expect(findTyped(names, 0, 'do')).toBe(0);
  expect(findTyped(names, 0, 'DOW')).toBe(1);
  expect(findTyped(names, 0, 'x')).toBeNull();
});

test('a folder is made with those above it that are not there, and no other', async () => {
  const { engine, folders } = machineWith('/', '/home');
  expect(await makeFolders(engine, '/home/kim/in/2026', '/')).toEqual(ok({ path: '/home/kim/in/2026' }));
  expect([...folders]).toEqual(['/', '/home', '/home/kim', '/home/kim/in', '/home/kim/in/2026']);
});

test('where a folder above cannot be made, that is the error', async () => {
  const { engine } = machineWith('/', '/locked');
  const made = await makeFolders(engine, '/locked/in/2026', '/');
  expect(made).toMatchObject({ ok: false, error: { code: 'LocalAccessDenied', context: { path: '/locked/in' } } });
  expect(await makeFolders(engine, 'D:\\', '\\')).toMatchObject({ ok: false, error: { code: 'FileNotFound' } });
});

test('only what is not there and has a folder above could be made', () => {
  expect(missingFolder(appError('FileNotFound', { path: '/home/x' }), '/')).toBe('/home/x');
  expect(missingFolder(appError('FileNotFound', { path: 'D:\\' }), '\\')).toBeNull();
  expect(missingFolder(appError('LocalAccessDenied', { path: '/home/x' }), '/')).toBeNull();
});
