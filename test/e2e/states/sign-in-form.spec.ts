import { expect, type Locator, type Page } from '@playwright/test';
import { test as devPagesTest } from './dev-pages-test.ts';
import { act, dialog } from './window-state.ts';

/** What the form of a connection does with keys, certificates and codes, on invented data. */

const test = devPagesTest.extend<{ readonly openForm: (method: string, scene?: string) => Promise<Locator> }>({
  openForm: async ({ page, pages }, use) => {
    await use(async (method, scene = 'browse') => {
      await page.goto(`${pages.url}/dev.html?scene=${scene}`);
      await act(page, 'add');
      await page.getByRole('combobox', { name: 'Authorization type' }).click();
      await page.getByRole('option', { name: method, exact: true }).click();
      return dialog(page);
    });
  },
});

const pem = (label: string, text: string) => `-----BEGIN ${label}-----\n${text}\n-----END ${label}-----\n`;
const secret = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7';
const anchorArn = 'arn:aws:rolesanywhere:eu-west-1:123456789012:trust-anchor/1a2b3c4d';
const roleArn = 'arn:aws:iam::123456789012:role/finance-archive';

/** As with the keys: what has the focus gets the event. */
async function paste(field: Locator, text: string): Promise<void> {
  await field.focus();
  await field.evaluate((element, pasted) => {
    const data = new DataTransfer();
    data.setData('text/plain', pasted);
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }, text);
}

async function drop(page: Page, on: Locator, file: { readonly name: string; readonly text: string }): Promise<void> {
  const data = await page.evaluateHandle(({ name, text }) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], name));
    return transfer;
  }, file);
  await on.dispatchEvent('dragover', { dataTransfer: data });
  await on.dispatchEvent('drop', { dataTransfer: data });
}

test('a private key is shown by its name only, once it is pasted, dropped or chosen', async ({ openForm, page }) => {
  const form = await openForm('IAM Roles Anywhere (certificate)');
  const key = form.getByRole('group', { name: 'Private key' });
  await paste(key.getByRole('textbox', { name: 'Private key' }), pem('PRIVATE KEY', secret));
  await expect(key).toContainText('Pasted text');
  await expect(key.getByRole('button', { name: 'Remove: Private key' })).toBeFocused();
  expect(await page.content()).not.toContain(secret);
  await key.getByRole('button', { name: 'Remove: Private key' }).click();
  await expect(key.getByRole('textbox', { name: 'Private key' })).toBeFocused();

  await drop(page, key, { name: 'dropped.key', text: pem('PRIVATE KEY', secret) });
  await expect(key).toContainText('dropped.key');
  await key.getByRole('button', { name: 'Remove: Private key' }).click();

  const chosen = page.waitForEvent('filechooser');
  await key.getByRole('button', { name: 'Choose file… (Private key)' }).click();
  const buffer = Buffer.from(pem('PRIVATE KEY', secret));
  await (await chosen).setFiles({ name: 'chosen.key', mimeType: 'text/plain', buffer });
  await expect(key).toContainText('chosen.key');
  expect(await page.content()).not.toContain(secret);
});

test('one file with certificates and their key fills both fields, and what is no certificate is said', async ({
  openForm,
  page,
}) => {
  const form = await openForm('IAM Roles Anywhere (certificate)');
  const certificate = form.getByRole('group', { name: 'Certificate' });
  const key = form.getByRole('group', { name: 'Private key' });
  const certificates = pem('CERTIFICATE', 'MIIB').repeat(2);
  await drop(page, certificate, { name: 'all.pem', text: `${pem('PRIVATE KEY', secret)}${certificates}` });
  await expect(certificate).toContainText('2 certificates');
  await expect(key).toContainText('all.pem');
  await expect(page.getByText('Put into: Certificate, Private key.')).toBeVisible();
  await certificate.getByRole('button').click();
  await drop(page, certificate, { name: 'letter.txt', text: 'Dear Kim' });
  await expect(form.getByText('This is no certificate.')).toBeVisible();
  await certificate.getByRole('button').click();
  await drop(page, certificate, { name: 'film.mov', text: 'x'.repeat(200_000) });
  await expect(form.getByText('film.mov is 200 kB: too large')).toBeVisible();
});

test('an ARN goes to the field of its kind, and the region follows the trust anchor until one is chosen', async ({
  openForm,
  page,
}) => {
  const form = await openForm('IAM Roles Anywhere (certificate)');
  const region = form.getByRole('combobox', { name: 'Roles Anywhere region' });
  await expect(region).toHaveText('us-east-1');
  await paste(form.getByLabel('Role ARN'), anchorArn);
  await expect(form.getByLabel('Trust anchor ARN')).toHaveValue(anchorArn);
  await expect(form.getByLabel('Role ARN')).toHaveValue('');
  await expect(region).toHaveText('eu-west-1');
  await region.click();
  await page.getByRole('option', { name: 'eu-north-1' }).click();
  await form.getByLabel('Trust anchor ARN').fill(anchorArn.replace('eu-west-1', 'us-west-2'));
  await expect(region).toHaveText('eu-north-1');
  await expect(form.getByText('The trust anchor is in us-west-2.')).toBeVisible();
});

test('a test that needs the code of an MFA device asks for it, until one is right', async ({ openForm }) => {
  const form = await openForm('IAM role', 'test-mfa');
  await expect(form.getByLabel('External ID')).toHaveValue(/^brigade-user-/);
  await form.getByLabel('Role ARN').fill(roleArn);
  await form.getByLabel('Access key ID').fill('AKIAIOSFODNN7EXAMPLE');
  await form.getByLabel('Secret access key').fill('wJalrXUtnFEMIexample');
  await form.getByRole('button', { name: 'Test connection' }).click();
  const code = form.getByLabel('Code of the MFA device');
  await expect(code).toBeFocused();
  await code.fill('12');
  await code.press('Enter');
  await expect(form.getByText('Enter the six digits that the device shows now.').last()).toBeVisible();
  await code.fill('654321');
  await expect(code).toHaveValue('');
  await expect(form.getByText('The server refuses the code of the MFA device.').first()).toBeVisible();
  await code.fill('123 456');
  await expect(form.getByText('The connection works.')).toBeVisible();
  await expect(code).toBeHidden();
  await expect(form.getByRole('button', { name: 'Test connection' })).toBeFocused();
});

test('a profile is chosen from those in the files, and says how it signs in', async ({ openForm, page }) => {
  const form = await openForm('Profile of the AWS configuration');
  const profile = form.getByRole('combobox', { name: 'Profile' });
  await expect(form.getByRole('combobox', { name: 'Region' })).toHaveValue('eu-central-1');
  await expect(form.getByRole('checkbox', { name: 'Copy its keys into this connection' })).toBeVisible();
  await profile.focus();
  await page.keyboard.press('ArrowDown');
  await page.getByRole('option', { name: 'finance-sso' }).click();
  await expect(profile).toHaveValue('finance-sso');
  await expect(form.getByText('Signs in in the browser')).toBeVisible();
  await expect(form.getByRole('checkbox', { name: 'Copy its keys into this connection' })).toBeHidden();
  await profile.fill('lab');
  await expect(form.getByLabel('Endpoint URL')).toHaveValue('http://ceph.lab.example:7480');
  await profile.fill('laboratory');
  await expect(form.getByText('There is no profile of this name')).toBeVisible();
  await expect(form.getByRole('combobox', { name: 'Service' })).toHaveText('Amazon S3');
});
