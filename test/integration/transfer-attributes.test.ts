import { randomBytes } from 'node:crypto';
import { chmodSync, statSync, utimesSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nodeTimeOf } from '../../main/transfers/files/commit-many.ts';
import type { PartSizes } from '../../main/transfers/part-plan.ts';
import { appError } from '../../shared/errors.ts';
import { err } from '../../shared/result.ts';
import { must } from '../fakes/test-connection.ts';
import { startTransferBench, type TransferBench } from '../fakes/transfer-bench.ts';
import { startTestLocalS3, type TestLocalS3 } from '../servers/local-s3.ts';

const mebibyte = 1024 * 1024;
const bucket = 'box';
/** 2023-11-14T22:13:20.25Z, which a number of seconds is exact for. */
const old = 1_700_000_000.25;
const oldNs = 1_700_000_000_250_000_000n;
const partSizes: PartSizes = { partBytes: 5 * mebibyte, singleUploadBytes: mebibyte, singleDownloadBytes: mebibyte };
let server: TestLocalS3;
let bench: TransferBench;
let work: string;

beforeEach(async () => {
  server = await startTestLocalS3();
  bench = await startTransferBench(server, { partSizes });
  work = await mkdtemp(join(tmpdir(), 'brigade-work-'));
  must(await bench.store.createBucket(bucket));
});
afterEach(async () => {
  await bench.close();
  await server.stop();
  await rm(work, { recursive: true, force: true });
});

