import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { readTree, writeTree } from './folder-contents.ts';
import { command, type Hand, handsFor, keyboard, type ListPane, mouse, rowIn, startInBucket } from './hands.ts';
import { expectAccessible, job, openTransfers } from './window-actions.ts';

/** The files of this computer beside the bucket: there and back. */

type Way = { readonly name: string; readonly from: ListPane; readonly onto?: string };

/** Drags a row to the other pane, onto its free space or onto a folder in it. */
async function drag(page: Page, { name, from, onto }: Way, sign: string): Promise<void> {
  const to: ListPane = from === 'list' ? 'localPane' : 'list';
  const start = await rowIn(page, from, name).boundingBox();
  const grid = page.locator(`[data-pane="${to}"]`).getByRole('grid');
  const end = onto === undefined ? await grid.boundingBox() : await rowIn(page, to, onto).boundingBox();
  if (!start || !end) throw new Error('There is nothing to drag, or nowhere to.');
  await page.mouse.move(start.x + 60, start.y + start.height / 2);
  await page.mouse.down();
  const [x, y] = [end.x + end.width / 2, end.y + end.height - 10];
  await page.mouse.move(x - 20, y, { steps: 4 });
  await page.mouse.move(x, y, { steps: 2 });
  await expect(page.getByText(sign)).toBeVisible();
  await page.mouse.up();
}

async function openFolder(page: Page, hand: Hand, folder: string): Promise<void> {
  await hand.press(page.getByRole('button', { name: 'Type a path' }));
  const field = page.getByLabel('Path', { exact: true }).and(page.locator('input'));
  await expect(field).toBeFocused();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(folder);
  await page.keyboard.press('Enter');
}

for (const hand of handsFor('two-panes')) {
  test(`two panes, files there and back, by ${hand.name}`, async ({ window: page, workFolder, bucketFolder }) => {
    const here = join(workFolder, 'here');
    await writeTree(here, { 'letter.txt': 'a letter', 'album/one.txt': '1', 'album/in/two.txt': '2', 'inbox/': '' });
    await startInBucket(page, hand);
    await writeTree(bucketFolder, { 'answer.txt': 'an answer', 'box/kept.txt': 'kept', 'sent/old.txt': 'old' });
    await hand.press(page.getByRole('button', { name: 'Refresh' }));
    if (hand.name === 'mouse') await page.getByRole('button', { name: "Show this computer's files" }).click();
    else await page.keyboard.press('ControlOrMeta+Shift+l');
    await openFolder(page, hand, here);
    await expect(rowIn(page, 'localPane', 'letter.txt')).toBeVisible();
    if (hand.name === 'mouse') await expectAccessible(page);
    await openTransfers(page, hand);

    await test.step('up: a file, and a folder', async () => {
      for (const [index, name] of ['letter.txt', 'album'].entries()) {
        if (hand.name === 'mouse') {
          const sign = index === 0 ? 'Upload 1 file, 8 bytes, to my-bucket' : 'Upload 1 item to my-bucket';
          await drag(page, { name, from: 'localPane' }, sign);
        } else {
          await hand.pick(page, name, 'localPane');
          await command(page, hand, 'Upload to my-bucket');
        }
        await expect(rowIn(page, 'list', name)).toBeVisible();
        await expect(job(page, 'done')).toHaveCount(index + 1);
      }
      expect(await readTree(join(bucketFolder, 'album'))).toEqual(await readTree(join(here, 'album')));
    });

    await test.step('down: an object, and a folder', async () => {
      for (const [index, name] of ['answer.txt', 'box'].entries()) {
        if (hand.name === 'mouse') {
          const sign = index === 0 ? 'Download 1 object, 9 bytes, to' : 'Download 1 item to';
          await drag(page, { name, from: 'list', ...(index === 0 ? {} : { onto: 'inbox' }) }, sign);
        } else {
          if (index === 1) await openFolder(page, hand, join(here, 'inbox'));
          await hand.pick(page, name);
          await command(page, hand, 'Download to ');
        }
        await expect(job(page, 'done')).toHaveCount(index + 3);
      }
      const shown = hand.name === 'mouse' ? 'answer.txt' : 'box';
      await expect(rowIn(page, 'localPane', shown)).toBeVisible();
    });

    const both = { 'letter.txt': 'a letter', 'album/one.txt': '1', 'album/in/two.txt': '2', 'answer.txt': 'an answer' };
    const expected = join(workFolder, 'expected');
    await writeTree(join(expected, 'here'), { ...both, 'inbox/box/kept.txt': 'kept' });
    await writeTree(join(expected, 'bucket'), { ...both, 'box/kept.txt': 'kept', 'sent/old.txt': 'old' });
    expect(await readTree(here)).toEqual(await readTree(join(expected, 'here')));
    expect(await readTree(bucketFolder)).toEqual(await readTree(join(expected, 'bucket')));
  });
}

