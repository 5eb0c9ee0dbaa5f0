import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ElectronApplication, expect, type Page, test } from '@playwright/test';
import type { Preview } from '../../shared/domain/preview.ts';
import type { Result } from '../../shared/result.ts';
import { launchApp, makeTestFolders, type TestFolders } from '../electron-stand-in/launch-app.ts';

/** Previews on app://, on the stand-in and on the real binary. */
let folders: TestFolders;
let app: ElectronApplication;
let page: Page;

test.beforeAll(async () => {
  folders = makeTestFolders();
  mkdirSync(folders.home, { recursive: true });
  ({ app, page } = await launchApp({ folders }));
});
test.afterAll(async () => {
  await app?.close();
  await folders.remove();
});

async function openPath(path: string): Promise<string> {
  const opened = (await page.evaluate(
    (path) => window.brigade.call('preview.open', { source: { path } }),
    path,
  )) as Result<Preview>;
  if (!opened.ok || !('url' in opened.value)) throw new Error(JSON.stringify(opened));
  return opened.value.url;
}

const ask = (url: string, range?: string) =>
  page.evaluate(
    async ([url, range]) => {
      const answer = await fetch(url, range === null ? {} : { headers: { range } });
      return { status: answer.status, range: answer.headers.get('content-range'), text: await answer.text() };
    },
    [url, range ?? null] as const,
  );

test('a preview is streamed to its window in ranges, and ends with the page', async () => {
  const path = join(folders.root, 'sound.wav');
  writeFileSync(path, '0123456789');
  const url = await openPath(path);
  expect(await ask(url)).toEqual({ status: 200, range: null, text: '0123456789' });
  expect(await ask(url, 'bytes=2-4')).toEqual({ status: 206, range: 'bytes 2-4/10', text: '234' });
  expect((await ask(url, 'bytes=10-')).status).toBe(416);
  await page.reload();
  await expect.poll(async () => (await ask(url)).status).toBe(404);
});

test('a drawing with a script in it is only a picture, in a frame too', async () => {
  const path = join(folders.root, 'drawing.svg');
  writeFileSync(
    path,
    '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"><script>parent.ran = 1</script></svg>',
  );
  const url = await openPath(path);
  const size = await page.evaluate(async (url) => {
    const image = new Image();
    image.src = url;
    await image.decode();
    const frame = document.createElement('iframe');
    frame.src = url;
    document.body.append(frame);
    await new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
    return [image.naturalWidth, image.naturalHeight];
  }, url);
  expect(size).toEqual([30, 20]);
  expect(await page.evaluate(() => 'ran' in window)).toBe(false);
});
