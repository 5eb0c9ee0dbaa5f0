import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runBrigade } from '../servers/brigade.ts';
import { writeRandomFile } from '../servers/large-files.ts';
import { expect, test } from './fixtures.ts';
import { readTree } from './folder-contents.ts';
import { downloadInto, dropPaths, expectAccessible, job, openTransfers, row } from './window-actions.ts';

const mebibyte = 1024 * 1024;

/** 199 files from 0 bytes to a few MiB in ten folders, and one of 1 GiB beside them. */
async function writeTwoHundred(folder: string): Promise<void> {
  for (let index = 0; index < 199; index += 1) {
    const below = join(folder, `folder ${index % 10}`);
    await mkdir(below, { recursive: true });
    await writeFile(join(below, `file ${index}.bin`), randomBytes(Math.floor((index / 199) ** 6 * 4 * mebibyte)));
  }
  await writeRandomFile(join(folder, 'one gibibyte.bin'), 1024);
}

test('200 files to Ceph and back: through the window, one of them of 1 GiB, and through the command', async ({
  window: page,
  brigade,
  ceph,
  workFolder,
  takePicture,
}) => {
  test.setTimeout(480_000);
  const source = join(workFolder, 'two hundred');
  await writeTwoHundred(source);
  const expected = await readTree(source);
  const bucket = `window-${randomBytes(4).toString('hex')}`;

  await test.step('connect', async () => {
    await page.getByRole('button', { name: 'Connect to a server' }).click();
    await page.getByRole('combobox', { name: 'Service' }).click();
    await page.getByRole('option', { name: 'Another S3 server', exact: true }).click();
    await page.getByLabel('Connection name').fill('Ceph');
    await page.getByLabel('Access key ID').fill(ceph.accessKeyId);
    await page.getByLabel('Secret access key').fill(ceph.secretAccessKey);
    await page.getByLabel('Region').fill('us-east-1');
    await page.getByLabel('Endpoint URL').fill(ceph.endpointUrl);
    await page.getByRole('button', { name: 'Test connection' }).click();
    await expect(page.getByText('The connection works.')).toBeVisible();
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('dialog')).toHaveCount(0);
    const command = { dataDir: brigade.dataDir };
    const made = await runBrigade(['mb', `s3://${bucket}`, '--connection', 'Ceph'], command);
    expect(made.code, made.stderr).toBe(0);
    await page.getByRole('button', { name: 'Refresh' }).click();
    await row(page, bucket).dblclick();
    await expect(page.getByText('This bucket is empty')).toBeVisible();
  });

  await test.step('up', async () => {
    await dropPaths(page, [source], page.getByTestId('drop-area'));
    await openTransfers(page);
    await expect(page.getByText(/[1-9]\d* of 200 files/)).toBeVisible({ timeout: 180_000 });
    await takePicture('40-uploading-to-ceph');
    await expect(job(page, 'done')).toHaveCount(1, { timeout: 180_000 });
    await expect(page.getByText('200 of 200 files').first()).toBeVisible();
    await row(page, 'two hundred').dblclick();
    await expect(row(page, 'one gibibyte.bin')).toBeVisible();
    await expectAccessible(page);
    await takePicture('41-uploaded-to-ceph');
  });

  await test.step('and back, byte for byte', async () => {
    await page.getByRole('button', { name: 'Up', exact: true }).click();
    await row(page, 'two hundred').click();
    const target = join(workFolder, 'through the window');
    await mkdir(target);
    await downloadInto(page, target);
    await expect(job(page, 'done')).toHaveCount(2, { timeout: 180_000 });
    await takePicture('42-downloaded-from-ceph');
    expect(await readTree(join(target, 'two hundred'))).toEqual(expected);
  });

  await test.step('the command, while the window holds the engine', async () => {
    // A gibibyte by the command is what test/integration/kill.test.ts moves; here, a file of several parts does.
    await rm(join(source, 'one gibibyte.bin'));
    await writeFile(join(source, 'many parts.bin'), randomBytes(40 * mebibyte));
    const expected = await readTree(source);
    const command = { dataDir: brigade.dataDir };
    const up = await runBrigade(['cp', '-r', source, `s3://${bucket}/command`, '--connection', 'Ceph'], command);
    expect(up.code, up.stderr).toBe(0);
    const target = join(workFolder, 'through the command');
    const down = await runBrigade(['cp', '-r', `s3://${bucket}/command`, target, '--connection', 'Ceph'], command);
    expect(down.code, down.stderr).toBe(0);
    expect(await readTree(target)).toEqual(expected);
  });

  const cleaned = await runBrigade(['rm', '-r', `s3://${bucket}/`, '--connection', 'Ceph'], {
    dataDir: brigade.dataDir,
  });
  expect(cleaned.code).toBe(0);
});