test('a file that is dropped on a folder of the bucket goes into it', async ({
  window: page,
  workFolder,
  bucketFolder,
}) => {
  const here = join(workFolder, 'here');
  await writeTree(here, { 'letter.txt': 'a letter' });
  const hand = mouse;
  await startInBucket(page, hand);
  await writeTree(bucketFolder, { 'box/kept.txt': 'kept' });
  await hand.press(page.getByRole('button', { name: 'Refresh' }));
  await page.getByRole('button', { name: "Show this computer's files" }).click();
  await openFolder(page, hand, here);
  await expect(rowIn(page, 'list', 'box')).toBeVisible();
  await expect(rowIn(page, 'localPane', 'letter.txt')).toBeVisible();
  await drag(page, { name: 'letter.txt', from: 'localPane', onto: 'box' }, 'Upload 1 file, 8 bytes, to my-bucket/box');
  await openTransfers(page, hand);
  await expect(job(page, 'done')).toHaveCount(1);
  expect(Object.keys(await readTree(bucketFolder))).toEqual(['box/', 'box/kept.txt', 'box/letter.txt']);
});

test('what lies over the list in a narrow window is closed by a button beside it', async ({ window: page }) => {
  const hand = mouse;
  await startInBucket(page, hand);
  await page.setViewportSize({ width: 500, height: 700 });
  const panes = [
    { show: 'Show the sidebar', close: 'Close the sidebar' },
    { show: "Show this computer's files", close: "Close this computer's files" },
    { show: 'Show the inspector', close: 'Close the inspector' },
  ];
  for (const { show, close } of panes) {
    for (const by of [mouse, keyboard]) {
      await hand.press(page.getByRole('button', { name: show }));
      const button = page.getByRole('button', { name: close });
      await expect(button).toBeInViewport({ ratio: 1 });
      if (by.name === 'mouse') await expectAccessible(page);
      await by.press(button);
      await expect(page.locator('[data-place="over"]')).toHaveCount(0);
      await expect(page.getByRole('button', { name: show })).toBeVisible();
    }
  }
});

test('beside an open pane the path still says where one is', async ({ window: page, bucketFolder, takePicture }) => {
  const hand = mouse;
  await startInBucket(page, hand);
  await writeTree(bucketFolder, { 'photographs/summer/a.txt': 'a' });
  await hand.press(page.getByRole('button', { name: 'Refresh' }));
  await hand.open(page, 'photographs');
  await hand.open(page, 'summer');
  await hand.press(page.getByRole('button', { name: 'Show the inspector' }));
  await page.setViewportSize({ width: 800, height: 600 });
  const path = page.getByRole('navigation', { name: 'Path' });
  const here = path.getByRole('button', { name: 'summer', exact: true });
  await expect(here).toHaveAttribute('aria-current', 'page');
  await expect.poll(() => here.evaluate((name) => name.scrollWidth - name.clientWidth)).toBe(0);
  const gaps = path.locator('li:has(> svg)');
  await expect(gaps).not.toHaveCount(0);
  const widths = await gaps.evaluateAll((all) => all.map((gap) => gap.getBoundingClientRect().width));
  expect(Math.max(...widths)).toBeLessThan(16);
  await takePicture('path-beside-a-pane');
});
