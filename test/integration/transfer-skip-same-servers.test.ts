import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RangeTransport } from '../../main/s3/data-plane/transport.ts';
import type { JobId } from '../../shared/domain/ids.ts';
import { must, otherServerId, type S3Address } from '../fakes/test-connection.ts';
import { startTransferBench, type TransferBench } from '../fakes/transfer-bench.ts';
import { startTestLocalS3, type TestLocalS3 } from '../servers/local-s3.ts';
import { useSharedCeph } from '../servers/shared-ceph.ts';

/** [T69] With real servers: what they say of objects in one part and in several decides what is left out. */
const mebibyte = 1024 * 1024;
const bodies: Readonly<Record<string, Buffer>> = {
  empty: Buffer.alloc(0),
  small: Buffer.from('small'),
  'sub/single': randomBytes(16 * mebibyte),
  'sub/multi': randomBytes(20 * mebibyte + 11),
};
const names = Object.keys(bodies);
let local: TestLocalS3;
let ceph: S3Address;
let bench: TransferBench;
let work: string;
let bucket: string;
/** Bytes that went through this machine or were copied by a server are told by `done`. */
const sums = ({
  filesDone,
  filesSkipped,
  filesFailed,
}: {
  filesDone: number;
  filesSkipped: number;
  filesFailed: number;
}) => ({
  filesDone,
  filesSkipped,
  filesFailed,
});
const allSkipped = { filesDone: 0, filesSkipped: names.length, filesFailed: 0 };
const allDone = { filesDone: names.length, filesSkipped: 0, filesFailed: 0 };

beforeAll(async () => {
  local = await startTestLocalS3();
  ceph = await useSharedCeph();
});
afterAll(() => local.stop());
beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'brigade-same-'));
  bucket = `same-${randomBytes(4).toString('hex')}`;
});
afterEach(async () => {
  await bench.close();
  await rm(work, { recursive: true, force: true });
});

/** Older than any object: what is of the same second may be the object itself. */
async function writeOld(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  await utimes(path, 1_700_000_000, 1_700_000_000);
}
async function writeSource(): Promise<string> {
  for (const [name, bytes] of Object.entries(bodies)) await writeOld(join(work, 'source', name), bytes);
  return join(work, 'source');
}
const filesIn = async (folder: string) =>
  (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).length;

type Step = {
  readonly kind: 'upload' | 'download' | 'copy';
  readonly items: object[];
  readonly [more: string]: unknown;
};
async function begin(step: Step, more: object = {}): Promise<JobId> {
  return bench.start({ conflict: 'overwrite', bucket, skipSame: true, ...step, ...more } as never);
}
const run = async (step: Step, more: object = {}) => sums(await bench.until(await begin(step, more), 'done', 'failed'));

