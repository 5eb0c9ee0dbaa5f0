import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { writeTree } from './folder-contents.ts';
import { keyboard, rowIn, tabTo, takeOption } from './hands.ts';
import { row } from './window-actions.ts';

/** The focus is where a person goes on, whatever has just come or gone; what the keys do is done to what has it. */

const files = { 'answer.txt': 'an answer', 'b.txt': 'b', 'c.txt': 'c', 'd/e.txt': 'e' };

async function openBucket(page: Page, bucketFolder: string): Promise<void> {
  await page.keyboard.press('Enter');
  await expect(page.getByText('This bucket is empty')).toBeVisible();
  await writeTree(bucketFolder, files);
  await page.keyboard.press('F5');
  await expect(row(page, 'answer.txt')).toBeVisible();
}

async function tryIt(page: Page): Promise<void> {
  await keyboard.press(page.getByRole('button', { name: 'Try it with a bucket on this computer' }));
  await expect(row(page, 'my-bucket')).toBeFocused();
}

async function inPalette(page: Page, text: string, option: string | RegExp): Promise<void> {
  await page.keyboard.press('ControlOrMeta+k');
  await expect(page.getByRole('combobox', { name: 'Command palette' })).toBeFocused();
  await page.keyboard.insertText(text);
  await expect(page.getByRole('option').first()).toContainText(option);
  await page.keyboard.press('Enter');
}

const paneOfFocus = (page: Page): Promise<string | null> =>
  page.evaluate(() => document.activeElement?.closest('[data-pane]')?.getAttribute('data-pane') ?? null);

test('the focus goes on in the list', async ({ window: page, bucketFolder }) => {
  await page.setViewportSize({ width: 800, height: 600 });
  await tryIt(page);
  await openBucket(page, bucketFolder);
  await row(page, 'b.txt').click();
  const transfers = page.getByRole('button', { name: 'Transfers', exact: true });

  await test.step('after a path that was not typed', async () => {
    await page.keyboard.press('ControlOrMeta+l');
    await expect(page.getByLabel('Address')).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(row(page, 'b.txt')).toBeFocused();
  });

  await test.step('after transfers that are folded around it', async () => {
    await page.keyboard.press('ControlOrMeta+j');
    await page.keyboard.press('F6');
    expect(await paneOfFocus(page)).toBe('transfers');
    await expect(page.getByRole('separator', { name: 'Height of the transfers' })).not.toBeFocused();
    await page.keyboard.press('ControlOrMeta+j');
    await expect(transfers).toBeFocused();
  });

  await test.step('with F6, wherever it was in the pane before', async () => {
    await tabTo(page.getByRole('button', { name: 'Upload', exact: true }));
    await page.keyboard.press('F6');
    await page.keyboard.press('Shift+F6');
    await expect(row(page, 'b.txt')).toBeFocused();
  });

  await test.step('after the filter, with the row in view', async () => {
    await page.keyboard.press('ControlOrMeta+f');
    await page.keyboard.insertText('c.t');
    await expect(page.locator('[data-row-index]')).toHaveCount(1);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await expect(row(page, 'b.txt')).toBeFocused();
    await expect(row(page, 'b.txt')).toBeInViewport();
  });

  await test.step('after a place that was gone to by the palette', async () => {
    await tabTo(page.getByRole('button', { name: 'Upload', exact: true }));
    await inPalette(page, 's3://my-bucket/d/', 'my-bucket/d/');
    await expect(row(page, 'e.txt')).toBeFocused();
    await page.keyboard.press('Backspace');
    await expect(row(page, 'b.txt')).toBeVisible();
    expect(await paneOfFocus(page)).toBe('list');
  });
});

