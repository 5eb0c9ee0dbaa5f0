import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { writeTree } from './folder-contents.ts';
import { type Hand, handsFor, startInBucket, toRows } from './hands.ts';
import { openRoot, row } from './window-actions.ts';

/** Columns are chosen, widened and put in order; each bucket keeps its own. */

const header = (page: Page, name: string): Locator => page.getByRole('columnheader', { name, exact: true });

const widthOf = async (column: Locator): Promise<number> => Math.round((await column.boundingBox())?.width ?? 0);

/** The focus on a header: backwards from the rows, then along the headers. */
async function toHeader(page: Page, name: string): Promise<void> {
  await toRows(page);
  await page.keyboard.press('Shift+Tab');
  await expect(page.locator('[role="columnheader"] :focus')).toBeVisible();
  await page.keyboard.press('Home');
  const button = header(page, name).getByRole('button');
  for (let step = 0; step < 10; step++) {
    if (await button.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('ArrowRight');
  }
  await expect(button).toBeFocused();
}

async function showColumn(page: Page, hand: Hand, name: string): Promise<void> {
  const entry = page.getByRole('menuitemcheckbox', { name, exact: true });
  if (hand.name === 'mouse') {
    await header(page, 'Size').click({ button: 'right' });
    await entry.click();
    await page.keyboard.press('Escape');
  } else {
    await toHeader(page, 'Size');
    await page.keyboard.press('Shift+F10');
    await expect(entry).toBeVisible();
    for (let step = 0; step < 20; step++) {
      if (await entry.evaluate((element) => element === document.activeElement)) break;
      await page.keyboard.press('ArrowDown');
    }
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
  }
  await expect(page.getByRole('menu')).toHaveCount(0);
}

/** Makes the column wider; returns its new width. */
async function widen(page: Page, hand: Hand, name: string): Promise<number> {
  const before = await widthOf(header(page, name));
  if (hand.name === 'mouse') {
    const box = await header(page, name).boundingBox();
    if (!box) throw new Error('There is no such column.');
    await page.mouse.move(box.x + box.width - 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width + 40, box.y + box.height / 2, { steps: 4 });
    await page.mouse.up();
  } else {
    await toHeader(page, name);
    for (let step = 0; step < 4; step++) await page.keyboard.press('Alt+ArrowRight');
  }
  await expect.poll(() => widthOf(header(page, name))).toBeGreaterThan(before + 30);
  return widthOf(header(page, name));
}

for (const hand of handsFor('columns')) {
  test(`columns of a bucket are kept over a restart, by ${hand.name}`, async ({
    window: page,
    brigade,
    bucketFolder,
    problems,
  }) => {
    problems.expect(/WebSocket connection/);
    await startInBucket(page, hand);
    await writeTree(bucketFolder, { 'a.txt': 'plain', 'b.txt': 'more', '../other-bucket/c.txt': 'c' });
    await hand.press(page.getByRole('button', { name: 'Refresh' }));
    await expect(row(page, 'a.txt')).toBeVisible();
    await expect(header(page, 'ETag')).toHaveCount(0);

    await showColumn(page, hand, 'ETag');
    await expect(header(page, 'ETag')).toBeVisible();
    await showColumn(page, hand, 'Class');
    await expect(header(page, 'Class')).toHaveCount(0);
    const width = await widen(page, hand, 'Size');
    if (hand.name === 'mouse') await header(page, 'Size').getByRole('button').click();
    else {
      await toHeader(page, 'Size');
      await page.keyboard.press('Enter');
    }
    await expect(header(page, 'Size')).toHaveAttribute('aria-sort', 'ascending');
    const names = await page.getByRole('columnheader').allInnerTexts();
    expect(names).toEqual(['Name', 'Size', 'Modified', 'Type', 'ETag']);

    const expectKept = async () => {
      await expect(row(page, 'a.txt').or(row(page, 'my-bucket'))).toBeVisible();
      await openRoot(page, 'This computer');
      await hand.open(page, 'my-bucket');
      await expect(row(page, 'a.txt')).toBeVisible();
      expect(await page.getByRole('columnheader').allInnerTexts()).toEqual(names);
      expect(await widthOf(header(page, 'Size'))).toBe(width);
      await expect(header(page, 'Size')).toHaveAttribute('aria-sort', 'descending');
    };
    await test.step('by a window that is left right after the last change', async () => {
      const reloaded = page.waitForEvent('load');
      // In one turn: nothing that waits to be saved has been yet.
      await header(page, 'Size')
        .getByRole('button')
        .evaluate((button: HTMLElement) => {
          button.click();
          window.location.reload();
        });
      await reloaded;
      await expectKept();
    });
    await test.step('by the engine', async () => {
      await brigade.restart().then((url) => page.goto(url));
      await expectKept();
    });

    await openRoot(page, 'This computer');
    await hand.open(page, 'other-bucket');
    await expect(row(page, 'c.txt')).toBeVisible();
    await expect(header(page, 'ETag')).toHaveCount(0);
    await expect(header(page, 'Class')).toBeVisible();
    await expect(header(page, 'Name')).toHaveAttribute('aria-sort', 'ascending');
  });
}
