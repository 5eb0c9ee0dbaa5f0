import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { dropPaths, expectAccessible, row } from './window-actions.ts';

/** A picture of one colour. */
function png(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(data.length, 0);
    ends.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const line = Buffer.alloc(1 + width * 3, 0x60);
  line[0] = 0;
  const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, () => line)));
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
}

/** Silence: 8,000 samples of 8 bits a second. */
function wav(seconds: number): Buffer {
  const samples = Buffer.alloc(8000 * seconds, 0x80);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(36 + samples.length, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8000, 24);
  head.writeUInt32LE(8000, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(samples.length, 40);
  return Buffer.concat([head, samples]);
}

const pdf = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj
4 0 obj<</Length 38>>stream
BT /F 24 Tf 20 40 Td (A page) Tj ET   
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R>>`;

const naturalSize = (image: Locator) =>
  image.evaluate((element) => {
    const { naturalWidth, naturalHeight } = element as HTMLImageElement;
    return [naturalWidth, naturalHeight];
  });
const durationOf = (sound: Locator) => sound.evaluate((element) => (element as HTMLAudioElement).duration);
const sourceOf = (streamed: Locator) => streamed.evaluate((element) => (element as HTMLImageElement).src);
/** What the address of a preview answers to the window itself. */
const statusOf = (page: Page, url: string) => page.evaluate(async (url) => (await fetch(url)).status, url);

test('looks into files without downloading them: beside the list, and large', async ({
  window: page,
  workFolder,
  problems,
  takePicture,
}) => {
  // The test itself asks for previews that are closed.
  problems.expect(/404/);
  const folder = join(workFolder, 'files');
  await mkdir(folder);
  const files: Record<string, Buffer | string> = {
    'a-picture.png': png(64, 48),
    'b-notes.txt': 'plain words, grüße\n',
    'c-page.pdf': pdf,
    'd-sound.wav': wav(2),
    'e-data.bin': Buffer.alloc(5000, 0xff),
    'f-drawing.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"><script>parent.x=1</script></svg>',
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  const paths = Object.keys(files).map((name) => join(folder, name));
  const inspector = page.getByRole('complementary', { name: 'Inspector' });
  const dialog = page.getByRole('dialog');

  await page.getByRole('button', { name: 'Try it with a bucket on this computer' }).click();
  await row(page, 'my-bucket').dblclick();
  await expect(page.getByText('This bucket is empty')).toBeVisible();
  await dropPaths(page, paths, page.getByTestId('drop-area'));
  for (const name of Object.keys(files)) await expect(row(page, name)).toBeVisible();

  await test.step('an image and what is known of it', async () => {
    await row(page, 'a-picture.png').click();
    if (!(await inspector.isVisible())) await page.keyboard.press('ControlOrMeta+i');
    const image = inspector.getByRole('img', { name: 'Preview of a-picture.png' });
    await expect(image).toBeVisible();
    await expect.poll(() => naturalSize(image)).toEqual([64, 48]);
    await expect(inspector.getByText('image/png')).toBeVisible();
    await expect(inspector.getByText('s3://my-bucket/a-picture.png')).toBeVisible();
    await expectAccessible(page);
    await takePicture('preview-image');
  });

  await test.step('text, and the image before it is closed', async () => {
    const image = inspector.getByRole('img', { name: 'Preview of a-picture.png' });
    const url = await sourceOf(image);
    expect(await statusOf(page, url)).toBe(200);
    await row(page, 'b-notes.txt').click();
    await expect(inspector.getByText('plain words, grüße')).toBeVisible();
    await expect.poll(() => statusOf(page, url)).toBe(404);
    await takePicture('preview-text');
  });

  await test.step('a PDF, where the browser has a viewer for them', async () => {
    await row(page, 'c-page.pdf').click();
    const hasViewer = await page.evaluate(() => navigator.pdfViewerEnabled);
    const shown = hasViewer ? inspector.locator('iframe') : inspector.getByText('no viewer for PDFs');
    await expect(shown).toBeVisible();
    await takePicture('preview-pdf');
  });

  await test.step('sound, in ranges', async () => {
    const ranges: (string | undefined)[] = [];
    page.on('response', (response) => {
      if (response.url().includes('/preview/')) ranges.push(response.headers()['content-range']);
    });
    await row(page, 'd-sound.wav').click();
    const sound = inspector.locator('audio');
    await expect.poll(() => durationOf(sound)).toBe(2);
    expect(ranges).toContain('bytes 0-16043/16044');
    await takePicture('preview-sound');
  });

  await test.step('what has none says so, and a drawing runs no script', async () => {
    await row(page, 'e-data.bin').click();
    await expect(inspector.getByText('There is no preview for this kind of file.')).toBeVisible();
    await row(page, 'f-drawing.svg').click();
    const drawing = inspector.getByRole('img', { name: 'Preview of f-drawing.svg' });
    await expect.poll(() => naturalSize(drawing)).toEqual([30, 20]);
    expect(await page.evaluate(() => 'x' in window)).toBe(false);
  });

  await test.step('large, by keyboard', async () => {
    await row(page, 'a-picture.png').click();
    await page.keyboard.press('Space');
    await expect(dialog).toBeVisible();
    await expect(dialog.getByRole('heading', { name: 'a-picture.png' })).toBeVisible();
    await expect(dialog.getByText('1 of 6')).toBeVisible();
    const image = dialog.getByRole('img', { name: 'Preview of a-picture.png' });
    await expect.poll(() => naturalSize(image)).toEqual([64, 48]);
    await expectAccessible(page);
    await takePicture('quick-look-image');
    await page.keyboard.press('ArrowDown');
    await expect(dialog.getByText('plain words, grüße')).toBeVisible();
    await expect(dialog.getByText('2 of 6')).toBeVisible();
    await takePicture('quick-look-text');
    await page.keyboard.press('Space');
    await expect(dialog).toBeHidden();
    await expect(row(page, 'b-notes.txt')).toBeFocused();
  });

  await test.step('closing it ends its preview', async () => {
    await page.keyboard.press('ControlOrMeta+i');
    await expect(inspector).toBeHidden();
    await row(page, 'a-picture.png').click();
    await page.keyboard.press('Space');
    const image = dialog.getByRole('img', { name: 'Preview of a-picture.png' });
    await expect.poll(() => naturalSize(image)).toEqual([64, 48]);
    const url = await sourceOf(image);
    expect(await statusOf(page, url)).toBe(200);
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await expect.poll(() => statusOf(page, url)).toBe(404);
  });
});
