import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './fixtures.ts';
import { readTree, writeTree } from './folder-contents.ts';
import {
  chooseFolder,
  downloadInto,
  dragOver,
  dropPaths,
  expectAccessible,
  job,
  openRoot,
  openTransfers,
  row,
  rowNames,
} from './window-actions.ts';

const tree = {
  'a.txt': 'plain',
  'empty.bin': '',
  'no files/': '',
  'ä é 日本.txt': 'names',
  ' spaced  name .txt': 'spaces',
  '#?&=%41+.txt': 'signs',
  'sub/deep er/.hidden': 'hidden',
  'sub/multipart.bin': randomBytes(20 * 1024 * 1024),
};

// The other stories are told without motion; these with what most people see.
test.use({ contextOptions: { reducedMotion: 'no-preference' } });

test('from the first start to files there and back, without an account', async ({
  window: page,
  workFolder,
  takePicture,
}) => {
  const source = join(workFolder, 'Holiday 2026');
  await writeTree(source, tree);
  const single = join(workFolder, 'single.txt');
  await writeFile(single, 'one file beside the folder');

  await test.step('first start offers two ways in', async () => {
    await expect(page.getByRole('button', { name: 'Connect to a server' })).toBeVisible();
    await expectAccessible(page);
    await takePicture('01-first-start');
    await page.getByRole('button', { name: 'Try it with a bucket on this computer' }).click();
    await expect(row(page, 'my-bucket')).toBeVisible();
    await takePicture('02-buckets');
  });

  await test.step('an empty bucket says what to do', async () => {
    await row(page, 'my-bucket').dblclick();
    await expect(page.getByText('This bucket is empty')).toBeVisible();
    await expectAccessible(page);
    await takePicture('03-empty-bucket');
  });

  await test.step('files and folders dropped from the desktop', async () => {
    const drag = await dragOver(page, { paths: [source, single], over: page.getByTestId('drop-area') });
    await expect(page.getByText(/Upload \d+ items? to my-bucket/)).toBeVisible();
    await takePicture('04-drop-target');
    await drag.drop();
    await expect(row(page, 'Holiday 2026')).toBeVisible();
    await expect(row(page, 'single.txt')).toBeVisible();
    await openTransfers(page);
    await expect(job(page, 'done')).toHaveCount(1);
    await page.getByRole('button', { name: 'Show files' }).click();
    await expect(page.getByText('Verified by checksum').first()).toBeVisible();
    await expectAccessible(page);
    await takePicture('05-uploaded');
  });

  await test.step('into the folder and back', async () => {
    await row(page, 'Holiday 2026').dblclick();
    await expect(row(page, 'ä é 日本.txt')).toBeVisible();
    await expect
      .poll(() => rowNames(page))
      .toEqual(expect.arrayContaining(['no files', 'sub', ' spaced  name .txt', '#?&=%41+.txt', 'a.txt', 'empty.bin']));
    await takePicture('06-folder');
    await page.getByRole('button', { name: 'Up', exact: true }).click();
    await expect(row(page, 'single.txt')).toBeVisible();
  });

  const target = join(workFolder, 'back');
  await test.step('everything comes back byte for byte', async () => {
    await mkdir(target);
    await row(page, 'single.txt').click();
    await page.keyboard.press('ControlOrMeta+a');
    await expect(page.getByText('2 selected').first()).toBeVisible();
    await page.getByRole('button', { name: 'Download', exact: true }).click();
    await expect(page.getByRole('listbox', { name: 'Folders' })).toBeVisible();
    await expectAccessible(page);
    await takePicture('07-folder-picker');
    await chooseFolder(page, target);
    await expect(job(page, 'done')).toHaveCount(2);
    await takePicture('08-downloaded');
    expect(await readTree(join(target, 'Holiday 2026'))).toEqual(await readTree(source));
    expect(await readFile(join(target, 'single.txt'), 'utf8')).toBe('one file beside the folder');
  });

  await test.step('a name that is there already is asked about', async () => {
    await writeFile(single, 'changed and a little longer than before');
    await dropPaths(page, [single], page.getByTestId('drop-area'));
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByText('“single.txt” exists already')).toBeVisible();
    await expect(dialog.getByText('larger')).toBeVisible();
    await expectAccessible(page);
    await takePicture('09-conflict');
    await dialog.getByRole('button', { name: 'Keep both' }).click();
    await expect(row(page, 'single (2).txt')).toBeVisible();

    await dropPaths(page, [single, source], page.getByTestId('drop-area'));
    await expect(dialog).toBeVisible();
    await dialog.getByLabel('Apply to all').click();
    await dialog.getByRole('button', { name: 'Replace' }).click();
    await expect(job(page, 'done')).toHaveCount(4);
    await expect(dialog).toBeHidden();
    await expect(page.getByRole('alert')).toHaveCount(0);
    await rm(join(target, 'single.txt'));
    await row(page, 'single.txt').click();
    await downloadInto(page, target);
    await expect(job(page, 'done')).toHaveCount(5);
    expect(await readFile(join(target, 'single.txt'), 'utf8')).toBe('changed and a little longer than before');
  });

  await test.step('one object through the browser', async () => {
    await row(page, 'single.txt').click();
    await page.getByRole('button', { name: 'Download', exact: true }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download through the browser' }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe('single.txt');
    expect(await readFile(await file.path(), 'utf8')).toBe('changed and a little longer than before');
  });

  await test.step('filter, sort and address', async () => {
    await page.getByRole('searchbox', { name: 'Filter' }).fill('(2)');
    await expect(page.getByText('1 of 3').first()).toBeVisible();
    await page.getByRole('searchbox', { name: 'Filter' }).fill('nothing like this');
    await expect(page.getByText('Nothing here has “nothing like this” in its name')).toBeVisible();
    await expectAccessible(page);
    await takePicture('10-no-hits');
    await page.getByRole('button', { name: 'Clear the filter' }).click();
    await page.getByRole('columnheader', { name: 'Name' }).getByRole('button').click();
    await expect(page.getByRole('columnheader', { name: 'Name' })).toHaveAttribute('aria-sort', 'descending');
    await page.keyboard.press('ControlOrMeta+l');
    await page.getByLabel('Address').fill('s3://my-bucket/Holiday 2026/sub/');
    await page.keyboard.press('Enter');
    await expect(row(page, 'multipart.bin')).toBeVisible();
    await page.getByRole('button', { name: 'Back' }).click();
    await expect(row(page, 'single.txt')).toBeVisible();
  });

  await test.step('a new folder, and deleting with its count', async () => {
    await page.getByRole('button', { name: 'New folder' }).click();
    await page.getByLabel('Folder name').fill('made here');
    await page.getByRole('button', { name: 'Create' }).click();
    await expect(row(page, 'made here')).toBeVisible();
    await row(page, 'Holiday 2026').click();
    await page.keyboard.press('Delete');
    await expect(page.getByText(/8 objects, 21(\.\d)? MB in all/)).toBeVisible();
    await expectAccessible(page);
    await takePicture('11-delete');
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await expect(row(page, 'Holiday 2026')).toBeHidden();
  });
});

