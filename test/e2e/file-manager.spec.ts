import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { writeTree } from './folder-contents.ts';
import { keyboard, takeOption } from './hands.ts';
import { dropPaths, expectAccessible, row, rowNames } from './window-actions.ts';

/** What people expect of any file manager, on the engine, most of it by keyboard. */

const selected = (page: Page) => page.getByRole('grid').locator('[role="row"][aria-selected="true"]');
const selectedNames = (page: Page) => selected(page).locator('[role="gridcell"]:first-child').allInnerTexts();

async function openSample(page: Page, workFolder: string): Promise<void> {
  const source = join(workFolder, 'source');
  await writeTree(source, {
    'docs/a.txt': 'a',
    'docs/b.txt': 'bb',
    'docs/c.txt': 'ccc',
    'docs/deep/er/x.txt': 'x',
    'docs/deep/y.txt': 'y',
    'other/a.txt': 'another a',
  });
  await page.getByRole('button', { name: 'Try it with a bucket on this computer' }).click();
  await row(page, 'my-bucket').dblclick();
  await expect(page.getByText('This bucket is empty')).toBeVisible();
  await dropPaths(page, [join(source, 'docs'), join(source, 'other')], page.getByTestId('drop-area'));
  await expect(row(page, 'other')).toBeVisible();
  await row(page, 'docs').dblclick();
  await expect(row(page, 'c.txt')).toBeVisible();
}

async function rename(page: Page, to: string): Promise<void> {
  await page.keyboard.press('F2');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(to);
  await page.keyboard.press('Enter');
}

test('renames in the row, undoes it, and says why where it cannot', async ({
  window: page,
  workFolder,
  takePicture,
}) => {
  await openSample(page, workFolder);
  await row(page, 'a.txt').click();
  await page.keyboard.press('F2');
  const field = page.getByRole('textbox', { name: 'New name of' });
  await expect(field).toBeFocused();
  await expect.poll(() => field.evaluate((input: HTMLInputElement) => input.selectionEnd)).toBe(1);
  for (const [name, problem] of [
    ['x/y', 'A name has no slash.'],
    ['b.txt', 'This name is taken.'],
    ['', 'Enter a name.'],
  ] as const) {
    await field.fill(name);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('alert').filter({ hasText: problem })).toBeVisible();
  }
  await expectAccessible(page);
  await takePicture('20-rename');
  await page.keyboard.press('Escape');
  await expect(row(page, 'a.txt')).toBeFocused();

  await rename(page, 'z.txt');
  await expect(row(page, 'z.txt')).toBeFocused();
  await expect(row(page, 'a.txt')).toBeHidden();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(row(page, 'a.txt')).toBeVisible();
  await expect(row(page, 'z.txt')).toBeHidden();

  await row(page, 'deep').click();
  await rename(page, 'deeper');
  await expect(row(page, 'deeper')).toBeFocused();
  await expect(row(page, 'deep')).toBeHidden();
  await page.keyboard.press('Enter');
  await expect(row(page, 'y.txt')).toBeVisible();
  await page.keyboard.press('Backspace');
  await expect(row(page, 'deeper')).toBeFocused();
  await expect.poll(() => selectedNames(page)).toEqual(['deeper']);
});

