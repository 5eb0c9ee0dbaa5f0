import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createHash, randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { must } from '../fakes/test-connection.ts';
import { startTransferBench, type TransferBench } from '../fakes/transfer-bench.ts';
import { useSharedCeph } from '../servers/shared-ceph.ts';
import { versionBucket } from '../servers/version-bucket.ts';

const mebibyte = 1024 * 1024;
const bucket = `transfers-${randomBytes(4).toString('hex')}`;
let bench: TransferBench;
let work: string;

beforeAll(async () => {
  bench = await startTransferBench(await useSharedCeph());
  work = await mkdtemp(join(tmpdir(), 'brigade-work-'));
  must(await bench.store.createBucket(bucket));
});
afterAll(async () => {
  await bench.close();
  await rm(work, { recursive: true, force: true });
});

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Digests: Vitest compares buffers byte by byte in JavaScript, which takes it half a minute for these. */
async function tree(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    found[path.slice(folder.length + 1)] = digest(await readFile(path));
  }
  return found;
}

describe('a folder to Ceph and back', () => {
  const files: Record<string, Buffer> = {
    'empty.txt': Buffer.alloc(0),
    'small.txt': Buffer.from('hello'),
    'sub/deep/ä ö+&?#%41.bin': randomBytes(1000),
    'sub/50% off.txt': Buffer.from('%'),
    'exactly-8.bin': randomBytes(8 * mebibyte),
    'single-16.bin': randomBytes(16 * mebibyte),
    'multi-37.bin': randomBytes(37 * mebibyte + 11),
  };

  test('every byte comes back, and the list says how each file was verified', async () => {
    const source = join(work, 'source');
    for (const [name, bytes] of Object.entries(files)) {
      await mkdir(dirname(join(source, name)), { recursive: true });
      await writeFile(join(source, name), bytes);
    }
    const up = await bench.start({
      kind: 'upload',
      conflict: 'overwrite',
      bucket,
      items: [{ folder: source, prefix: 'in/' }],
    } as never);
    const uploaded = await bench.until(up, 'done', 'failed');
    expect(bench.filesOf(up).filter((file) => file.state !== 'done')).toEqual([]);
    expect(uploaded).toMatchObject({ state: 'done', filesDone: 7, bytesDone: uploaded.bytesTotal });
    // Ceph 16 keeps no checksums: the MD5s are what can be compared.
    expect(bench.filesOf(up).map((file) => file.verification)).toEqual(Array(7).fill('md5'));

    const target = join(work, 'target');
    const down = await bench.start({
      kind: 'download',
      conflict: 'overwrite',
      bucket,
      items: [{ prefix: 'in/', folder: target }],
    } as never);
    await bench.until(down, 'done', 'failed');
    expect(bench.filesOf(down).filter((file) => file.state !== 'done')).toEqual([]);
    expect(bench.filesOf(down).map((file) => file.verification)).toEqual(Array(7).fill('md5'));
    expect(await tree(target)).toEqual(
      Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, digest(bytes)])),
    );
  }, 300_000);
});

test('an older version is downloaded, in one request or in ranges, and nothing of the newest one', async () => {
  const versioned = `${bucket}-versions`;
  must(await bench.store.createBucket(versioned));
  await versionBucket(await useSharedCeph(), versioned);
  const keys = { 'small ü.txt': Buffer.from('old'), 'large.bin': randomBytes(17 * mebibyte) };
  const items = [];
  for (const [key, bytes] of Object.entries(keys)) {
    const { etag, versionId } = must(await bench.store.putSmall(versioned, key, bytes, {}));
    must(await bench.store.putSmall(versioned, key, Buffer.from('newer'), {}));
    const seen = { sizeBytes: bytes.length, etag, lastModified: null, versionId: versionId ?? '' };
    items.push({ key, file: join(work, 'versions', key), seen });
  }
  const common = { kind: 'download', conflict: 'fail', bucket: versioned, items };
  const job = await bench.until(await bench.start(common as never), 'done', 'failed');
  expect(job).toMatchObject({ state: 'done', filesDone: 2, verified: { size: 0 } });
  const expected = Object.entries(keys).map(([key, bytes]) => [key, digest(bytes)]);
  expect(await tree(join(work, 'versions'))).toEqual(Object.fromEntries(expected));

  const moved = items.map((item) => ({ ...item, file: `${item.file}.moved` }));
  const move = await bench.start({ ...common, items: moved, removeSource: true } as never);
  expect(await bench.until(move, 'done', 'failed')).toMatchObject({ state: 'failed', filesFailed: 2 });
  expect(must(await bench.store.listVersions({ bucket: versioned, prefix: '', delimiter: '' })).versions).toHaveLength(
    4,
  );
});
