import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { setRate } from '../../main/s3/data-plane/rate-limit.ts';
import type { JobId } from '../../shared/domain/ids.ts';
import { must } from '../fakes/test-connection.ts';
import { startTransferBench, type TransferBench } from '../fakes/transfer-bench.ts';
import { startTestLocalS3, type TestLocalS3 } from '../servers/local-s3.ts';

const mebibyte = 1024 * 1024;
const partBytes = 8 * mebibyte;
/** Shorter than what a request waits for its turn at the limits below. */
const stallMs = 700;
let server: TestLocalS3;
let bench: TransferBench;

beforeEach(async () => {
  server = await startTestLocalS3();
  // A machine with more to do may be silent for as long by itself: that is retried, and often enough.
  bench = await startTransferBench(server, { stallMs, retryPolicy: { attempts: 50, baseDelayMs: 5, maxDelayMs: 20 } });
  must(await bench.store.createBucket('box'));
});
afterEach(async () => {
  await bench.close();
  await server.stop();
});

const bytesDone = (jobId: JobId) => bench.service.list().find((job) => job.id === jobId)?.bytesDone ?? 0;
async function untilMoved(jobId: JobId, bytes: number): Promise<void> {
  const end = Date.now() + 60_000;
  while (bytesDone(jobId) < bytes) {
    if (Date.now() > end) throw new Error(`moved ${bytesDone(jobId)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
/** How far the job was each time somebody was told. */
const steps = (jobId: JobId): number[] =>
  bench.events.flatMap((event) =>
    event.type === 'transfers.job' && event.job.id === jobId ? [event.job.bytesDone] : [],
  );

describe('[T43] bandwidth limits in the threads', () => {
  test('[T63] an upload of large parts moves on in small steps, is not cut, and is whole once the limit is lifted', async () => {
    const bytes = randomBytes(20 * mebibyte);
    const path = join(bench.folder, 'up.bin');
    await writeFile(path, bytes);
    const small = randomBytes(300_000);
    const names = Array.from({ length: 16 }, (_, index) => `small-${index}`);
    for (const name of names) await writeFile(join(bench.folder, name), small);
    // Nineteen requests that take turns of a tenth of a second each: every one of them waits longer than stallMs.
    setRate(bench.rates, 'up', 10_000);
    const job = await bench.start({
      kind: 'upload',
      conflict: 'overwrite',
      bucket: 'box',
      items: [{ file: path, key: 'up.bin' }, ...names.map((name) => ({ file: join(bench.folder, name), key: name }))],
    } as never);
    await untilMoved(job, 40_000);
    expect(Math.max(...steps(job))).toBeLessThan(partBytes);
    setRate(bench.rates, 'up', null);
    await bench.until(job, 'done', 'failed');
    expect(bench.filesOf(job).flatMap(({ error }) => error ?? [])).toEqual([]);
    expect(bench.filesOf(job)).toEqual(
      Array.from({ length: 17 }, () => expect.objectContaining({ verification: 'checksum' })),
    );
    const { body } = must(await bench.store.getStream('box', 'up.bin'));
    expect(Buffer.concat(await Array.fromAsync(body)).equals(bytes)).toBe(true);
  });

  test('[T63] the same for a download, and a pause does not wait for its turn', async () => {
    const bytes = randomBytes(20 * mebibyte);
    must(await bench.store.putSmall('box', 'down.bin', bytes, {}));
    const path = join(bench.folder, 'down.bin');
    setRate(bench.rates, 'down', 100_000);
    const job = await bench.start({
      kind: 'download',
      conflict: 'overwrite',
      bucket: 'box',
      items: [{ key: 'down.bin', file: path }],
    } as never);
    await untilMoved(job, 300_000);
    expect(Math.max(...steps(job))).toBeLessThan(partBytes);
    must(await bench.service.pause(job));
    expect((await bench.until(job, 'paused')).filesFailed).toBe(0);
    must(await bench.service.resume(job));
    setRate(bench.rates, 'down', 200_000_000);
    expect((await bench.until(job, 'done', 'failed')).state).toBe('done');
    expect((await readFile(path)).equals(bytes)).toBe(true);
  });

  test('a limit on uploads leaves downloads alone', async () => {
    must(await bench.store.putSmall('box', 'down.bin', randomBytes(3 * mebibyte), {}));
    setRate(bench.rates, 'up', 10_000);
    const job = await bench.start({
      kind: 'download',
      conflict: 'overwrite',
      bucket: 'box',
      items: [{ key: 'down.bin', file: join(bench.folder, 'down.bin') }],
    } as never);
    expect((await bench.until(job, 'done', 'failed')).state).toBe('done');
  });
});
