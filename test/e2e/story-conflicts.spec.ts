import { join } from 'node:path';
import { expect, test } from './fixtures.ts';
import { readTree, writeTree } from './folder-contents.ts';
import { handsFor, mouse, startInBucket } from './hands.ts';
import { expectAccessible, job, openTransfers, row } from './window-actions.ts';

/** A folder goes up beside one of the same name: what is there already is asked about, one after the other. */

const letters = ['a', 'b', 'c', 'd', 'e'];
const there = Object.fromEntries(letters.map((letter) => [`${letter}.txt`, `the old ${letter}`]));
const fresh = Object.fromEntries(letters.map((letter) => [`${letter}.txt`, `a new ${letter}`]));

for (const hand of handsFor('conflicts')) {
  test(`a folder whose files are there already, by ${hand.name}`, async ({
    window: page,
    workFolder,
    bucketFolder,
    takePicture,
  }) => {
    const source = join(workFolder, 'Album');
    await writeTree(source, { ...fresh, 'only here.txt': 'new' });
    await startInBucket(page, hand);
    await writeTree(join(bucketFolder, 'Album'), there);
    await hand.upload(page, 'folder', [source]);

    const dialog = page.getByRole('dialog');
    const asked: string[] = [];
    /** The files are looked at side by side: which of them is asked about first is not said. */
    const nextQuestion = async (): Promise<string> => {
      const others = letters.map((letter) => `${letter}.txt`).filter((name) => !asked.includes(name));
      const title = dialog.getByRole('heading', { level: 2 });
      await expect(title).toHaveText(new RegExp(`^“(${others.join('|')})” exists already$`));
      const shown = await title.textContent();
      const name = others.find((one) => shown?.includes(`“${one}”`) === true);
      if (name === undefined) throw new Error('Another question has come meanwhile.');
      asked.push(name);
      return name;
    };
    await test.step('both sides are shown', async () => {
      const name = await nextQuestion();
      const side = (title: string) => dialog.getByRole('region', { name: title, exact: true });
      await expect(side('New').getByText(fresh[name] ?? '')).toBeVisible();
      await expect(side('New').getByText('2 bytes smaller')).toBeVisible();
      await expect(side('There already').getByText(there[name] ?? '')).toBeVisible();
      // The answer that loses nothing is the one that Enter takes.
      await expect(dialog.getByRole('button', { name: 'Keep both' })).toBeFocused();
      if (hand === mouse) {
        await expectAccessible(page);
        await takePicture('story-conflict');
      }
      await hand.press(dialog.getByRole('button', { name: 'Replace' }));
    });
    const kept = await nextQuestion();
    await hand.press(dialog.getByRole('button', { name: 'Keep both' }));
    const skipped = await nextQuestion();
    await hand.press(dialog.getByRole('button', { name: 'Skip' }));
    await nextQuestion();
    await hand.press(dialog.getByRole('checkbox', { name: /^Apply to all/ }));
    await hand.press(dialog.getByRole('button', { name: 'Replace' }));

    await expect(dialog).toBeHidden();
    await openTransfers(page, hand);
    await expect(job(page, 'done')).toHaveCount(1);
    await expect(job(page, 'done').getByText('1 skipped')).toBeVisible();
    await expect(row(page, 'Album')).toBeVisible();
    const outcome = join(workFolder, 'outcome');
    await writeTree(outcome, {
      ...fresh,
      'only here.txt': 'new',
      [skipped]: there[skipped] ?? '',
      [kept]: there[kept] ?? '',
      [kept.replace('.txt', ' (2).txt')]: fresh[kept] ?? '',
    });
    expect(await readTree(join(bucketFolder, 'Album'))).toEqual(await readTree(outcome));
  });
}
