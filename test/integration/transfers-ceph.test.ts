import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createHash, randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { must, otherServerId } from '../fakes/test-connection.ts';
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

test('[T68] a version that is not the latest any more is downloaded, copied and relayed by its id, and stays', async () => {
  const versioned = `versions-${randomBytes(4).toString('hex')}`;
  must(await bench.store.createBucket(versioned));
  await versionBucket(await useSharedCeph(), versioned);
  // One in a single request, one in ranges.
  const old = { small: Buffer.from('old'), large: randomBytes(17 * mebibyte) };
  const seen: Record<string, object> = {};
  for (const [key, bytes] of Object.entries(old)) {
    must(await bench.store.putSmall(versioned, key, bytes, {}));
    const { sizeBytes, etag, lastModified, versionId } = must(await bench.store.head(versioned, key));
    seen[key] = { sizeBytes, etag, lastModified, versionId };
    must(await bench.store.putSmall(versioned, key, Buffer.from('newer'), {}));
  }
  const keys = Object.keys(old);
  const folder = join(work, 'versions');
  const to = { conflict: 'overwrite', bucket: versioned } as const;
  const copies = (prefix: string) => keys.map((key) => ({ key, toKey: `${prefix}/${key}`, seen: seen[key] }));
  const jobs = [
    { kind: 'download', items: keys.map((key) => ({ key, file: join(folder, key), seen: seen[key] })) },
    { kind: 'copy', toBucket: versioned, items: copies('copied') },
    { kind: 'copy', toBucket: versioned, toConnectionId: otherServerId, items: copies('relayed') },
    { kind: 'copy', toBucket: versioned, removeSource: true, items: copies('moved') },
  ];
  const states: string[] = [];
  for (const job of jobs) {
    const id = await bench.start({ ...to, ...job } as never);
    const { state } = await bench.until(id, 'done', 'failed');
    states.push(
      `${state} ${bench
        .filesOf(id)
        .map(({ error }) => error?.code ?? 'ok')
        .join(' ')}`,
    );
  }
  // The latest one has been put by somebody else: it is not let go.
  expect(states).toEqual(['done ok ok', 'done ok ok', 'done ok ok', 'failed SourceChanged SourceChanged']);
  for (const [key, bytes] of Object.entries(old)) {
    expect(digest(await readFile(join(folder, key)))).toBe(digest(bytes));
    for (const prefix of ['copied', 'relayed', 'moved'])
      expect(must(await bench.store.head(versioned, `${prefix}/${key}`)).sizeBytes).toBe(bytes.length);
    expect(must(await bench.store.head(versioned, key)).sizeBytes).toBe(5);
  }
});