describe.each(['the local S3', 'Ceph'] as const)('%s', (which) => {
  beforeEach(async () => {
    bench = await startTransferBench(which === 'Ceph' ? ceph : local, { other: which === 'Ceph' ? local : ceph });
    must(await bench.store.createBucket(bucket));
  });
  const up = (folder: string): Step => ({ kind: 'upload', items: [{ folder, prefix: 'in/' }] });
  const down = (): Step => ({ kind: 'download', items: [{ prefix: 'in/', folder: join(work, 'back') }] });
  const copy = (more: object = {}): Step => ({
    kind: 'copy',
    toBucket: bucket,
    items: [{ prefix: 'in/', toPrefix: 'copy/' }],
    ...more,
  });

  test('the second time nothing goes up or comes down, and a move lets its sources go', async () => {
    const source = await writeSource();
    expect(await run(up(source))).toEqual(allDone);
    expect(await run(up(source))).toEqual(allSkipped);
    expect(await run(up(source), { conflict: 'fail' })).toEqual(allSkipped);
    expect(await run(down())).toEqual(allDone);
    expect(await run(down())).toEqual(allSkipped);

    // Of the same size and date, and another one: that is all that is transferred.
    for (const folder of [source, join(work, 'back')]) {
      const path = join(folder, 'sub/multi');
      const bytes = await readFile(path);
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      await writeOld(path, bytes);
    }
    const one = { filesDone: 1, filesSkipped: names.length - 1, filesFailed: 0 };
    expect(await run(down())).toEqual(one);
    expect((await readFile(join(work, 'back/sub/multi'))).equals(bodies['sub/multi'] as Buffer)).toBe(true);
    expect(await run(up(source))).toEqual(one);
    expect(await run(up(source))).toEqual(allSkipped);

    expect(await run(up(source), { removeSource: true })).toEqual(allSkipped);
    expect(await filesIn(source)).toBe(0);
    expect(await run(down())).toEqual(one);
    expect(await run(down(), { removeSource: true })).toEqual(allSkipped);
    expect(must(await bench.store.listPage({ bucket, prefix: 'in/', delimiter: '' })).objects).toEqual([]);
    expect(await filesIn(join(work, 'back'))).toBe(names.length);
  });

  test('copies are left out as well, inside the server and to the other one', async () => {
    expect(await run(up(await writeSource()))).toEqual(allDone);
    expect(await run(copy())).toEqual(allDone);
    expect(await run(copy())).toEqual(allSkipped);
    must(await bench.otherStore.createBucket(bucket));
    const away = copy({ toConnectionId: otherServerId });
    expect(await run(away)).toEqual(allDone);
    expect(await run(away)).toEqual(allSkipped);
    must(await bench.otherStore.putSmall(bucket, 'copy/small', Buffer.from('other'), {}));
    expect(await run(away, { conflict: 'skip', removeSource: true })).toEqual(allSkipped);
    const left = must(await bench.store.listPage({ bucket, prefix: 'in/', delimiter: '' })).objects;
    expect(left.map(({ key }) => key)).toEqual(['in/small']);
  });

  test('an engine that ends in the middle of comparing compares the rest later', async () => {
    const source = await writeSource();
    expect(await run(up(source))).toEqual(allDone);
    let held = 0;
    const holdBig = (real: RangeTransport): RangeTransport => ({
      ...real,
      async digest(range, digests, signal) {
        if (range.sizeBytes < mebibyte) return real.digest(range, digests, signal);
        held += 1;
        await new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }));
        return real.digest(range, digests, signal);
      },
    });
    bench = await bench.restart({ wrapTransport: holdBig });
    const job = await begin(up(source), { removeSource: true });
    await expect.poll(() => held).toBe(2);
    await expect.poll(() => filesIn(source)).toBe(2);
    bench = await bench.restart({ wrapTransport: (real) => real });
    must(await bench.service.resume(job));
    expect(sums(await bench.until(job, 'done', 'failed'))).toEqual(allSkipped);
    expect(await filesIn(source)).toBe(0);
  });
});

test('files that were put into the folder of the local S3 by hand are not told apart by size and date', async () => {
  bench = await startTransferBench(local);
  must(await bench.store.createBucket(bucket));
  await writeOld(join(local.folder, bucket, 'one'), Buffer.from('these'));
  await writeOld(join(local.folder, bucket, 'two'), Buffer.from('those'));
  const [one, two] = [must(await bench.store.head(bucket, 'one')), must(await bench.store.head(bucket, 'two'))];
  expect([one.etag, one.sizeBytes]).toEqual([two.etag, two.sizeBytes]);
  const step: Step = { kind: 'copy', toBucket: bucket, items: [{ key: 'one', toKey: 'two' }] };
  expect(await run(step, { conflict: 'fail' })).toEqual({ filesDone: 0, filesSkipped: 0, filesFailed: 1 });
});

test('an object is not deleted for a copy that is the file its server keeps it in', async () => {
  bench = await startTransferBench(local);
  must(await bench.store.createBucket(bucket));
  must(await bench.store.putSmall(bucket, 'one', Buffer.from('these'), {}));
  const path = join(local.folder, bucket, 'one');
  expect(await readFile(path, 'utf8')).toBe('these');
  const away: Step = { kind: 'upload', items: [{ file: path, key: 'one' }] };
  expect(await run(away, { conflict: 'fail', removeSource: true })).toMatchObject({ filesFailed: 1 });
  const back: Step = { kind: 'download', items: [{ key: 'one', file: path }] };
  expect(await run(back, { conflict: 'fail', removeSource: true })).toMatchObject({ filesFailed: 1 });
  expect(await readFile(path, 'utf8')).toBe('these');
});
