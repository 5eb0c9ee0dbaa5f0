import { dirname } from 'node:path';
import type { Page } from '@playwright/test';
import { startTestLocalS3, type TestLocalS3 } from '../servers/local-s3.ts';
import { expect, test } from './fixtures.ts';
import { expectAccessible, row } from './window-actions.ts';

/** Connecting to a server with the form. */

let server: TestLocalS3;
test.beforeEach(async () => {
  server = await startTestLocalS3();
});
test.afterEach(() => server.stop());

type Form = { readonly name: string; readonly secret?: string; readonly endpointUrl?: string };

const sidebarItem = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Connections' }).getByRole('button', { name, exact: true });

async function fillForm(page: Page, { name, secret = server.secretAccessKey, endpointUrl = server.endpointUrl }: Form) {
  await page.getByRole('button', { name: 'Connect to a server' }).click();
  await page.getByRole('combobox', { name: 'Service' }).click();
  await page.getByRole('option', { name: 'Another S3 server' }).click();
  await page.getByLabel('Connection name').fill(name);
  await page.getByLabel('Access key ID').fill(server.accessKeyId);
  await page.getByLabel('Secret access key').fill(secret);
  await page.getByLabel('Region').fill('us-east-1');
  await page.getByLabel('Endpoint URL').fill(endpointUrl);
}

test('a connection is checked as it is typed, tested step by step, saved and edited without its secret', async ({
  window: page,
  takePicture,
}) => {
  await fillForm(page, { name: 'Test server', secret: 'not-the-secret' });

  await test.step('what is wrong is said at its field', async () => {
    await page.getByText('More settings').click();
    await expect(page.getByLabel('Path style')).toBeChecked();
    await page.getByLabel('Endpoint URL').fill('localhost:9000');
    await page.keyboard.press('Tab');
    await expect(page.getByText('Write it as https://host or http://host:port.')).toBeVisible();
    await page.getByLabel('Upload threads').fill('65');
    await page.keyboard.press('Tab');
    await expect(page.getByText('A whole number from 1 to 64.')).toBeVisible();
    await page.getByLabel('Restrict to path').fill('team/');
    await page.keyboard.press('Tab');
    await expect(page.getByText('Say which bucket the path is in.')).toBeVisible();
    await expectAccessible(page);
    await takePicture('20-form-problems');
    await page.getByLabel('Endpoint URL').fill(server.endpointUrl);
    await page.getByLabel('Upload threads').fill('4');
    await page.getByLabel('Restrict to path').fill('');
  });

  await test.step('a wrong secret: which step failed, and what to do', async () => {
    await page.getByRole('button', { name: 'Test connection' }).click();
    const steps = page.getByTestId('test-steps');
    await expect(steps.locator('[data-state="failed"]')).toContainText('Sign in');
    await expect(steps.locator('[data-state="skipped"]').last()).toContainText('not tried');
    await expect(steps.getByRole('listitem')).toHaveCount(7);
    await expect(page.getByRole('button', { name: 'Save anyway' })).toBeVisible();
    // Once, at its field; the step says where that is and what to do.
    await expect(page.getByText('The secret access key does not fit the access key ID.')).toHaveCount(1);
    await expect(steps.getByRole('alert')).toContainText('Look at the field “Secret access key”.');
    await expect(steps.getByRole('alert')).toContainText('again, whole and without spaces');
    await expect(page.getByLabel('Secret access key')).toHaveAttribute('aria-invalid', 'true');
    await expectAccessible(page);
    await takePicture('21-test-failed');
    await steps.getByRole('button', { name: 'Go to the field' }).click();
    await expect(page.getByLabel('Secret access key')).toBeFocused();
  });

  await test.step('the right one', async () => {
    await page.getByLabel('Secret access key').fill(server.secretAccessKey);
    await page.getByRole('button', { name: 'Test connection' }).click();
    await expect(page.getByText('The connection works.')).toBeVisible();
    await takePicture('22-test-passed');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('No buckets yet')).toBeVisible();
    await expectAccessible(page);
    await takePicture('23-no-buckets');
  });

  await test.step('a bucket is made', async () => {
    await page.getByRole('button', { name: 'New bucket' }).first().click();
    await page.getByLabel('Bucket name').fill('made-here');
    await page.getByRole('button', { name: 'Create' }).click();
    await expect(row(page, 'made-here')).toBeVisible();
  });

  await test.step('editing never shows the secret', async () => {
    await sidebarItem(page, 'Test server').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Edit connection…' }).click();
    await expect(page.getByLabel('Secret access key')).toHaveValue('');
    await expect(page.getByLabel('Secret access key')).toHaveAttribute('placeholder', '••••••••••••');
    await expect(page.getByLabel('Secret access key')).not.toBeEditable();
    await page.getByLabel('Connection name').fill('Renamed server');
    await page.getByRole('button', { name: 'Test connection' }).click();
    await expect(page.getByText('The connection works.')).toBeVisible();
    await takePicture('24-edit');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(sidebarItem(page, 'Renamed server')).toBeVisible();
    await expect(row(page, 'made-here')).toBeVisible();
    expect(await page.content()).not.toContain(server.secretAccessKey);
  });

  await test.step('deleting asks first', async () => {
    await sidebarItem(page, 'Renamed server').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Delete connection…' }).click();
    await expect(page.getByText('Delete the connection “Renamed server”?')).toBeVisible();
    await page.getByRole('button', { name: 'Delete connection' }).click();
    await expect(page.getByRole('button', { name: 'Try it with a bucket on this computer' })).toBeVisible();
  });
});

test('a server that cannot be reached says so, and can be saved all the same', async ({
  window: page,
  takePicture,
}) => {
  await server.stop();
  await fillForm(page, { name: 'Gone' });
  await page.getByRole('button', { name: 'Test connection' }).click();
  await expect(page.getByTestId('test-steps').getByRole('alert')).toContainText('Look at the field “Endpoint URL”.');
  const { host } = new URL(server.endpointUrl);
  await expect(page.getByText(`Nothing listens at ${host}.`)).toBeVisible();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('button', { name: 'Retry' })).toBeVisible();
  await expect(page.getByRole('alert').filter({ hasText: `Nothing listens at ${host}.` })).toBeVisible();
  await expectAccessible(page);
  await takePicture('25-unreachable');
});

test('where the server on this computer is can be read and copied, beside its buckets and beside one of them', async ({
  window: page,
  bucketFolder,
}) => {
  await page.getByRole('button', { name: 'Try it with a bucket on this computer' }).click();
  await expect(row(page, 'my-bucket')).toBeVisible();
  await page.keyboard.press('Control+i');
  const inspector = page.getByRole('complementary', { name: 'Inspector' });
  const factsAreThere = async () => {
    await expect(inspector.getByText(/^http:\/\/127\.0\.0\.1:\d+$/)).toBeVisible();
    await expect(inspector.getByText(dirname(bucketFolder), { exact: true })).toBeVisible();
    await expect(inspector.getByRole('button', { name: 'Copy: Endpoint URL' })).toBeVisible();
  };
  await expect(inspector.getByRole('heading', { name: 'This computer' })).toBeVisible();
  await factsAreThere();
  await row(page, 'my-bucket').click();
  await expect(inspector.getByRole('heading', { name: 'my-bucket' })).toBeVisible();
  await factsAreThere();
});
