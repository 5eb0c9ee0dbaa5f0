import { CreateMultipartUploadCommand, S3Client } from '@aws-sdk/client-s3';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startFaultyS3 } from '../fakes/faulty-s3.ts';
import { startTestLocalS3 } from '../servers/local-s3.ts';
import { connect } from './connect.ts';
import { expect, test } from './fixtures.ts';
import { keyboard, mouse } from './hands.ts';
import { expectAccessible, job, openTransfers } from './window-actions.ts';

/** Uploads are held back, put in another order and let go; one that is left behind is found and cleaned up. */

test('a limit holds until it is lifted, and jobs change places meanwhile', async ({ window: page, workFolder }) => {
  const folder = join(workFolder, 'server');
  await mkdir(join(folder, 'box'), { recursive: true });
  const server = await startTestLocalS3({ folder });
  try {
    await connect(page, mouse, { name: 'Server', server });
    await mouse.open(page, 'box');
    await page.getByRole('button', { name: 'Limit the bandwidth' }).click();
    const limits = page.getByRole('dialog', { name: 'Bandwidth limits' });
    await expectAccessible(page);
    await limits.getByLabel('Upload').first().click();
    await page.getByRole('option', { name: '100 kB/s' }).click();
    await expect(limits.getByRole('status')).toHaveText('Limited to 100 kB/s up');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('button', { name: /Limited to 100 kB\/s up/ })).toBeVisible();

    const content = randomBytes(20 * 1024 * 1024);
    for (const name of ['one.bin', 'two.bin']) {
      const file = join(workFolder, name);
      await writeFile(file, content);
      await mouse.upload(page, 'files', [file]);
    }
    await openTransfers(page, mouse);
    const names = page.getByTestId('job').locator('[title]:not(time)');
    await expect(job(page, 'active')).toHaveCount(2);
    await expect(names.first()).toContainText('one.bin');
    await page.getByRole('treegrid', { name: 'Transfers' }).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Alt+ArrowDown');
    await expect(names.first()).toContainText('two.bin');
    await keyboard.menuOfJob(page, job(page, 'active').last(), 'Go first');
    await expect(names.first()).toContainText('one.bin');

    await page.getByRole('button', { name: 'Limit the bandwidth' }).click();
    await limits.getByLabel('Upload').first().click();
    await page.getByRole('option', { name: 'No limit' }).click();
    await expect(limits.getByRole('status')).toHaveText('No limit is in force.');
    await page.keyboard.press('Escape');
    await expect(job(page, 'done')).toHaveCount(2, { timeout: 60_000 });
    expect((await readFile(join(folder, 'box', 'one.bin'))).equals(content)).toBe(true);
  } finally {
    await server.stop();
  }
});

test('an upload that could not be aborted is cleaned up later, that of another program is only shown', async ({
  window: page,
  workFolder,
}) => {
  const folder = join(workFolder, 'server');
  await mkdir(join(folder, 'box'), { recursive: true });
  const server = await startTestLocalS3({ folder });
  const proxy = await startFaultyS3(server.endpointUrl);
  const { endpointUrl, accessKeyId, secretAccessKey } = server;
  const credentials = { accessKeyId, secretAccessKey };
  const client = new S3Client({ endpoint: endpointUrl, region: 'us-east-1', forcePathStyle: true, credentials });
  try {
    await client.send(new CreateMultipartUploadCommand({ Bucket: 'box', Key: 'theirs.iso' }));
    await connect(page, mouse, { name: 'Server', server: { ...server, endpointUrl: proxy.endpointUrl } });
    await mouse.open(page, 'box');
    proxy.add({
      match: (request) => request.method === 'PUT' && request.partNumber !== null,
      fault: { type: 'slow', bytesPerSecond: 100_000 },
      times: Number.POSITIVE_INFINITY,
    });
    proxy.add({
      match: (request) => request.method === 'DELETE' && request.uploadId !== null,
      fault: { type: 'respond', status: 403, code: 'AccessDenied' },
      times: Number.POSITIVE_INFINITY,
    });
    const file = join(workFolder, 'ours.iso');
    await writeFile(file, randomBytes(20 * 1024 * 1024));
    await mouse.upload(page, 'files', [file]);
    await openTransfers(page, mouse);
    await expect.poll(() => proxy.requests.some(({ partNumber }) => partNumber !== null)).toBe(true);
    await mouse.pressInJob(page, job(page, 'active'), 'Cancel transfer');
    await expect(job(page, 'cancelled')).toBeVisible();
    proxy.clear();

    await mouse.placeMenu(page, 'Unfinished uploads…');
    const dialog = page.getByRole('dialog', { name: 'Unfinished uploads in box' });
    await expect(dialog.getByRole('checkbox', { name: /ours\.iso/ })).toBeChecked();
    await expect(dialog.getByText('theirs.iso', { exact: true })).toBeVisible();
    await expect(dialog.getByRole('checkbox')).toHaveCount(1);
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Clean up 1 upload' }).click();
    await expect(dialog.getByText('1 unfinished upload cleaned up.')).toBeVisible();
    await expect(dialog.getByRole('checkbox')).toHaveCount(0);
    await expect(dialog.getByText('theirs.iso', { exact: true })).toBeVisible();
  } finally {
    client.destroy();
    await proxy.close();
    await server.stop();
  }
});
