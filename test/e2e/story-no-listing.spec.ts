import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startFaultyS3 } from '../fakes/faulty-s3.ts';
import { startTestLocalS3 } from '../servers/local-s3.ts';
import { connect } from './connect.ts';
import { expect, test } from './fixtures.ts';
import { readTree, writeTree } from './folder-contents.ts';
import { handsFor, mouse } from './hands.ts';
import { chooseFolder, expectAccessible, job, openTransfers, row } from './window-actions.ts';

/** Keys that may not list the buckets: one is opened by its name, and everything else works. */

for (const hand of handsFor('no-listing')) {
  test(`without permission to list buckets, by ${hand.name}`, async ({ window: page, workFolder, takePicture }) => {
    const folder = join(workFolder, 'server');
    await writeTree(folder, { 'team-bucket/in/there.txt': 'there', 'other/no.txt': 'no' });
    const server = await startTestLocalS3({ folder });
    const proxy = await startFaultyS3(server.endpointUrl);
    const refuse = { type: 'respond', status: 403, code: 'AccessDenied' } as const;
    const always = { fault: refuse, times: Number.POSITIVE_INFINITY };
    proxy.add({ match: ({ method, bucket }) => method === 'GET' && bucket === '', ...always });
    proxy.add({ match: ({ bucket }) => bucket === 'other', ...always });
    try {
      await connect(page, hand, { name: 'Team', server: { ...server, endpointUrl: proxy.endpointUrl } });
      const field = page.getByLabel('Open a bucket by its name');
      const openNamed = async (name: string) => {
        await hand.fill(field, name);
        if (hand.name === 'mouse') await page.getByRole('button', { name: 'Open', exact: true }).click();
        else await page.keyboard.press('Enter');
      };
      await expect(field).toBeFocused();
      if (hand === mouse) {
        await expectAccessible(page);
        await takePicture('story-no-listing');
      }
      await openNamed('not a name');
      await expect(field).toHaveAttribute('aria-invalid', 'true');
      await openNamed('other');
      await expect(field).toBeHidden();
      await expect(page.getByRole('alert').first()).toContainText('other');
      await hand.press(page.getByRole('button', { name: 'Up', exact: true }).first());
      await openNamed('team-bucket');
      await expect(row(page, 'in')).toBeVisible();

      const source = join(workFolder, 'fresh');
      await writeTree(source, { 'a.txt': 'a', 'below/b.txt': 'b' });
      await hand.upload(page, 'folder', [source]);
      await openTransfers(page, hand);
      await expect(job(page, 'done')).toHaveCount(1);
      expect(await readTree(join(folder, 'team-bucket', 'fresh'))).toEqual(await readTree(source));

      const target = join(workFolder, 'back');
      await mkdir(target);
      await hand.pick(page, 'fresh');
      await hand.press(page.getByRole('button', { name: 'Download', exact: true }));
      await chooseFolder(page, target, hand);
      await expect(job(page, 'done')).toHaveCount(2);
      expect(await readTree(join(target, 'fresh'))).toEqual(await readTree(source));

      await hand.press(page.getByRole('button', { name: 'Up', exact: true }));
      await hand.press(page.getByRole('list', { name: 'Opened before' }).getByRole('button', { name: 'team-bucket' }));
      await expect(row(page, 'fresh')).toBeVisible();
    } finally {
      await proxy.close();
      await server.stop();
    }
  });
}
