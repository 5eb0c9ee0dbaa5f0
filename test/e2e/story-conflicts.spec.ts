import { join } from 'node:path';
import { expect, test } from './fixtures.ts';
import { readTree, writeTree } from './folder-contents.ts';
import { hands, startInBucket } from './hands.ts';
import { expectAccessible, job, openTransfers, row } from './window-actions.ts';

/** A folder goes up beside one of the same name: what is there already is asked about, one after the other. */

const there = {
  'a.txt': 'the old a',
  'b.txt': 'the old b',
  'c.txt': 'the old c',
  'd.txt': 'the old d',
  'e.txt': 'old e',
};
const fresh = { 'a.txt': 'a new a', 'b.txt': 'a new b', 'c.txt': 'a new c', 'd.txt': 'a new d', 'e.txt': 'a new e' };

for (const hand of hands) {
  test(`a folder whose files are there already, by ${hand.name}`, async ({
    window: page,
    workFolder,
    bucketFolder,
    takePicture,
  }) => {
    const source = join(workFolder, 'Album');
    await writeTree(source, { ...fresh, 'only here.txt': 'new' });
    const outcome = join(workFolder, 'outcome');
    await writeTree(outcome, {
      ...there,
      'a.txt': fresh['a.txt'],
      'b (2).txt': fresh['b.txt'],
      'd.txt': fresh['d.txt'],
      'e.txt': fresh['e.txt'],
      'only here.txt': 'new',
    });
    await startInBucket(page, hand);
    await writeTree(join(bucketFolder, 'Album'), there);
    await hand.upload(page, 'folder', [source]);

    const dialog = page.getByRole('dialog');
    const asked = (name: string) => page.getByRole('dialog', { name: `“${name}” exists already` });
    await test.step('both sides are shown', async () => {
      await expect(asked('a.txt')).toBeVisible();
      await expect(dialog.getByRole('region', { name: 'New', exact: true }).getByText('a new a')).toBeVisible();
      await expect(dialog.getByRole('region', { name: 'There already' }).getByText('the old a')).toBeVisible();
      await expect(dialog.getByText('2 bytes smaller')).toBeVisible();
      // The answer that loses nothing is the one that Enter takes.
      await expect(dialog.getByRole('button', { name: 'Keep both' })).toBeFocused();
      await expectAccessible(page);
      await takePicture(`story-conflict-${hand.name}`);
    });
    await hand.press(dialog.getByRole('button', { name: 'Replace' }));
    await expect(asked('b.txt')).toBeVisible();
    await hand.press(dialog.getByRole('button', { name: 'Keep both' }));
    await expect(asked('c.txt')).toBeVisible();
    await hand.press(dialog.getByRole('button', { name: 'Skip' }));
    await expect(asked('d.txt')).toBeVisible();
    await hand.press(dialog.getByRole('checkbox', { name: /^Apply to all/ }));
    await hand.press(dialog.getByRole('button', { name: 'Replace' }));

    await expect(dialog).toBeHidden();
    await openTransfers(page, hand);
    await expect(job(page, 'done')).toHaveCount(1);
    await expect(job(page, 'done').getByText('1 skipped')).toBeVisible();
    await expect(row(page, 'Album')).toBeVisible();
    expect(await readTree(join(bucketFolder, 'Album'))).toEqual(await readTree(outcome));
  });
}
