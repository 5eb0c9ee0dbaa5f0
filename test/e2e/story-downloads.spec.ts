import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { readTree, writeTree } from './folder-contents.ts';
import { handsFor, keyboard, mouse, rowIn, startInBucket, tabTo } from './hands.ts';
import { chooseFolder, expectAccessible, job, openTransfers, row } from './window-actions.ts';

/** Where downloads go to, in a browser: the folders of the machine that the engine runs on. */

const picker = (page: Page) => {
  const dialog = page.getByRole('dialog');
  return {
    dialog,
    path: dialog.getByLabel('Folder on the computer'),
    list: dialog.getByRole('listbox', { name: 'Folders' }),
    current: dialog.locator('[role="option"][aria-selected="true"]'),
  };
};

async function startWithFile(page: Page, bucketFolder: string): Promise<void> {
  await startInBucket(page, keyboard);
  await writeTree(bucketFolder, { 'answer.txt': 'an answer' });
  await page.getByRole('button', { name: 'Refresh' }).click();
  await row(page, 'answer.txt').click();
}

test('the folders are walked through by keyboard alone', async ({ window: page, workFolder, bucketFolder }) => {
  await mkdir(join(workFolder, 'Downloads'));
  await writeTree(workFolder, { 'Photos/2025/': '', 'Photos/2026/': '', 'Plans/': '', '.secret/inner/': '' });
  await startWithFile(page, bucketFolder);
  await keyboard.press(page.getByRole('button', { name: 'Download', exact: true }));
  const { dialog, path, list, current } = picker(page);
  await expect(path).toHaveValue(join(workFolder, 'Downloads'));
  await expect(dialog.getByText('No folders in here.')).toBeVisible();

  await tabTo(list);
  await page.keyboard.press('Backspace');
  await expect(path).toHaveValue(workFolder);
  // Where one has come from, and nothing hidden.
  await expect(current).toHaveText('Downloads');
  await expect(list.getByRole('option')).toHaveText(['data', 'Downloads', 'Photos', 'Plans']);
  await page.keyboard.press('Home');
  await expect(current).toHaveText('data');
  await page.keyboard.press('p');
  await expect(current).toHaveText('Photos');
  await page.keyboard.press('ArrowDown');
  await expect(current).toHaveText('Plans');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await expect(path).toHaveValue(join(workFolder, 'Photos'));
  await expect(list).toBeFocused();
  await expect(current).toHaveText('2025');
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await expect(dialog.getByText('No folders in here.')).toBeVisible();
  await expect(list).toBeFocused();
  await expectAccessible(page);
  await page.keyboard.press('Alt+ArrowUp');
  await expect(current).toHaveText('2026');
  // One stop, whatever is in it.
  await page.keyboard.press('Tab');
  await expect(list).not.toBeFocused();
  await expect(list.locator(':focus')).toHaveCount(0);

  await keyboard.fill(path, join(workFolder, '.secret'));
  await page.keyboard.press('Enter');
  await expect(list.getByRole('option')).toHaveText(['inner']);
  await keyboard.press(dialog.getByRole('button', { name: 'Download here' }));
  await openTransfers(page);
  await expect(job(page, 'done')).toHaveCount(1);
  expect(await readFile(join(workFolder, '.secret', 'answer.txt'), 'utf8')).toBe('an answer');
});

