import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startFaultyS3 } from '../fakes/faulty-s3.ts';
import { startTestLocalS3 } from '../servers/local-s3.ts';
import { connect } from './connect.ts';
import { expect, test } from './fixtures.ts';
import { keyboard, mouse } from './hands.ts';
import { expectAccessible, job, openTransfers, row } from './window-actions.ts';

/** A large upload over a slow line is paused, then cut off by a crash of the engine, and goes on where it was. */

test('paused, resumed, interrupted by a crash, resumed, cancelled', async ({
  window: page,
  workFolder,
  brigade,
  problems,
  takePicture,
}) => {
  problems.expect(/WebSocket connection/);
  const folder = join(workFolder, 'server');
  await mkdir(join(folder, 'slow'), { recursive: true });
  const server = await startTestLocalS3({ folder });
  const proxy = await startFaultyS3(server.endpointUrl);
  const slow = () =>
    proxy.add({
      match: (request) => request.method === 'PUT' && request.partNumber !== null,
      fault: { type: 'slow', bytesPerSecond: 100_000 },
      times: Number.POSITIVE_INFINITY,
      skip: 1,
    });
  try {
    await connect(page, mouse, { name: 'Slow server', server: { ...server, endpointUrl: proxy.endpointUrl } });
    await mouse.open(page, 'slow');
    await expect(page.getByText('This bucket is empty')).toBeVisible();
    slow();
    const content = randomBytes(24 * 1024 * 1024);
    const file = join(workFolder, 'film.mov');
    await writeFile(file, content);
    await mouse.upload(page, 'files', [file]);
    await openTransfers(page, mouse);
    await expect(job(page, 'active')).toBeVisible();
    await expectAccessible(page);
    await takePicture('story-restart-active');

    for (const hand of [mouse, keyboard]) {
      await hand.pressInJob(page, job(page, 'active'), 'Pause');
      await expect(job(page, 'paused')).toBeVisible();
      await hand.pressInJob(page, job(page, 'paused'), 'Resume');
      await expect(job(page, 'active')).toBeVisible();
    }
    // The part that no fault slows has arrived, so there is something to go on from.
    await expect.poll(() => proxy.sentParts(true).length).toBeGreaterThan(0);
    const before = proxy.sentParts(true);

    await brigade.kill();
    await expect(page.getByText('Connection to the engine lost, reconnecting.')).toBeVisible();
    await page.goto(await brigade.restart());
    await openTransfers(page, keyboard);
    await expect(job(page, 'interrupted')).toBeVisible();
    await expect(page.getByText('1 interrupted')).toBeVisible();
    await expectAccessible(page);
    await takePicture('story-restart-interrupted');
    proxy.clear();
    await keyboard.pressInJob(page, job(page, 'interrupted'), 'Resume');
    await expect(job(page, 'done')).toBeVisible({ timeout: 60_000 });
    expect((await readFile(join(folder, 'slow', 'film.mov'))).equals(content)).toBe(true);
    const again = proxy.sentParts(true).slice(before.length);
    expect(
      again.filter((part) => before.includes(part)),
      'parts sent twice',
    ).toEqual([]);

    await test.step('one that is cancelled leaves nothing', async () => {
      await expect(row(page, 'film.mov')).toBeVisible();
      slow();
      for (const [index, hand] of [mouse, keyboard].entries()) {
        const other = join(workFolder, `other ${hand.name}.mov`);
        await writeFile(other, content);
        await hand.upload(page, 'files', [other]);
        await hand.pressInJob(page, job(page, 'active'), 'Cancel transfer');
        await expect(job(page, 'cancelled')).toHaveCount(index + 1);
        await expect(row(page, `other ${hand.name}.mov`)).toBeHidden();
        await expect
          .poll(() => proxy.requests.filter(({ method, uploadId }) => method === 'DELETE' && uploadId !== null).length)
          .toBeGreaterThan(index);
      }
    });
  } finally {
    await proxy.close();
    await server.stop();
  }
});