test('uploads by button: files, and a folder with its structure', async ({ window: page, workFolder }) => {
  const folder = join(workFolder, 'picked');
  await writeTree(folder, { 'one.txt': '1', 'in/two.txt': '22' });
  await page.getByRole('button', { name: 'Try it with a bucket on this computer' }).click();
  await row(page, 'my-bucket').dblclick();
  await expect(page.getByText('This bucket is empty')).toBeVisible();
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Upload folder…' }).click();
  // Held for as long as it is looked at.
  const { promise: seen, resolve: goOn } = Promise.withResolvers<void>();
  await page.route('**/spool/*?files', async (route) => {
    await seen;
    await route.continue();
  });
  await (await choosing).setFiles(folder);
  await expect(page.getByText('picked, 2 files to my-bucket/')).toBeVisible();
  await expect(page.getByText('Preparing the upload')).toBeVisible();
  goOn();
  await row(page, 'picked').dblclick();
  await expect(row(page, 'one.txt')).toBeVisible();
  await expect(row(page, 'in')).toBeVisible();

  const choosingFiles = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Upload files…' }).click();
  await (await choosingFiles).setFiles([join(folder, 'in', 'two.txt')]);
  await expect(row(page, 'two.txt')).toBeVisible();
});

test('what was connected and transferred is there again after a restart', async ({
  window: page,
  workFolder,
  brigade,
  problems,
  takePicture,
}) => {
  problems.expect(/WebSocket connection/);
  const file = join(workFolder, 'kept.txt');
  await writeFile(file, 'kept');
  await page.getByRole('button', { name: 'Try it with a bucket on this computer' }).click();
  await row(page, 'my-bucket').dblclick();
  await expect(page.getByText('This bucket is empty')).toBeVisible();
  await dropPaths(page, [file], page.getByTestId('drop-area'));
  await expect(row(page, 'kept.txt')).toBeVisible();
  await openTransfers(page);
  await expect(job(page, 'done')).toHaveCount(1);

  await brigade.stop();
  await expect(page.getByText('Connection to the engine lost, reconnecting.')).toBeVisible();
  await expectAccessible(page);
  await takePicture('12-engine-gone');

  await page.goto(await brigade.restart());
  await openRoot(page, 'This computer');
  await row(page, 'my-bucket').dblclick();
  await expect(row(page, 'kept.txt')).toBeVisible();
  await openTransfers(page);
  await expect(job(page, 'done')).toHaveCount(1);
  await page.getByRole('button', { name: 'Clear finished' }).click();
  await expect(page.getByText('No transfers yet')).toBeVisible();
});

test('by keyboard alone, a mistyped folder, and a reload', async ({ window: page, workFolder }) => {
  const folder = join(workFolder, 'keys');
  await writeTree(folder, { 'in/one.txt': '1' });
  await page.getByRole('button', { name: 'Try it with a bucket on this computer' }).click();
  await row(page, 'my-bucket').click();
  await page.keyboard.press('Enter');
  await expect(page.getByText('This bucket is empty')).toBeVisible();
  await dropPaths(page, [folder], page.getByTestId('drop-area'));
  await expect(row(page, 'keys')).toBeVisible();

  await page.keyboard.press('ArrowDown');
  await expect(row(page, 'keys')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(row(page, 'in')).toBeVisible();
  await page.keyboard.press('Backspace');
  await expect(row(page, 'keys')).toBeVisible();

  await row(page, 'keys').dblclick();
  await expect(row(page, 'in')).toBeVisible();
  await page.reload();
  await expect(row(page, 'in')).toBeVisible();

  await row(page, 'in').click();
  await page.getByRole('button', { name: 'Download', exact: true }).click();
  const dialog = page.getByRole('dialog');
  const typed = dialog.getByLabel('Folder on the computer');
  await typed.fill(join(workFolder, 'no such folder'));
  await page.keyboard.press('Enter');
  await expect(dialog.getByText('no such folder is not there.')).toBeVisible();
  await expect(typed).toHaveValue(join(workFolder, 'no such folder'));
  await page.keyboard.press('x');
  await expect(dialog.getByText('no such folder is not there.')).toBeHidden();
  await page.keyboard.press('Escape');
  await expect(job(page, 'done')).toHaveCount(0);
});