test('copies, cuts and pastes between folders, and duplicates', async ({ window: page, workFolder }) => {
  await openSample(page, workFolder);
  await row(page, 'b.txt').click();
  await page.keyboard.press('Shift+ArrowDown');
  await expect.poll(() => selectedNames(page)).toEqual(['b.txt', 'c.txt']);
  await page.keyboard.press('ControlOrMeta+c');
  await expect(page.getByText('2 items can be pasted now.').first()).toBeVisible();
  await page.keyboard.press('ControlOrMeta+v');
  await expect(row(page, 'b (2).txt')).toBeVisible();
  await expect(row(page, 'c (2).txt')).toBeVisible();

  await page.keyboard.press('Alt+ArrowUp');
  await row(page, 'other').dblclick();
  await expect(row(page, 'a.txt')).toBeVisible();
  await page.keyboard.press('ControlOrMeta+v');
  await expect(row(page, 'b.txt')).toBeVisible();
  await expect(row(page, 'c.txt')).toBeVisible();

  await row(page, 'c.txt').click();
  await page.keyboard.press('ControlOrMeta+x');
  await expect(page.getByText('moves to where it is pasted').first()).toBeVisible();
  await page.keyboard.press('Alt+ArrowLeft');
  await page.keyboard.press('Alt+ArrowLeft');
  await expect(row(page, 'b (2).txt')).toBeVisible();
  await row(page, 'deep').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Paste into “deep”' }).click();
  await row(page, 'deep').dblclick();
  await expect(row(page, 'c.txt')).toBeVisible();
  // Where it was it is no more; a folder does not go into itself.
  await page.keyboard.press('ControlOrMeta+l');
  await page.keyboard.type('s3://my-bucket/other/');
  await page.keyboard.press('Enter');
  await expect(row(page, 'b.txt')).toBeVisible();
  await expect(row(page, 'c.txt')).toBeHidden();
  await page.keyboard.press('Alt+ArrowUp');
  await expect(row(page, 'other')).toBeFocused();
  await row(page, 'docs').click();
  await page.keyboard.press('ControlOrMeta+c');
  await expect(page.getByText('can be pasted now').first()).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(row(page, 'b (2).txt')).toBeVisible();
  await page.keyboard.press('ControlOrMeta+v');
  await expect(page.getByText('A folder cannot go into itself')).toBeVisible();
});

test('deletes what was held, and comes back to where one was', async ({ window: page, workFolder, takePicture }) => {
  await openSample(page, workFolder);
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('Delete');
  const dialog = page.getByRole('dialog', { name: 'Delete 4 items?' });
  await expect(dialog.getByText(/5 objects, 8 bytes in all/)).toBeVisible();
  await expect(dialog.getByRole('list').getByRole('listitem')).toHaveText(['deep', 'a.txt', 'b.txt', 'c.txt']);
  await takePicture('21-delete-several');
  await page.keyboard.press('Escape');
  await row(page, 'b.txt').click();
  await page.keyboard.press('Delete');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(row(page, 'b.txt')).toBeHidden();
  await expect.poll(() => rowNames(page)).toEqual(['deep', 'a.txt', 'c.txt']);

  await page.getByRole('button', { name: 'New folder' }).click();
  await page.getByLabel('Folder name').fill('made here');
  await page.keyboard.press('Enter');
  await expect(row(page, 'made here')).toBeFocused();
  await expect.poll(() => selectedNames(page)).toEqual(['made here']);

  await row(page, 'a.txt').click();
  await row(page, 'c.txt').click({ modifiers: ['ControlOrMeta'] });
  await page.getByRole('searchbox', { name: 'Filter' }).fill('.txt');
  await expect(row(page, 'deep')).toBeHidden();
  await page.keyboard.press('ControlOrMeta+l');
  await page.keyboard.type('s3://my-bucket/other/');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'other' })).toBeVisible();
  await page.keyboard.press('Alt+ArrowLeft');
  await expect(page.getByRole('searchbox', { name: 'Filter' })).toHaveValue('.txt');
  await expect.poll(() => selectedNames(page)).toEqual(['a.txt', 'c.txt']);
});

test('goes to what is pasted as an address, and finds by typing', async ({ window: page, workFolder }) => {
  await openSample(page, workFolder);
  const address = page.getByLabel('Address');
  const goTo = async (text: string) => {
    await page.keyboard.press('ControlOrMeta+l');
    await address.fill(text);
    await page.keyboard.press('Enter');
  };
  await goTo('s3://my-bucket/docs/deep/y.txt');
  await expect(row(page, 'y.txt')).toBeFocused();
  await expect.poll(() => selectedNames(page)).toEqual(['y.txt']);
  await goTo('https://eu-central-1.console.aws.amazon.com/s3/object/my-bucket?region=eu-central-1&prefix=docs/b.txt');
  await expect(row(page, 'b.txt')).toBeFocused();
  await goTo('https://my-bucket.s3.eu-central-1.amazonaws.com/docs/deep/er/');
  await expect(row(page, 'x.txt')).toBeVisible();
  await goTo('nonsense');
  await expect(page.getByRole('alert')).toContainText('Write it as s3://bucket/folder/');
  await expectAccessible(page);
  await page.keyboard.press('Escape');

  await goTo('s3://my-bucket/docs/');
  await expect(row(page, 'c.txt')).toBeVisible();
  await page.keyboard.press('Home');
  await page.keyboard.type('C.T');
  await expect(row(page, 'c.txt')).toBeFocused();
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox', { name: 'Filter' })).toBeFocused();
});