test('keys are about the row that has the focus when nothing is selected', async ({ window: page, bucketFolder }) => {
  await tryIt(page);
  await openBucket(page, bucketFolder);
  const step = async (name: string) => {
    await row(page, name).click();
    await page.keyboard.press('Escape');
    await expect(row(page, name)).toHaveAttribute('aria-selected', 'false');
    await expect(row(page, name)).toBeFocused();
  };
  await step('b.txt');
  await page.keyboard.press('F2');
  await expect(page.getByRole('textbox', { name: 'New name' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(row(page, 'b.txt')).toHaveAttribute('aria-selected', 'true');

  await step('c.txt');
  await page.keyboard.press('Delete');
  const dialog = page.getByRole('dialog', { name: 'Delete “c.txt”?' });
  await keyboard.press(dialog.getByRole('button', { name: 'Delete' }));
  await expect(page.getByText('“c.txt” deleted.')).toBeVisible();
  await expect(row(page, 'c.txt')).toBeHidden();
  await expect(row(page, 'b.txt')).toBeFocused();

  await page.keyboard.press('ControlOrMeta+c');
  await expect(page.getByText('“b.txt” can be pasted now.')).toBeVisible();
});

test('keys do nothing to a row that nobody sees as their target', async ({ window: page, bucketFolder }) => {
  await tryIt(page);
  await openBucket(page, bucketFolder);
  const cut = page.locator('[data-row-index][data-cut]');
  const box = await page.getByTestId('drop-area').boundingBox();
  if (!box) throw new Error('There is no list.');
  const nothingHappens = async () => {
    for (const key of ['ControlOrMeta+x', 'Delete', 'F2']) await page.keyboard.press(key);
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(cut).toHaveCount(0);
    await expect(page.locator('[data-grid-editor]')).toHaveCount(0);
  };
  await row(page, 'c.txt').click();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height - 12);
  await expect(row(page, 'c.txt')).toHaveAttribute('aria-selected', 'false');
  await nothingHappens();
  await row(page, 'd').dblclick();
  await expect(row(page, 'e.txt')).toBeVisible();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height - 12);
  await nothingHappens();
  // The first arrow key takes a row, which then is the target.
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Escape');
  await page.keyboard.press('ControlOrMeta+x');
  await expect(cut).toContainText('e.txt');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Delete');
  await expect(page.getByRole('dialog', { name: 'Delete “e.txt”?' })).toBeVisible();
});

test('a button that has nothing to do any more gives the focus to the list', async ({ window: page, bucketFolder }) => {
  await tryIt(page);
  await openBucket(page, bucketFolder);
  await row(page, 'b.txt').click();
  await keyboard.press(page.getByRole('button', { name: 'Delete', exact: true }));
  await keyboard.press(page.getByRole('dialog').getByRole('button', { name: 'Delete' }));
  await expect(row(page, 'b.txt')).toBeHidden();
  await expect(row(page, 'c.txt')).toBeFocused();
});

test('the pane of the files here has the focus once it is open, and gives it back', async ({
  window: page,
  bucketFolder,
  workFolder,
}) => {
  await writeTree(join(workFolder, 'here'), { 'letter.txt': 'a letter' });
  await tryIt(page);
  await openBucket(page, bucketFolder);
  await row(page, 'b.txt').click();
  const inPane = (locator: Locator) => page.locator('[data-pane="localPane"]').locator(locator);
  await page.keyboard.press('ControlOrMeta+Shift+l');
  await expect(inPane(page.locator('[data-row-index="0"]'))).toBeFocused();
  await page.keyboard.press('End');
  expect(await paneOfFocus(page)).toBe('localPane');
  await page.keyboard.press('ControlOrMeta+Shift+l');
  await expect(rowIn(page, 'list', 'b.txt')).toBeFocused();
});

test('a connection that is saved goes on in its list, one that is removed in the sidebar', async ({ window: page }) => {
  await tryIt(page);
  await inPalette(page, 'connect to', 'Connect to a server');
  const dialog = page.getByRole('dialog');
  await takeOption(keyboard, dialog.getByRole('combobox', { name: 'Service' }), 'Another S3 server');
  // A port that nothing listens on.
  const fields = { 'Connection name': 'Far', 'Endpoint URL': 'http://127.0.0.1:9', Region: 'us-east-1' };
  for (const [label, text] of Object.entries(fields)) await keyboard.fill(dialog.getByLabel(label), text);
  await keyboard.fill(dialog.getByLabel('Access key ID'), 'someone');
  await keyboard.fill(dialog.getByLabel('Secret access key'), 'something');
  await keyboard.press(dialog.getByRole('button', { name: 'Save', exact: true }));
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('grid', { name: 'Buckets of Far' })).toBeFocused();

  const far = page.locator('[data-connection]').filter({ hasText: 'Far' });
  await page.keyboard.press('Shift+F6');
  await expect(far).toBeFocused();
  await page.keyboard.press('Shift+F10');
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await keyboard.press(page.getByRole('dialog').getByRole('button', { name: 'Delete connection' }));
  await expect(far).toBeHidden();
  await expect(page.locator('[data-connection]')).toBeFocused();
});

test('news stay clear of what a dialog decides', async ({ window: page, bucketFolder }) => {
  await page.setViewportSize({ width: 800, height: 600 });
  await tryIt(page);
  await openBucket(page, bucketFolder);
  await row(page, 'b.txt').click();
  await page.keyboard.press('F2');
  await page.keyboard.insertText('x');
  await page.keyboard.press('Enter');
  const news = page.getByRole('dialog', { name: '“b.txt” is now “x.txt”.' });
  await expect(news).toBeVisible();
  await inPalette(page, 'connect to', 'Connect to a server');
  const save = page.getByRole('button', { name: 'Save', exact: true });
  await expect(save).toBeVisible();
  const [newsBox, saveBox] = [await news.boundingBox(), await save.boundingBox()];
  expect(newsBox && saveBox && newsBox.y + newsBox.height).toBeLessThan(saveBox?.y ?? 0);
});
