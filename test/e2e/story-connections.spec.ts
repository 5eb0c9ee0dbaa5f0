import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { systemClock } from '../../main/system-clock.ts';
import { startTemporaryS3, type TemporaryS3 } from '../fakes/temporary-s3.ts';
import { serveBrigade } from '../servers/brigade.ts';
import { expect, test } from './fixtures.ts';
import { mouse } from './hands.ts';
import { layoutFindings } from './states/layout-findings.ts';
import * as signIn from './sign-in-form.ts';
import { expectAccessible, job, openTransfers, row } from './window-actions.ts';

/** What a connection may do, and what becomes of it: exported, imported elsewhere, deleted. */

const keys = {
  accessKeyId: 'ASIATEMPORARY0000001',
  secretAccessKey: 'temporary/secret+that/nobody/may/see',
  sessionToken: 'a-session-token-that-nobody-may-see',
};

let s3: TemporaryS3;
test.beforeEach(async () => {
  const issued = [{ ...keys, expiresMs: systemClock.nowMs() + 3_600_000 }];
  s3 = await startTemporaryS3({ clock: systemClock, issuers: [{ issued }], buckets: ['reports'] });
});
test.afterEach(() => s3.close());

async function fillInKeys(page: Page): Promise<void> {
  await mouse.fill(signIn.field(page, 'Secret access key'), keys.secretAccessKey);
  await mouse.fill(signIn.field(page, 'Session token'), keys.sessionToken);
}

async function fillIn(page: Page, name: string): Promise<void> {
  await signIn.openForm(page, mouse);
  await signIn.nameServer(page, mouse, s3.endpointUrl);
  await mouse.fill(signIn.field(page, 'Connection name'), name);
  await mouse.fill(signIn.field(page, 'Access key ID'), keys.accessKeyId);
  await fillInKeys(page);
}

test('a bucket in other capitals is offered; what may be done there is tried, and written only when that is asked for', async ({
  window: page,
}) => {
  const table = page.getByTestId('permissions');
  const action = (name: string) => table.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) });
  const tryWriting = () => table.getByRole('button', { name: 'Try it' }).click();

  await test.step('the bucket that differs in capitals', async () => {
    await fillIn(page, 'Reports');
    await signIn.form(page).getByText('More settings').click();
    await mouse.fill(signIn.field(page, 'Restrict to bucket'), 'Reports');
    await signIn.runTest(page);
    await expect(signIn.steps(page)).toContainText(
      'There is no bucket Reports. Names are exact: did you mean reports?',
    );
    const offer = signIn.form(page).getByRole('button', { name: 'Use reports' });
    await expect(offer).toBeVisible();
    await expect(signIn.steps(page).getByText('The connection works.')).toHaveCount(0);
    await signIn.takePictures(page, 'sign-in-30-other-capitals');
    await offer.click();
    await expect(signIn.field(page, 'Restrict to bucket')).toHaveValue('reports');
  });

  await test.step('nothing is written until it is asked for', async () => {
    s3.setDeny(({ action: asked }) => asked === 's3:PutObject');
    await signIn.runTest(page);
    await signIn.expectPassed(page);
    await expect(action('List files and folders')).toContainText('allowed');
    await expect(action('Upload').first()).toContainText('not tested');
    expect(s3.requests.filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
    await tryWriting();
    await expect(action('Upload').first()).toContainText('not allowed');
    await expect(action('Upload').first()).toContainText('s3:PutObject');
    await expect(table).not.toContainText('probe');
    // It does not count against the connection.
    await signIn.expectPassed(page);
    await expectAccessible(page);
    await signIn.takePictures(page, 'sign-in-31-permissions-denied');
    expect(await layoutFindings(page)).toEqual([]);
  });

  await test.step('and where it is allowed nothing is left of it', async () => {
    s3.setDeny(null);
    await signIn.runTest(page);
    await expect(action('Upload').first()).toContainText('not tested');
    await tryWriting();
    await expect(action('Upload').first()).toHaveAttribute('data-outcome', 'allowed');
    await expect(action('Delete files and folders')).toHaveAttribute('data-outcome', 'allowed');
    await expect(table).toContainText('A small object was uploaded there and deleted again.');
    await expect(table.getByRole('button', { name: 'Try it' })).toHaveCount(0);
    await signIn.takePictures(page, 'sign-in-32-permissions-allowed');
    await mouse.press(signIn.form(page).getByRole('button', { name: 'Save', exact: true }));
    // Right into the one bucket that it is for.
    await expect(page.getByText('This bucket is empty')).toBeVisible();
  });
});

