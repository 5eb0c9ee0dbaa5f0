import { expect, it } from 'vitest';
import { isIgnoredName } from '../../../main/automation/folders/ignored-names.ts';
import { walkFolder } from '../../../main/automation/folders/walk-folder.ts';
import { createManualClock } from '../../fakes/manual-clock.ts';
import { createMemoryFolder, type MemoryFolder } from '../../fakes/memory-folder.ts';

function openFolder(): MemoryFolder {
  const folder = createMemoryFolder('/watched', createManualClock());
  for (const key of ['a', 'b/c', 'b/d', 'e']) folder.write(key, 1);
  return folder;
}

async function walk(folder: MemoryFolder, signal = new AbortController().signal): Promise<string[]> {
  const root = await folder.statFolder('/watched');
  if (!root.ok) throw new Error('no folder');
  const found: string[] = [];
  for await (const batch of walkFolder(folder, { folder: '/watched', root: root.value, recursive: true, signal })) {
    if (batch.ok) found.push(...batch.value.map(({ key }) => key));
    else found.push(batch.error.code);
  }
  return found;
}

/** Does something once, just before this is asked. */
function before(folder: MemoryFolder, asked: string, act: () => void): void {
  let isDone = false;
  folder.onAsked = (what, path) => {
    if (isDone || `${what} ${path}` !== asked) return;
    isDone = true;
    act();
  };
}

it('a folder that vanishes on the way is left out, and fails nothing', async () => {
  const folder = openFolder();
  before(folder, 'list b', () => {
    folder.remove('b/c');
    folder.remove('b/d');
  });
  expect(await walk(folder)).toEqual(['a', 'e']);
});

it('a folder that comes back at once is read', async () => {
  const folder = openFolder();
  let failures = 0;
  folder.onAsked = (what, path) => {
    if (path !== 'b' || what === 'statFolder') return;
    if (what === 'statMany') folder.failing.delete('b');
    else if (failures++ === 0) folder.failing.set('b', 'FileNotFound');
  };
  expect(await walk(folder)).toEqual(['a', 'b/c', 'b/d', 'e']);
});

it('a link that takes the place of a folder is not followed', async () => {
  const folder = openFolder();
  before(folder, 'statMany b', () => {
    folder.remove('b/c');
    folder.remove('b/d');
    folder.link('b');
  });
  expect(await walk(folder)).toEqual(['a', 'e']);
});

it('a file that vanishes is left out', async () => {
  const folder = openFolder();
  before(folder, 'statMany b/d', () => folder.remove('b/d'));
  expect(await walk(folder)).toEqual(['a', 'b/c', 'e']);
});

it.each(['list b', 'statMany b/c', 'statMany e'])(
  '[A12] the whole folder vanishing (%s) is a failure',
  async (asked) => {
    const folder = openFolder();
    before(folder, asked, () => (folder.root = null));
    expect((await walk(folder)).at(-1)).toBe('FileNotFound');
  },
);

it('[A12] another folder in its place is a failure', async () => {
  const folder = openFolder();
  before(folder, 'statMany e', () => (folder.root = { device: 'other', inode: '2' }));
  expect((await walk(folder)).at(-1)).toBe('FolderReplaced');
});

it.each(['b', 'b/d'])('[A1] what cannot be read (%s) is a failure of the whole', async (path) => {
  const folder = openFolder();
  folder.failing.set(path, 'LocalAccessDenied');
  expect((await walk(folder)).at(-1)).toBe('LocalAccessDenied');
});

it('a walk that is stopped ends as cancelled', async () => {
  expect(await walk(openFolder(), AbortSignal.abort())).toEqual(['Cancelled']);
});

it.each([
  ['.report.pdf.3f2a-1.brigade-part', true],
  ['film.mkv.part', true],
  ['setup.exe.crdownload', true],
  ['~$letter.docx', true],
  ['.~lock.table.ods#', true],
  ['.notes.txt.swp', true],
  ['.DS_Store', true],
  ['THUMBS.DB', true],
  ['desktop.ini', true],
  ['lost+found', true],
  ['part', false],
  ['apart', false],
  ['download', false],
  ['.env', false],
  ['~', false],
])('[A14] is the name %s left out: %s', (name, expected) => {
  expect(isIgnoredName(name)).toBe(expected);
});
