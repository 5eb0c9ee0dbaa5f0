import { join } from 'node:path';
import { expect, test } from './fixtures.ts';
import { readTree, writeTree } from './folder-contents.ts';
import { type Hand, handsFor, keyboard, mouse, startInBucket, toRows } from './hands.ts';
import { row } from './window-actions.ts';
import type { Page } from '@playwright/test';

/** Names change by moving; a toast takes it back. Cut and paste moves to another folder. And addresses lead anywhere. */

const tree = {
  'report.txt': 'the report',
  'drafts/one.txt': 'one',
  'drafts/two/three.txt': 'three',
  'kept/same.txt': 'same',
};

async function rename(page: Page, hand: Hand, from: string, to: string): Promise<void> {
  if (hand.name === 'mouse') await hand.menu(page, from, 'Rename');
  else {
    await hand.pick(page, from);
    await page.keyboard.press('F2');
  }
  const field = page.getByLabel(`New name of “${from}”`);
  await expect(field).toBeFocused();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(to);
  await page.keyboard.press('Enter');
  await expect(row(page, to)).toBeVisible();
  await expect(row(page, from)).toBeHidden();
  await expect(row(page, to)).toHaveAttribute('aria-selected', 'true');
}

for (const hand of handsFor('rename')) {
  test(`an object and a folder get other names, and back, and one moves, by ${hand.name}`, async ({
    window: page,
    bucketFolder,
  }) => {
    const undo = async () => {
      const button = page.getByRole('button', { name: 'Undo' });
      await expect(button).toBeVisible();
      if (hand.name === 'mouse') return button.click();
      // It does not stay for long: one key from the list.
      await toRows(page);
      await page.keyboard.press('F6');
      await expect(button).toBeFocused();
      await page.keyboard.press('Enter');
    };
    await startInBucket(page, hand);
    await writeTree(bucketFolder, tree);
    const before = await readTree(bucketFolder);
    await hand.press(page.getByRole('button', { name: 'Refresh' }));
    await expect(row(page, 'report.txt')).toBeVisible();

    await test.step('an object', async () => {
      await rename(page, hand, 'report.txt', 'final report.txt');
      await expect(page.getByText('“report.txt” is now “final report.txt”.')).toBeVisible();
      const { 'report.txt': content, ...rest } = before;
      expect(await readTree(bucketFolder)).toEqual({ ...rest, 'final report.txt': content });
      await undo();
      await expect(row(page, 'report.txt')).toBeVisible();
      await expect(row(page, 'final report.txt')).toBeHidden();
      expect(await readTree(bucketFolder)).toEqual(before);
    });

    await test.step('a name that is taken is refused where it is typed', async () => {
      await hand.pick(page, 'kept');
      await page.keyboard.press('F2');
      await page.keyboard.press('ControlOrMeta+a');
      await page.keyboard.insertText('drafts');
      await page.keyboard.press('Enter');
      await expect(page.getByText('This name is taken.')).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(row(page, 'kept')).toBeFocused();
    });

    await test.step('a folder', async () => {
      await rename(page, hand, 'drafts', 'archive 2026');
      const moved = await readTree(join(bucketFolder, 'archive 2026'));
      expect(Object.keys(moved)).toEqual(['one.txt', 'two/', 'two/three.txt']);
      if (hand.name === 'mouse') await undo();
      else await page.keyboard.press('ControlOrMeta+z');
      await expect(row(page, 'drafts')).toBeVisible();
      await expect(row(page, 'archive 2026')).toBeHidden();
      expect(await readTree(bucketFolder)).toEqual(before);
    });

    await test.step('news that is not wanted goes with Escape, and the focus is where it was', async () => {
      await rename(page, hand, 'kept', 'kept too');
      await toRows(page);
      await page.keyboard.press('F6');
      const button = page.getByRole('button', { name: 'Undo' });
      await expect(button).toBeFocused();
      await page.keyboard.press('Escape');
      await expect(button).toBeHidden();
      await expect(row(page, 'kept too')).toBeFocused();
      await rename(page, hand, 'kept too', 'kept');
    });

    await test.step('into another folder', async () => {
      if (hand.name === 'mouse') await hand.menu(page, 'report.txt', 'Cut');
      else {
        await hand.pick(page, 'report.txt');
        await page.keyboard.press('ControlOrMeta+x');
      }
      await expect(row(page, 'report.txt')).toHaveAttribute('data-cut', '');
      await hand.open(page, 'drafts');
      await expect(row(page, 'one.txt')).toBeVisible();
      if (hand.name === 'mouse') await hand.placeMenu(page, 'Paste');
      else await page.keyboard.press('ControlOrMeta+v');
      await expect(row(page, 'report.txt')).toBeVisible();
      const { 'report.txt': content, ...rest } = before;
      await expect.poll(() => readTree(bucketFolder)).toEqual({ ...rest, 'drafts/report.txt': content });
    });
  });
}

test('an address of the console leads to its object, by mouse and by keyboard', async ({
  window: page,
  context,
  bucketFolder,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const go = async (hand: Hand, address: string) => {
    await page.evaluate((text) => navigator.clipboard.writeText(text), address);
    if (hand.name === 'mouse') {
      const path = await page.getByRole('navigation', { name: 'Path' }).boundingBox();
      if (!path) throw new Error('There is no path.');
      await page.mouse.click(path.x + path.width - 8, path.y + path.height / 2);
    } else await page.keyboard.press('ControlOrMeta+l');
    await expect(page.getByLabel('Address')).toBeFocused();
    await page.keyboard.press('ControlOrMeta+v');
    await page.keyboard.press('Enter');
  };
  await startInBucket(page, mouse);
  const files = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`in/2026/invoice-${index}.pdf`, 'pdf']));
  await writeTree(bucketFolder, { ...files, 'in/ä b+c/old.txt': 'old' });
  const stored = await readTree(bucketFolder);

  const console = 'https://eu-central-1.console.aws.amazon.com/s3';
  await go(
    keyboard,
    `${console}/object/my-bucket?region=eu-central-1&bucketType=general&prefix=in/2026/invoice-59.pdf`,
  );
  await expect(row(page, 'invoice-59.pdf')).toBeFocused();
  await expect(row(page, 'invoice-59.pdf')).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByText('1 selected')).toBeVisible();

  await go(mouse, `${console}/buckets/my-bucket?prefix=${encodeURIComponent('in/ä b+c/')}&region=eu-central-1`);
  await expect(row(page, 'old.txt')).toBeVisible();
  await go(keyboard, 's3://my-bucket/in/2026');
  await expect(row(page, 'invoice-1.pdf')).toBeVisible();
  await go(mouse, 'nowhere at all');
  await expect(page.getByRole('alert')).toContainText('Write it as s3://bucket/folder/');
  await page.keyboard.press('Escape');
  await expect(page.getByLabel('Address')).toBeHidden();
  expect(await readTree(bucketFolder)).toEqual(stored);
});
