import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runBrigade } from '../servers/brigade.ts';
import { expect, test } from './fixtures.ts';
import { readTree, writeTree } from './folder-contents.ts';
import { command, handsFor, keyboard, mouse, rowIn, startInBucket, toRows } from './hands.ts';
import { chooseFolder, expectAccessible, job, openTransfers, row } from './window-actions.ts';

/** From the first start to a file that is found, looked into and got back; and what the command palette does. */

const tree = {
  'list of things.txt': 'bread\nbutter\n',
  'notes from Lübeck.txt': 'plain words, grüße\n',
  'numbers.bin': Buffer.alloc(70_000, 7),
  'sub folder/deep.txt': 'deep',
  'nothing.txt': '',
};

for (const hand of handsFor('first-hour')) {
  test(`first start, first upload, find, preview and get back, by ${hand.name}`, async ({
    window: page,
    workFolder,
    bucketFolder,
  }) => {
    const source = join(workFolder, 'Holiday 2026');
    await writeTree(source, tree);
    const expected = await readTree(source);

    await test.step('up', async () => {
      await startInBucket(page, hand);
      await hand.upload(page, 'folder', [source]);
      await expect(row(page, 'Holiday 2026')).toBeVisible();
      await openTransfers(page, hand);
      await expect(job(page, 'done')).toHaveCount(1);
      expect(await readTree(join(bucketFolder, 'Holiday 2026'))).toEqual(expected);
    });

    await test.step('find', async () => {
      await hand.open(page, 'Holiday 2026');
      await expect(row(page, 'nothing.txt')).toBeVisible();
      const filter = page.getByRole('searchbox', { name: 'Filter' });
      if (hand.name === 'mouse') await filter.click();
      else {
        await toRows(page);
        await page.keyboard.press('ControlOrMeta+f');
      }
      await expect(filter).toBeFocused();
      await page.keyboard.insertText('lÜBeck');
      await expect(page.getByText('1 of 5')).toBeVisible();
      await expect(row(page, 'numbers.bin')).toBeHidden();
      await page.keyboard.press('Escape');
      await expect(row(page, 'numbers.bin')).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(filter).not.toBeFocused();
      await page.keyboard.type('not');
      await expect(row(page, 'notes from Lübeck.txt')).toBeFocused();
      await expect(row(page, 'notes from Lübeck.txt')).toHaveAttribute('aria-selected', 'true');
    });

    await test.step('look into it', async () => {
      const dialog = page.getByRole('dialog', { name: 'notes from Lübeck.txt' });
      if (hand.name === 'mouse') await hand.open(page, 'notes from Lübeck.txt');
      else {
        // Right after letters a space would go on with the name that is looked for; an arrow or Home ends that.
        await hand.pick(page, 'notes from Lübeck.txt');
        await page.keyboard.press('Space');
      }
      await expect(dialog.getByText('plain words, grüße')).toBeVisible();
      if (hand.name === 'mouse') await dialog.getByRole('button', { name: 'Close' }).click();
      else await page.keyboard.press('Space');
      await expect(dialog).toBeHidden();
      await expect(row(page, 'notes from Lübeck.txt')).toBeFocused();
    });

    await test.step('and back', async () => {
      const target = join(workFolder, 'back');
      await mkdir(target);
      await hand.press(page.getByRole('button', { name: 'Up', exact: true }));
      await expect(row(page, 'Holiday 2026')).toBeVisible();
      await hand.pick(page, 'Holiday 2026');
      await hand.press(page.getByRole('button', { name: 'Download', exact: true }));
      await chooseFolder(page, target, hand);
      await expect(job(page, 'done')).toHaveCount(2);
      expect(await readTree(join(target, 'Holiday 2026'))).toEqual(expected);
    });
  });
}

test('the command palette does what the menus do, by mouse and by keyboard', async ({
  window: page,
  brigade,
  bucketFolder,
}) => {
  await startInBucket(page, mouse);
  await writeTree(bucketFolder, { 'one.txt': '1', 'two.txt': '2', 'in/three.txt': '3' });
  await command(page, mouse, 'Refresh');
  await expect(row(page, 'two.txt')).toBeVisible();

  await command(page, keyboard, 'New folder…');
  await expect(page.getByLabel('Folder name')).toBeFocused();
  await page.keyboard.insertText('made by name');
  await keyboard.press(page.getByRole('button', { name: 'Create' }));
  await expect(row(page, 'made by name')).toBeVisible();

  await command(page, mouse, 'Dark appearance');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expectAccessible(page);
  await command(page, keyboard, 's3://my-bucket/in/', 'Go to s3://my-bucket/in/');
  await expect(row(page, 'three.txt')).toBeVisible();
  await expect(row(page, 'one.txt')).toBeHidden();

  await command(page, mouse, 'Select all');
  await expect(rowIn(page, 'list', 'three.txt')).toHaveAttribute('aria-selected', 'true');
  await command(page, keyboard, 'Delete…');
  await keyboard.press(
    page.getByRole('alertdialog').or(page.getByRole('dialog')).getByRole('button', { name: 'Delete' }),
  );
  await expect(row(page, 'three.txt')).toBeHidden();
  // What cannot be done now is not offered: nothing is selected.
  await page.keyboard.press('ControlOrMeta+k');
  await page.keyboard.insertText('Delete…');
  await expect(page.getByRole('option', { name: 'Delete…', exact: true })).toHaveCount(0);
  await page.keyboard.press('Escape');
  // An empty folder is an object of its own, which the bucket's folder keeps where no file could have its name.
  const keys = async () => {
    const listed = await runBrigade(['ls', '-r', '--json', 's3://my-bucket', '--connection', 'This computer'], brigade);
    const lines = listed.stdout.toString().trim().split('\n');
    return lines.map((line) => (JSON.parse(line) as { readonly key: string }).key);
  };
  expect(await keys()).toEqual(['made by name/', 'one.txt', 'two.txt']);
  expect(Object.keys(await readTree(bucketFolder))).toEqual(['one.txt', 'two.txt']);
});