async function file(name: string, bytes: Uint8Array | string, mode = 0o644): Promise<string> {
  const path = join(work, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  chmodSync(path, mode);
  utimesSync(path, old, old);
  return path;
}
async function run(request: object, ...states: ('done' | 'failed')[]): Promise<string> {
  const job = await bench.start({ conflict: 'overwrite', bucket, ...request } as never);
  expect((await bench.until(job, 'done', 'failed')).state).toBe(states[0] ?? 'done');
  return job;
}
const up = (path: string, key: string, more = {}) => run({ kind: 'upload', items: [{ file: path, key }], ...more });
const down = (key: string, path: string, more = {}) => run({ kind: 'download', items: [{ key, file: path }], ...more });
const metadataOf = async (key: string) => must(await bench.store.head(bucket, key)).metadata;
const timeOf = (path: string) => statSync(path, { bigint: true }).mtimeNs;
const modeOf = (path: string) => statSync(path).mode & 0o7777;
const put = async (key: string, body: string, metadata: Record<string, string>) =>
  must(await bench.store.putSmall(bucket, key, Buffer.from(body), { metadata }));

describe('modification time and permissions', () => {
  test.each([
    ['small', 3],
    ['big, in parts and ranges', 12 * mebibyte + 1],
  ])('[T70] [T71] of a file (%s) go up, and come back', async (_, size) => {
    const bytes = randomBytes(size);
    const path = await file('src', bytes, 0o750);
    await up(path, 'k');
    expect(await metadataOf('k')).toEqual({ mtime: '1700000000.25', mode: '100750' });
    await down('k', join(work, 'dst'));
    expect(await readFile(join(work, 'dst'))).toEqual(bytes);
    expect(timeOf(join(work, 'dst'))).toBe(oldNs);
    expect(modeOf(join(work, 'dst'))).toBe(0o750 & ~process.umask());
  });

  test('[T70] every nanosecond of the time is kept', async () => {
    const path = await file('src', 'x');
    // Node sets no nanoseconds; a file that was just written has some.
    await writeFile(path, 'y');
    const nanos = timeOf(path);
    await up(path, 'k');
    const { mtime = '' } = await metadataOf('k');
    const [seconds = '', decimals = ''] = mtime.split('.');
    expect(BigInt(seconds) * 1_000_000_000n + BigInt(decimals.padEnd(9, '0'))).toBe(nanos);
    await down('k', join(work, 'dst'));
    expect(timeOf(join(work, 'dst')) / 1000n).toBe(nanos / 1000n);
  });

  test('[T70] of a folder, whose files are looked at many at once', async () => {
    await file('src/a', 'a', 0o600);
    await file('src/sub/b', 'b', 0o444);
    await run({ kind: 'upload', items: [{ folder: join(work, 'src'), prefix: 'p/' }] });
    expect(await metadataOf('p/a')).toEqual({ mtime: '1700000000.25', mode: '100600' });
    expect(await metadataOf('p/sub/b')).toEqual({ mtime: '1700000000.25', mode: '100444' });
    await run({ kind: 'download', items: [{ prefix: 'p/', folder: join(work, 'dst') }] });
    expect([timeOf(join(work, 'dst/a')), timeOf(join(work, 'dst/sub/b'))]).toEqual([oldNs, oldNs]);
    expect(modeOf(join(work, 'dst/a'))).toBe(0o600);
    // The owner keeps the right to write: the next download must be able to replace it.
    expect(modeOf(join(work, 'dst/sub/b'))).toBe(0o644 & ~process.umask());
  });

  test('[T71] no more is granted than the umask grants, and no set-id or sticky bit', async () => {
    await put('wide', 'x', { mode: '107777' });
    const before = process.umask(0o027);
    try {
      // Threads have the umask that the process had when the file is made.
      await down('wide', join(work, 'dst'));
    } finally {
      process.umask(before);
    }
    expect(modeOf(join(work, 'dst'))).toBe(0o750);
  });

  test('[T71] without metadata, or with what is none, a file is as old as the object', async () => {
    await put('plain', 'x', {});
    await put('odd', 'x', { mtime: 'yesterday', mode: 'rwx' });
    for (const key of ['plain', 'odd']) {
      const path = join(work, key);
      await down(key, path);
      const { lastModified } = must(await bench.store.head(bucket, key));
      expect(timeOf(path)).toBe(BigInt(Math.floor(Date.parse(lastModified ?? '') / 1000)) * 1_000_000_000n);
      expect(modeOf(path)).toBe(0o666 & ~process.umask());
    }
  });

  test('[T70] [T71] not when it is not wanted', async () => {
    const path = await file('src', 'x', 0o700);
    await up(path, 'bare', { preserve: false });
    expect(await metadataOf('bare')).toEqual({});
    await put('k', 'x', { mtime: '1700000000', mode: '100700' });
    const sinceMs = Date.now() - 1000;
    await down('k', join(work, 'dst'), { preserve: false });
    expect(statSync(join(work, 'dst')).mtimeMs).toBeGreaterThan(sinceMs);
    expect(modeOf(join(work, 'dst'))).toBe(0o666 & ~process.umask());
  });

  test('[T71] a download that was cut off restores the time all the same', async () => {
    const path = await file('src', randomBytes(20 * mebibyte));
    await up(path, 'k');
    let received = 0;
    bench = await bench.restart({
      wrapTransport: (real) => ({
        ...real,
        receive: async (range, options) => {
          received += 1;
          if (received !== 3) return real.receive(range, options);
          // The third never comes, until it is stopped.
          return new Promise((resolve) => {
            options.signal?.addEventListener('abort', () => resolve(err(appError('Cancelled'))));
          });
        },
      }),
    });
    const target = join(work, 'dst');
    const job = await bench.start({
      kind: 'download',
      conflict: 'overwrite',
      bucket,
      items: [{ key: 'k', file: target }],
    } as never);
    await expect.poll(() => bench.journaledParts(target).length, { timeout: 20_000 }).toBeGreaterThanOrEqual(2);
    bench = await bench.restart({ wrapTransport: (real) => real });
    await bench.until(job, 'interrupted');
    must(await bench.service.resume(job));
    await bench.until(job, 'done');
    expect(timeOf(target)).toBe(oldNs);
  });

  test.each([
    ['small', 3],
    ['big', 12 * mebibyte],
  ])('[T18] [T70] a copy (%s) on the server has them too', async (_, size) => {
    await up(await file('src', randomBytes(size)), 'k');
    await run({ kind: 'copy', toBucket: bucket, items: [{ key: 'k', toKey: 'copy' }] });
    expect(await metadataOf('copy')).toEqual({ mtime: '1700000000.25', mode: '100644' });
  });
});

test.each([
  0, 1_700_000_000_123_457, 1_700_000_000_999_999, 1_627_821_237_212_217, 3_325_724_096_897_081, 4_000_000_000_000_001,
])('[T71] %d microseconds are set as such', async (micros) => {
  const path = await file('t', '');
  const time = nodeTimeOf(micros);
  utimesSync(path, time, time);
  expect(timeOf(path) / 1000n).toBe(BigInt(micros));
});
