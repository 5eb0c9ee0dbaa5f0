import { expect, type Page } from '@playwright/test';
import { test } from './states/dev-pages-test.ts';
import type { DevPages } from './states/dev-pages.ts';
import { act, anyRow, dialog } from './states/window-state.ts';

/** What the guide and the sign-in dialogs do with keys, the clipboard and the focus, on invented data (renderer/dev). */
const show = async (page: Page, pages: DevPages, scene: string, more = '') => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(`${pages.url}/dev.html?scene=${scene}${more}`);
};
const askInList = (page: Page) => page.locator('main').getByRole('button', { name: 'Sign in…' });

test('the sixth digit sends the code; a refused one says so at the field, which keeps the focus', async ({
  page,
  pages,
}) => {
  await show(page, pages, 'mfa');
  await askInList(page).press('Enter');
  const code = page.getByRole('textbox', { name: 'Six-digit code' });
  await expect(code).toBeFocused();
  await page.keyboard.type('12 34');
  await page.keyboard.press('Enter');
  await expect(code).toHaveAccessibleDescription(/Enter all six digits/);
  await page.keyboard.type('5x');
  await expect(code).toHaveValue('12345');
  await expect(code).not.toHaveAttribute('aria-invalid');
  await page.keyboard.type('6');
  await expect(code).toHaveAccessibleDescription(/refuses the code/);
  await expect(code).toHaveValue('');
  await expect(code).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(askInList(page)).toBeFocused();
});

test('a sign-in in the browser is asked for where a job waits; its link leads there, and Escape cancels', async ({
  page,
  pages,
}) => {
  await show(page, pages, 'sign-in', '&open=transfers');
  const ask = page.getByTestId('job').first().getByRole('button', { name: 'Sign in…' });
  await ask.click();
  // Nobody confirms in this scene, and it has run out at once.
  await expect(dialog(page).getByRole('alert')).toContainText('ran out');
  await expect(dialog(page).getByRole('button', { name: 'Start again' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  await show(page, pages, 'sso-waiting');
  await page.getByRole('button', { name: 'Sign in to Finance archive…' }).click();
  const link = dialog(page).getByRole('link', { name: 'Open the browser' });
  await expect(link).toBeFocused();
  await expect(link).toHaveAttribute('href', /^https:\/\/device\.sso\./);
  await expect(link).toHaveAttribute('rel', /noopener/);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('the guide makes the policy of what is chosen, and copies it', async ({ page, pages, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await show(page, pages, 'user-with-key');
  await anyRow(page).waitFor();
  await page.locator('[data-connection="conn-1"]').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Policies and guide…' }).click();
  const policy = dialog(page).getByRole('region', { name: 'Permissions policy' });
  await expect(policy).toContainText('arn:aws:s3:::finance-eu/in/2026/*');
  await expect(policy).toContainText('s3:DeleteObject');
  await dialog(page).getByRole('checkbox', { name: 'delete' }).uncheck();
  await expect(policy).not.toContainText('s3:DeleteObject');
  await dialog(page).getByRole('textbox', { name: 'Bucket' }).fill('another');
  await dialog(page).getByRole('button', { name: 'Copy the policy' }).click();
  await expect(dialog(page).getByRole('status').filter({ hasText: 'Copied' })).toHaveCount(1);
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(JSON.parse(copied)).toHaveProperty('Statement');
  expect(copied).toContain('arn:aws:s3:::another/in/2026/*');
  for (const link of await dialog(page).getByRole('link').all()) {
    await expect(link).toHaveAttribute('href', /^https:\/\/console\.aws\.amazon\.com\//);
  }
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('connections are exported as a file without asking, and the form of an imported one is a click away', async ({
  page,
  pages,
}) => {
  await show(page, pages, 'browse');
  await anyRow(page).waitFor();
  const download = page.waitForEvent('download');
  await act(page, 'exportAll');
  expect((await download).suggestedFilename()).toBe('bucket-brigade-connections.json');
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Add connection' }).click();
  await page.getByRole('menuitem', { name: 'Import connections…' }).click();
  await (await chooser).setFiles({ name: 'c.json', mimeType: 'application/json', buffer: Buffer.from('{}') });
  await dialog(page).getByRole('button', { name: 'Enter secrets of Finance archive…' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(1);
  await expect(dialog(page).getByRole('textbox', { name: 'Connection name' })).toHaveValue('Finance archive');
});

test('the guide lies over the form, which keeps what was typed and takes the bucket of the policy', async ({
  page,
  pages,
}) => {
  const dialogs = page.locator('[role="dialog"]');
  await show(page, pages, 'browse');
  await anyRow(page).waitFor();
  await act(page, 'add');
  const keyId = dialogs.first().locator('input[name="accessKeyId"]');
  await keyId.fill('AKIDEXAMPLE');
  const open = page.getByRole('button', { name: 'How do I get this?' });
  await open.press('Enter');
  await expect(dialogs).toHaveCount(2);
  await dialog(page).getByRole('textbox', { name: 'Bucket' }).fill('finance-eu');
  await page.keyboard.press('Enter');
  await dialog(page).getByRole('textbox', { name: 'Path' }).fill('in/');
  await dialog(page).getByRole('button', { name: 'Use in the connection' }).click();
  await expect(dialog(page).getByText('The connection is now for this bucket and path.')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialogs).toHaveCount(1);
  await expect(open).toBeFocused();
  await expect(keyId).toHaveValue('AKIDEXAMPLE');
  await expect(dialogs.locator('input[name="restrictToBucket"]')).toHaveValue('finance-eu');
  await expect(dialogs.locator('input[name="restrictToPath"]')).toHaveValue('in/');
  await expect(dialogs.locator('[aria-invalid="true"]')).toHaveCount(0);
});

test('a test that needs a sign-in in the browser offers it in the form, and goes on afterwards', async ({
  page,
  pages,
}) => {
  const dialogs = page.locator('[role="dialog"][aria-modal], [role="dialog"]:has(input[name="name"])');
  await show(page, pages, 'sso-allowed');
  await anyRow(page).waitFor();
  await act(page, 'edit-conn-1');
  const test = page.getByRole('button', { name: 'Test connection' });
  await test.click();
  await page.getByTestId('test-steps').getByRole('button', { name: 'Sign in…' }).click();
  await expect(page.getByText('Signed in to finance-sso.').last()).toBeVisible();
  await expect(dialogs).toHaveCount(1);
  // It is tested again, and in this scene ends as before.
  await expect(page.getByTestId('test-steps').getByRole('button', { name: 'Sign in…' })).toBeVisible();
  await expect(test).toBeFocused();
});
