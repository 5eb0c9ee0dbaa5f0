import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { startFaultyS3 } from '../fakes/faulty-s3.ts';
import { startTestLocalS3 } from '../servers/local-s3.ts';
import { connect } from './connect.ts';
import { expect, test } from './fixtures.ts';
import { readTree, writeTree } from './folder-contents.ts';
import { keyboard } from './hands.ts';

/** What a screen reader has: roles, names, states and what live regions say. Nothing here looks at the screen. */

declare global {
  interface Window {
    spoken: string[];
  }
}

/** Keeps every text that a live region comes to hold, in order, from now on. */
async function listen(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const live = '[role="status"], [role="alert"], [aria-live="polite"], [aria-live="assertive"]';
    const last = new WeakMap<Element, string>();
    window.spoken = [];
    const say = (region: Element | null | undefined) => {
      const text = region?.textContent.trim() ?? '';
      if (!region || last.get(region) === text) return;
      last.set(region, text);
      if (text !== '') window.spoken.push(text);
    };
    for (const region of document.querySelectorAll(live)) last.set(region, region.textContent.trim());
    new MutationObserver((changes) => {
      for (const { target, addedNodes } of changes) {
        say((target instanceof Element ? target : target.parentElement)?.closest(live));
        for (const node of addedNodes) {
          if (!(node instanceof Element)) continue;
          for (const region of [node, ...node.querySelectorAll(live)]) if (region.matches(live)) say(region);
        }
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  return () => page.evaluate(() => window.spoken);
}

/** That these were said in this order, whatever was said between. */
async function expectSpoken(spoken: () => Promise<string[]>, ...sentences: string[]): Promise<void> {
  await expect
    .poll(async () => {
      const said = await spoken();
      let from = 0;
      return sentences.filter((sentence) => {
        const at = said.findIndex((text, index) => index >= from && text.includes(sentence));
        if (at >= 0) from = at + 1;
        return at >= 0;
      });
    })
    .toEqual(sentences);
}

test('a failed upload by what is spoken, and put right', async ({ window: page, workFolder }) => {
  const folder = join(workFolder, 'server');
  await writeTree(folder, { 'letters/a.txt': 'a', 'letters/b.txt': 'b', 'letters/in/c.txt': 'c' });
  const server = await startTestLocalS3({ folder });
  const proxy = await startFaultyS3(server.endpointUrl);
  proxy.add({
    match: ({ method, key }) => method === 'PUT' && key.endsWith('refused.txt'),
    fault: { type: 'respond', status: 403, code: 'AccessDenied' },
    times: Number.POSITIVE_INFINITY,
  });
  try {
    await connect(page, keyboard, { name: 'Post', server: { ...server, endpointUrl: proxy.endpointUrl } });
    const spoken = await listen(page);

    await test.step('the buckets, and the list of one', async () => {
      const connections = page.getByRole('navigation', { name: 'Connections' });
      await expect(connections.getByRole('button', { name: 'Post', exact: true })).toHaveAttribute(
        'aria-current',
        /true|page/,
      );
      const buckets = page.getByRole('grid', { name: 'Post' });
      await expect(buckets).toHaveAttribute('aria-rowcount', '2');
      await keyboard.open(page, 'letters');
      const list = page.getByRole('grid', { name: 'letters, Post' });
      await expect(list).toHaveAttribute('aria-rowcount', '4');
      await expect(list).toHaveAttribute('aria-colcount', '5');
      await expect(list).toHaveAttribute('aria-multiselectable', 'true');
      await expectSpoken(spoken, '3 items');
      await expect(list.getByRole('row', { name: /^a\.txt/ })).toHaveAttribute('aria-rowindex', '3');
      await expect(list.getByRole('row', { selected: true })).toHaveCount(0);
      await page.keyboard.press('Home');
      await expect(list.getByRole('row', { selected: true })).toHaveAccessibleName(/^in\b.*Folder/);
      await page.keyboard.press('Shift+End');
      await expect(list.getByRole('row', { selected: true })).toHaveCount(3);
      await expectSpoken(spoken, '3 items', '3 selected');
      await page.keyboard.press('Escape');
    });

    const source = join(workFolder, 'post');
    await writeTree(source, { 'fine.txt': 'fine', 'refused.txt': 'refused', 'too.txt': 'too' });
    await test.step('an upload of which one file is refused', async () => {
      await keyboard.upload(page, 'folder', [source]);
      await expectSpoken(spoken, '3 items', '3 selected', '1 transfer failed.');
      await keyboard.press(page.getByRole('button', { name: 'Transfers', exact: true }));
      const transfers = page.getByRole('treegrid', { name: 'Transfers' });
      const job = transfers.getByRole('row', { level: 1 });
      await expect(job).toHaveAccessibleName(/Upload/);
      await expect(job).toHaveAccessibleName(/Failed/);
      await expect(job).toHaveAttribute('aria-expanded', 'false');
      await keyboard.press(page.getByRole('button', { name: 'Transfers', exact: true }));
      await keyboard.press(page.getByRole('button', { name: 'Transfers', exact: true }));
      await page.keyboard.press('Tab');
      for (let step = 0; step < 20; step++) {
        if (await transfers.evaluate((element) => element === document.activeElement)) break;
        await page.keyboard.press('Tab');
      }
      await page.keyboard.press('Enter');
      await expect(job).toHaveAttribute('aria-expanded', 'true');
      const refused = transfers.getByRole('row', { level: 2, name: /refused\.txt/ });
      await expect(refused).toHaveAccessibleName(/Failed/);
      await expect(transfers.getByRole('row', { level: 2, name: /fine\.txt/ })).toHaveAccessibleName(/Verified/);
    });

    await test.step('again, when it is allowed', async () => {
      proxy.clear();
      const transfers = page.getByRole('treegrid', { name: 'Transfers' });
      const retry = transfers.getByRole('button', { name: 'Retry failed' });
      for (let step = 0; step < 10; step++) {
        if (await retry.evaluate((element) => element === document.activeElement)) break;
        await page.keyboard.press('ArrowRight');
      }
      await page.keyboard.press('Enter');
      const sent = transfers.getByRole('row', { level: 2, name: /refused\.txt/ });
      await expect(sent).toHaveAccessibleName(/Verified/);
      await expect(sent).not.toHaveAccessibleName(/Failed/);
      await expectSpoken(spoken, '3 items', '3 selected', '1 transfer failed.', 'All transfers are done.');
      expect(await readTree(join(folder, 'letters', 'post'))).toEqual(await readTree(source));
      const said = await spoken();
      expect(said.filter((text) => /transfer/i.test(text)).length, said.join('\n')).toBeLessThan(6);
    });
  } finally {
    await proxy.close();
    await server.stop();
  }
});
