import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runBrigade } from '../servers/brigade.ts';
import { versionBucket } from '../servers/version-bucket.ts';
import { connect } from './connect.ts';
import { expect, test } from './fixtures.ts';
import { readTree, writeTree } from './folder-contents.ts';
import { command, keyboard, mouse } from './hands.ts';
import { chooseFolder, job, openTransfers, row } from './window-actions.ts';

test('copied from this computer to Ceph by mouse, and moved back by keyboard', async ({
  window: page,
  ceph,
  brigade,
  workFolder,
  bucketFolder,
}) => {
  const tree = { 'one.txt': 'one', 'many/two.bin': randomBytes(9 * 1024 * 1024), 'many/below/ä three.txt': 'three' };
  const bucket = `story-${randomBytes(4).toString('hex')}`;
  const onCeph = (args: readonly string[]) => runBrigade([...args, '--connection', 'Ceph'], brigade);
  await connect(page, mouse, { name: 'Ceph', server: ceph });
  const made = await onCeph(['mb', `s3://${bucket}`]);
  expect(made.code, made.stderr).toBe(0);

  await test.step('copied', async () => {
    await mouse.press(page.getByRole('button', { name: 'Add connection' }));
    await page.getByRole('menuitem', { name: 'Try a bucket on this computer' }).click();
    await expect(row(page, 'my-bucket')).toBeVisible();
    await writeTree(bucketFolder, tree);
    await mouse.open(page, 'my-bucket');
    await mouse.pick(page, 'one.txt');
    await row(page, 'many').click({ modifiers: ['ControlOrMeta'] });
    await expect(page.getByText('2 selected')).toBeVisible();
    await row(page, 'many').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Copy', exact: true }).click();
    await page
      .getByRole('navigation', { name: 'Connections' })
      .getByRole('button', { name: 'Ceph', exact: true })
      .click();
    await mouse.open(page, bucket);
    await expect(page.getByText('This bucket is empty')).toBeVisible();
    await mouse.placeMenu(page, 'Paste');
    await openTransfers(page);
    await expect(job(page, 'done')).toHaveCount(1, { timeout: 60_000 });
    await expect(row(page, 'many')).toBeVisible();
    const back = join(workFolder, 'from Ceph');
    const got = await onCeph(['cp', '-r', `s3://${bucket}`, back]);
    expect(got.code, got.stderr).toBe(0);
    expect(await readTree(back)).toEqual(await readTree(bucketFolder));
  });

  await test.step('moved back, into a folder', async () => {
    const before = await readTree(join(bucketFolder, 'many'));
    await keyboard.pick(page, 'many');
    await page.keyboard.press('ControlOrMeta+x');
    await command(page, keyboard, 'Open This computer');
    await keyboard.open(page, 'my-bucket');
    await expect(row(page, 'one.txt')).toBeVisible();
    await command(page, keyboard, 'New folder…');
    await expect(page.getByLabel('Folder name')).toBeFocused();
    await page.keyboard.insertText('moved here');
    await page.keyboard.press('Enter');
    await keyboard.open(page, 'moved here');
    await expect(page.getByText('This folder is empty')).toBeVisible();
    await page.keyboard.press('ControlOrMeta+v');
    // The copy, the command's download, and this.
    await expect(job(page, 'done')).toHaveCount(3, { timeout: 60_000 });
    expect(await readTree(join(bucketFolder, 'moved here', 'many'))).toEqual(before);
    const left = await onCeph(['ls', '-r', `s3://${bucket}`]);
    expect(left.stdout.toString()).not.toContain('many');
    expect(left.stdout.toString()).toContain('one.txt');
  });

  await test.step('deleted where versions are kept, brought back, and an older version restored', async () => {
    await versionBucket(ceph, bucket);
    const address = `s3://${bucket}/one.txt`;
    const put = async (stdin: string) =>
      expect((await runBrigade(['cp', '-', address, '--connection', 'Ceph'], { ...brigade, stdin })).code).toBe(0);
    const content = async () => (await onCeph(['cp', address, '-'])).stdout.toString();
    await put('first');
    await put('second');
    await command(page, keyboard, 'Open Ceph');
    await keyboard.open(page, bucket);
    await keyboard.pick(page, 'one.txt');
    await page.keyboard.press('Delete');
    await keyboard.press(page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }));
    await expect(page.getByText('“one.txt” deleted.')).toBeVisible();
    await expect(page.getByRole('dialog', { name: 'Delete “one.txt”?' })).toBeHidden();
    await expect(row(page, 'one.txt')).toBeHidden();
    await page.keyboard.press('ControlOrMeta+z');
    await expect(page.getByText('1 object is back.')).toBeVisible();
    await expect(row(page, 'one.txt')).toBeVisible();
    expect(await content()).toBe('second');

    await keyboard.menu(page, 'one.txt', 'Versions');
    const versions = page.getByRole('complementary', { name: 'Inspector' }).getByRole('listitem');
    await expect(versions).toHaveCount(3);
    await versions
      .nth(1)
      .getByRole('button', { name: /^Restore the version of / })
      .click();
    await expect(page.getByText('is the current one again')).toBeVisible();
    await expect(versions).toHaveCount(4);
    expect(await content()).toBe('first');
    await versions
      .nth(1)
      .getByRole('button', { name: /^Download the version of / })
      .click();
    await writeTree(workFolder, { 'versions/': '' });
    await chooseFolder(page, join(workFolder, 'versions'));
    await expect.poll(() => readFile(join(workFolder, 'versions/one.txt'), 'utf8').catch(() => null)).toBe('second');
  });
});