test('a connection goes to another computer without its secrets, and names its transfers before it is deleted', async ({
  window: page,
  workFolder,
  browser,
  problems,
}) => {
  problems.expect(/ERR_CONNECTION_REFUSED/);
  const exported = join(workFolder, 'exported.json');
  await test.step('exported', async () => {
    await fillIn(page, 'To share');
    await signIn.save(page, mouse, 'reports');
    const download = page.waitForEvent('download');
    await signIn.chooseInSidebar(page, 'To share', 'Export without secrets…');
    await (await download).saveAs(exported);
    const text = await readFile(exported, 'utf8');
    expect(text).toContain('To share');
    expect(text).not.toContain(keys.secretAccessKey);
    expect(text).not.toContain(keys.sessionToken);
  });

  await test.step('imported elsewhere, where it needs a person', async () => {
    const other = await serveBrigade({ dataDir: join(workFolder, 'other'), env: { HOME: workFolder } });
    // The session of a window is for its host, whatever the port.
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    try {
      const there = await context.newPage();
      await there.goto(other.url);
      const importing = there.getByRole('button', { name: 'Import connections…' });
      await expect(importing).toBeVisible();
      await signIn.takePictures(there, 'sign-in-36-first-start');
      const chooser = there.waitForEvent('filechooser');
      await importing.click();
      await (await chooser).setFiles(exported);
      const dialog = there.getByRole('dialog');
      await expect(dialog).toContainText('1 connection added');
      await expectAccessible(there);
      await signIn.takePictures(there, 'sign-in-33-imported');
      await dialog.getByRole('button', { name: 'Close' }).click();
      await expect(signIn.sidebarItem(there, 'To share')).toHaveAccessibleDescription(/^Needs you/);
      await signIn.sidebarItem(there, 'To share').click();
      await expect(there.locator('main').getByRole('alert')).toBeVisible();
      await signIn.takePictures(there, 'sign-in-34-imported-needs-you');
      await there.locator('main').getByRole('button', { name: 'Edit the connection' }).click();
      await expect(signIn.field(there, 'Access key ID')).toHaveValue(keys.accessKeyId);
      await fillInKeys(there);
      await signIn.save(there, mouse, 'reports');
      await expect(signIn.sidebarItem(there, 'To share')).toHaveAccessibleDescription('Ready');
    } finally {
      await context.close();
      await other.stop();
    }
  });

  await test.step('deleting it names what has not ended', async () => {
    await mouse.open(page, 'reports');
    await expect(page.getByText('This bucket is empty')).toBeVisible();
    await s3.close();
    const file = join(workFolder, 'march.csv');
    await writeFile(file, 'a;b\n1;2\n');
    await mouse.upload(page, 'files', [file]);
    await openTransfers(page);
    await expect(job(page, 'waiting')).toBeVisible();
    await signIn.chooseInSidebar(page, 'To share', 'Delete connection…');
    const dialog = page.getByRole('dialog', { name: 'Delete the connection “To share”?' });
    await expect(dialog).toContainText('1 transfer of it has not ended:');
    await expect(dialog.getByRole('listitem')).toContainText(['march.csv']);
    await expectAccessible(page);
    await signIn.takePictures(page, 'sign-in-35-delete');
    await dialog.getByRole('button', { name: 'Delete connection' }).click();
    await expect(dialog).toBeHidden();
    await expect(signIn.sidebarItem(page, 'To share')).toBeHidden();
    await expect(row(page, 'reports')).toBeHidden();
  });
});