test('gives an object tags, metadata and a link, and a bucket a region', async ({ window: page, workFolder }) => {
  await openSample(page, workFolder);
  const inspector = page.getByRole('complementary', { name: 'Inspector' });
  const dialog = page.getByRole('dialog');
  await keyboard.menu(page, 'a.txt', 'Show in inspector');
  await expect(inspector.getByText('It has no tags.')).toBeVisible();

  await test.step('tags', async () => {
    await keyboard.menu(page, 'a.txt', 'Tags…');
    await expect(dialog.getByRole('textbox', { name: 'Name' })).toBeFocused();
    await page.keyboard.type('aws:mine');
    await expect(dialog.getByText('Names that begin with aws: are reserved.')).toBeVisible();
    await expect(dialog.getByRole('button', { name: 'Save' })).toBeDisabled();
    await keyboard.fill(dialog.getByRole('textbox', { name: 'Name' }), 'colour');
    await keyboard.fill(dialog.getByRole('textbox', { name: 'Value' }), 'blue');
    await page.keyboard.press('Enter');
    await expect(dialog).toBeHidden();
    await expect(inspector.getByRole('term').filter({ hasText: 'colour' })).toBeVisible();
    await expect(row(page, 'a.txt')).toBeFocused();

    await row(page, 'b.txt').click({ modifiers: ['ControlOrMeta'] });
    await page.keyboard.press('Shift+F10');
    await page.getByRole('menuitem', { name: 'Tags…' }).click();
    await dialog.getByRole('textbox', { name: 'Name' }).fill('format');
    await dialog.getByRole('textbox', { name: 'Tags to take away' }).fill('colour');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('2 objects tagged.')).toBeVisible();
    await row(page, 'a.txt').click();
    await expect(inspector.getByRole('term').filter({ hasText: 'format' })).toBeVisible();
    await expect(inspector.getByRole('term').filter({ hasText: 'colour' })).toBeHidden();
  });

  await test.step('metadata', async () => {
    await inspector.getByRole('button', { name: 'Edit the metadata' }).click();
    await dialog.getByLabel('Content type').fill('text/x-mine');
    await dialog.getByLabel('Cache control').fill('no-cache');
    await keyboard.press(dialog.getByRole('button', { name: 'Add an entry' }));
    await page.keyboard.type('made-by');
    await keyboard.fill(dialog.getByRole('textbox', { name: 'Value' }), 'hand');
    await page.keyboard.press('Enter');
    await expect(page.getByText('The metadata of “a.txt” has been saved.')).toBeVisible();
    await expect(inspector.getByText('text/x-mine')).toBeVisible();
    await expect(inspector.getByText('no-cache')).toBeVisible();
    await expect(inspector.getByRole('term').filter({ hasText: 'made-by' })).toBeVisible();
    await expect(inspector.getByRole('term').filter({ hasText: 'format' })).toBeVisible();
    await inspector.getByRole('button', { name: 'Show versions' }).click();
    await expect(inspector.getByText('Where a bucket keeps no versions')).toBeVisible();
  });

  await test.step('a link', async () => {
    await keyboard.menu(page, 'a.txt', 'Copy link');
    await takeOption(keyboard, dialog.getByRole('combobox', { name: 'Works for' }), '7 days');
    const link = dialog.getByRole('textbox', { name: 'Link' });
    await expect(link).toHaveValue(/X-Amz-Expires=604800/);
    expect(await (await fetch(await link.inputValue())).text()).toBe('a');
    await page.keyboard.press('Escape');
  });

  await test.step('a bucket', async () => {
    await page.keyboard.press('Alt+ArrowUp');
    await expect(row(page, 'docs')).toBeFocused();
    await page.keyboard.press('Alt+ArrowUp');
    await page.getByRole('button', { name: 'New bucket' }).click();
    await dialog.getByLabel('Bucket name').fill('other-place');
    await dialog.getByLabel('Region').fill('eu-central-1');
    await page.keyboard.press('Enter');
    await expect(row(page, 'other-place')).toBeFocused();
    await keyboard.menu(page, 'other-place', 'Location…');
    await expect(dialog.getByText('eu-central-1')).toBeVisible();
    await page.keyboard.press('Escape');
    await keyboard.menu(page, 'my-bucket', 'Delete…');
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
    await expect(dialog.getByText('is not empty. Objects: 6.')).toBeVisible();
  });
});