test('a folder that is not there is made, by mouse, and several by keyboard', async ({
  window: page,
  workFolder,
  bucketFolder,
  takePicture,
}) => {
  await startWithFile(page, bucketFolder);
  await mouse.press(page.getByRole('button', { name: 'Download', exact: true }));
  const { dialog, path, list } = picker(page);
  const make = dialog.getByRole('button', { name: 'Create this folder' });
  // Nobody has made the folder of downloads yet.
  await expect(path).toHaveValue(workFolder);
  await expect(list.getByRole('option')).toHaveText(['data']);
  await mouse.press(dialog.getByRole('button', { name: 'Downloads', exact: true }));
  await expect(path).toHaveValue(join(workFolder, 'Downloads'));
  await mouse.press(make);
  await expect(make).toBeHidden();
  await expect(list).toBeFocused();
  await mouse.press(dialog.getByRole('button', { name: 'Up one folder' }));
  await expect(list.getByRole('option')).toHaveText(['data', 'Downloads']);

  const deep = join(workFolder, 'Archive', 'Holiday 2026', 'in');
  await keyboard.fill(path, deep);
  await keyboard.press(dialog.getByRole('button', { name: 'Go' }));
  await expect(make).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Download here' })).toBeDisabled();
  await expectAccessible(page);
  await takePicture('folder-not-there');
  await keyboard.press(make);
  await expect(path).toHaveValue(deep);
  await expect(make).toBeHidden();
  await keyboard.press(dialog.getByRole('button', { name: 'Download here' }));
  await openTransfers(page, keyboard);
  await expect(job(page, 'done')).toHaveCount(1);
  expect(await readFile(join(deep, 'answer.txt'), 'utf8')).toBe('an answer');
});

for (const hand of handsFor('downloads')) {
  test(`what was downloaded is shown, and what failed stays, by ${hand.name}`, async ({
    window: page,
    workFolder,
    bucketFolder,
    takePicture,
  }) => {
    const target = join(workFolder, 'in');
    await mkdir(target);
    await startInBucket(page, hand);
    await writeTree(bucketFolder, { 'answer.txt': 'an answer', 'gone.txt': 'gone' });
    await hand.press(page.getByRole('button', { name: 'Refresh' }));
    const download = async (name: string) => {
      await hand.pick(page, name);
      await hand.press(page.getByRole('button', { name: 'Download', exact: true }));
      await chooseFolder(page, target, hand);
    };
    await download('answer.txt');
    await rm(join(bucketFolder, 'gone.txt'));
    await download('gone.txt');

    // From the one line to what failed, and what to do about it.
    const failed = page.getByRole('button', { name: '1 failed' });
    await hand.press(failed);
    await expect(page.getByRole('radio', { name: 'Failed' })).toBeChecked();
    await expect(page.getByTestId('job')).toHaveCount(1);
    await expect(job(page, 'failed')).toContainText('gone.txt');
    await expect(job(page, 'failed')).toContainText('Refresh the list');
    if (hand === mouse) {
      await expectAccessible(page);
      await takePicture('failed-download');
    }

    await page.getByRole('radio', { name: 'All' }).check({ force: true });
    await hand.pressInJob(page, job(page, 'done'), 'Show');
    await expect(rowIn(page, 'localPane', 'answer.txt')).toBeVisible();

    const elsewhere = join(workFolder, 'elsewhere');
    await writeTree(elsewhere, { 'answer.txt': 'mine' });
    await hand.menuOfJob(page, job(page, 'done'), 'Download to another folder…');
    await expect(page.getByRole('dialog', { name: 'Download “my-bucket/answer.txt” to another folder' })).toBeVisible();
    await chooseFolder(page, elsewhere, hand);
    await hand.press(page.getByRole('dialog').getByRole('button', { name: 'Keep both' }));
    await expect(job(page, 'done')).toHaveCount(2);
    expect(await readFile(join(elsewhere, 'answer.txt'), 'utf8')).toBe('mine');
    expect(Object.values(await readTree(elsewhere))).toContain(Object.values(await readTree(target))[0]);

    const clear = page.getByRole('button', { name: 'Clear finished' });
    await hand.press(clear);
    await expect(job(page, 'done')).toHaveCount(0);
    await expect(job(page, 'failed')).toHaveCount(1);
    await expect(clear).toBeHidden();
    await expect(page.getByRole('treegrid', { name: 'Transfers' })).toBeFocused();
  });
}
