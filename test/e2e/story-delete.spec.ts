import { join } from 'node:path';
import { startFaultyS3 } from '../fakes/faulty-s3.ts';
import { startTestLocalS3 } from '../servers/local-s3.ts';
import { connect } from './connect.ts';
import { expect, test } from './fixtures.ts';
import { readTree, writeTree } from './folder-contents.ts';
import { keyboard, mouse } from './hands.ts';
import { expectAccessible, row } from './window-actions.ts';

/** More objects than one request takes are deleted: first they are counted, then it is said how many are gone. */

test('a folder of many objects is deleted by keyboard, and one of few by mouse', async ({
  window: page,
  workFolder,
  takePicture,
}) => {
  const folder = join(workFolder, 'server');
  const many = Object.fromEntries(Array.from({ length: 1500 }, (_, index) => [`scans/old/${index}.txt`, 'old']));
  await writeTree(join(folder, 'papers'), { ...many, 'scans.txt': 'kept', 'scans 2/new.txt': 'kept too' });
  const server = await startTestLocalS3({ folder });
  const proxy = await startFaultyS3(server.endpointUrl);
  let release: (value?: unknown) => void = () => undefined;
  proxy.add({
    match: ({ method, query }) => method === 'POST' && query.has('delete'),
    fault: { type: 'hold', until: new Promise((resolve) => (release = resolve)) },
    skip: 1,
  });
  try {
    await connect(page, keyboard, { name: 'Archive', server: { ...server, endpointUrl: proxy.endpointUrl } });
    await keyboard.open(page, 'papers');
    await expect(row(page, 'scans')).toBeVisible();
    await keyboard.pick(page, 'scans');
    await page.keyboard.press('Delete');
    const dialog = page.getByRole('dialog', { name: 'Delete “scans”?' });
    await expect(dialog).toContainText('1,500 objects');
    expect(Object.keys(await readTree(join(folder, 'papers', 'scans', 'old')))).toHaveLength(1500);
    await keyboard.press(dialog.getByRole('button', { name: 'Delete' }));

    const progress = dialog.getByRole('progressbar', { name: 'Deleting…' });
    await expect(progress).toHaveAttribute('aria-valuetext', 'Deleting: 1,000 of 1,500 are gone.');
    await expect(dialog).toContainText('Deleting: 1,000 of 1,500 are gone.');
    await expectAccessible(page);
    await takePicture('story-delete');
    release();
    await expect(page.getByText('“scans” deleted, 1,500 objects.')).toBeVisible();
    await expect(dialog).toBeHidden();
    await expect(row(page, 'scans')).toBeHidden();
    await expect(row(page, 'scans.txt')).toBeVisible();
    expect(Object.keys(await readTree(join(folder, 'papers')))).toEqual(['scans 2/', 'scans 2/new.txt', 'scans.txt']);

    await mouse.menu(page, 'scans 2', 'Delete…');
    await mouse.press(page.getByRole('dialog', { name: 'Delete “scans 2”?' }).getByRole('button', { name: 'Delete' }));
    await expect(page.getByText('“scans 2” deleted, 1 object.')).toBeVisible();
    await expect(row(page, 'scans 2')).toBeHidden();
    expect(Object.keys(await readTree(join(folder, 'papers')))).toEqual(['scans.txt']);
  } finally {
    release();
    await proxy.close();
    await server.stop();
  }
});
