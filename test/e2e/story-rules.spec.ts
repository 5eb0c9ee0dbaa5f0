import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './fixtures.ts';
import { writeTree } from './folder-contents.ts';
import { mouse, startInBucket } from './hands.ts';
import { row } from './window-actions.ts';

/** Ready-made rules on the real engine: what a person has changed stays, and nothing is deleted that was not seen before. */

test('a bucket is kept in a folder: what was changed there stays; as a mirror only after a look', async ({
  window,
  workFolder,
}) => {
  await startInBucket(window, mouse);
  const source = join(workFolder, 'in');
  await writeTree(source, { 'same.txt': 'the same', 'edited.txt': 'of the bucket', 'new.txt': 'new' });
  await mouse.upload(window, 'folder', [source]);
  await expect(row(window, 'in')).toBeVisible();
  const folder = join(workFolder, 'Here');
  await writeTree(folder, { 'same.txt': 'the same', 'edited.txt': 'edited here' });

  await window.getByRole('button', { name: 'Create a rule' }).click();
  await window.getByRole('button', { name: /^Bucket to local folder/ }).click();
  await window.getByLabel('Bucket', { exact: true }).fill('my-bucket');
  await window.getByLabel('Folder in the bucket').fill('in/');
  await window.getByLabel('To the folder').fill(folder);
  await window.getByRole('button', { name: 'Start the rule' }).click();
  const done = window.locator('[data-filter="done"]');
  await window.getByRole('button', { name: 'Run now' }).click();
  await expect(done).toContainText('3');
  expect((await readdir(folder)).sort()).toEqual(['edited (2).txt', 'edited.txt', 'new.txt', 'same.txt']);
  expect(await readFile(join(folder, 'edited.txt'), 'utf8')).toBe('edited here');
  expect(await readFile(join(folder, 'edited (2).txt'), 'utf8')).toBe('of the bucket');

  await window.locator('[data-slot="mirror"]').click();
  await window.getByRole('checkbox', { name: /mirror/ }).check();
  await window.keyboard.press('Escape');
  await window.getByRole('button', { name: 'Save' }).click();
  const asked = window.getByRole('dialog', { name: /^Let/ });
  await expect(asked).toContainText('edited (2).txt');
  await asked.getByRole('button', { name: 'Cancel' }).click();
  expect(await readdir(folder)).toContain('edited (2).txt');
  await window.getByRole('button', { name: 'See what it would delete…' }).click();
  await asked.getByRole('button', { name: 'Delete 1 file and begin' }).click();
  await expect.poll(async () => (await readdir(folder)).sort()).toEqual(['edited.txt', 'new.txt', 'same.txt']);
  await expect.poll(() => readFile(join(folder, 'edited.txt'), 'utf8')).toBe('of the bucket');
});
