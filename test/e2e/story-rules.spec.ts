import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { writeTree } from './folder-contents.ts';
import { mouse, startInBucket } from './hands.ts';
import { expectAccessible, row } from './window-actions.ts';

/** Rules on the real engine: made in the window, followed, killed, and read again. */

const textOf = (path: string) => readFile(path, 'utf8').catch(() => null);
const mark = (page: Page, state: string) => page.locator(`main [data-rule-mark="${state}"]`);

async function fillTemplate(page: Page, template: string, fields: Readonly<Record<string, string>>): Promise<void> {
  await page.locator(`[data-template="${template}"]`).click();
  for (const [label, text] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(text);
  await page.keyboard.press('Tab');
}

test('a folder goes to a bucket: files that come, after a pause, and after a crash', async ({
  window: page,
  brigade,
  workFolder,
  bucketFolder,
  problems,
  takePicture,
}) => {
  const scans = join(workFolder, 'Scans');
  await mkdir(scans);
  await startInBucket(page, mouse);
  await page.getByRole('button', { name: 'Create a rule' }).first().click();
  await fillTemplate(page, 'folderToBucket', {
    'From the folder on this computer': scans,
    Bucket: 'my-bucket',
    'Folder in the bucket': 'scans',
  });
  await expect(page.getByTestId('preview')).toContainText('upload it to my-bucket/scans');
  await page.getByRole('button', { name: 'Start the rule' }).click();
  await expect(mark(page, 'on')).toBeVisible();

  await writeFile(join(scans, 'first.txt'), 'one');
  await expect(page.getByTestId('history')).toContainText('first.txt');
  await expect.poll(() => textOf(join(bucketFolder, 'scans/first.txt'))).toBe('one');
  await expectAccessible(page);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await takePicture(`rule-${colorScheme}`);
  }

  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(mark(page, 'paused')).toBeVisible();
  await writeFile(join(scans, 'second.txt'), 'two');
  await brigade.kill();
  problems.expect(/WebSocket|Failed to fetch|ERR_/);
  await page.goto(await brigade.restart());
  await page.locator('[data-rule]').first().click();
  await expect(mark(page, 'paused')).toBeVisible();
  expect(await readdir(join(bucketFolder, 'scans'))).toEqual(['first.txt']);
  await page.getByRole('button', { name: 'Resume', exact: true }).click();
  await expect.poll(() => textOf(join(bucketFolder, 'scans/second.txt'))).toBe('two');
  await expect(page.getByTestId('history')).toContainText('first.txt');
  await expect(page.getByTestId('history')).toContainText('second.txt');
});

test('a bucket is kept in a folder: what is there is not sent again, what was changed there stays', async ({
  window: page,
  workFolder,
}) => {
  const source = join(workFolder, 'in');
  await writeTree(source, { 'same.txt': 'the same', 'edited.txt': 'of the bucket', 'new.txt': 'new' });
  await startInBucket(page, mouse);
  await mouse.upload(page, 'folder', [source]);
  await expect(row(page, 'in')).toBeVisible();
  const folder = join(workFolder, 'Here');
  await writeTree(folder, { 'same.txt': 'the same', 'edited.txt': 'edited here' });
  await page.getByRole('button', { name: 'Create a rule' }).first().click();
  await fillTemplate(page, 'bucketToFolder', {
    Bucket: 'my-bucket',
    'Folder in the bucket': 'in/',
    'To the folder on this computer': folder,
  });
  await page.getByRole('button', { name: 'Start the rule' }).click();
  await page.getByRole('button', { name: /^(Look|Run) now$/ }).click();
  await expect(page.locator('[data-filter="done"]')).toContainText('3');
  expect((await readdir(folder)).toSorted()).toEqual(['edited (2).txt', 'edited.txt', 'new.txt', 'same.txt']);
  expect(await textOf(join(folder, 'edited.txt'))).toBe('edited here');
  expect(await textOf(join(folder, 'edited (2).txt'))).toBe('of the bucket');
});

test('a bucket is mirrored to a folder, begins when its deletions were seen, and follows', async ({
  window: page,
  workFolder,
  bucketFolder,
  takePicture,
}) => {
  const target = join(workFolder, 'Mirror');
  await mkdir(target);
  await writeFile(join(target, 'extra.txt'), 'only here');
  await startInBucket(page, mouse);
  for (const name of ['a.txt', 'b.txt', 'c.txt']) await writeFile(join(bucketFolder, name), name);
  await page.getByRole('button', { name: 'Create a rule' }).first().click();
  await fillTemplate(page, 'bucketToFolder', { Bucket: 'my-bucket', 'To the folder on this computer': target });
  await page.getByRole('checkbox', { name: /mirror/ }).check();
  await page.getByRole('button', { name: 'Start the rule' }).click();
  const asked = page.getByRole('dialog');
  await expect(asked).toContainText('extra.txt');
  await takePicture('mirror-begins');
  expect(await readdir(target)).toEqual(['extra.txt']);
  await asked.getByRole('button', { name: /^Delete 1 file and begin/ }).click();
  await expect.poll(async () => (await readdir(target)).toSorted()).toEqual(['a.txt', 'b.txt', 'c.txt']);

  await rm(join(bucketFolder, 'b.txt'));
  await page.getByRole('button', { name: /^(Look|Run) now$/ }).click();
  await expect.poll(async () => (await readdir(target)).toSorted(), { timeout: 30_000 }).toEqual(['a.txt', 'c.txt']);
  await expect(page.getByTestId('history')).toContainText('b.txt');
});
