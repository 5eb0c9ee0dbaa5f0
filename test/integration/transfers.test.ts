import { randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { must } from '../fakes/test-connection.ts';
import { startTransferBench, type TransferBench } from '../fakes/transfer-bench.ts';
import { startTestLocalS3, type TestLocalS3 } from '../servers/local-s3.ts';

const mebibyte = 1024 * 1024;
const bucket = 'box';
let server: TestLocalS3;
let bench: TransferBench;
let work: string;

beforeEach(async () => {
  server = await startTestLocalS3();
  bench = await startTransferBench(server);
  work = await mkdtemp(join(tmpdir(), 'brigade-work-'));
  must(await bench.store.createBucket(bucket));
});
afterEach(async () => {
  await bench.close();
  await server.stop();
  await rm(work, { recursive: true, force: true });
});

async function file(name: string, bytes: Uint8Array | string): Promise<string> {
  const path = join(work, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  return path;
}
const put = async (key: string, body: string) => must(await bench.store.putSmall(bucket, key, Buffer.from(body), {}));
async function bodyOf(key: string): Promise<string> {
  const { body } = must(await bench.store.getStream(bucket, key));
  return Buffer.concat(await Array.fromAsync(body)).toString();
}
const upload = (path: string, key: string, conflict = 'overwrite', more = {}) =>
  bench.start({ kind: 'upload', conflict, bucket, items: [{ file: path, key }], ...more } as never);
const download = (key: string, path: string, conflict = 'overwrite', more = {}) =>
  bench.start({ kind: 'download', conflict, bucket, items: [{ key, file: path }], ...more } as never);

describe('up and down', () => {
  test('[T3] [T7] [T12] every size is verified by checksum where the server keeps them', async () => {
    const sizes = [0, 1, 5 * mebibyte, 16 * mebibyte, 16 * mebibyte + 1, 40 * mebibyte + 3];
    for (const size of sizes) await file(`src/${size}.bin`, randomBytes(size));
    const up = await bench.start({
      kind: 'upload',
      conflict: 'overwrite',
      bucket,
      items: [{ folder: join(work, 'src'), prefix: 'p/' }],
    } as never);
    await bench.until(up, 'done', 'failed');
    expect(bench.filesOf(up).map((each) => [each.state, each.verification, each.error])).toEqual(
      sizes.map(() => ['done', 'checksum', undefined]),
    );

    const down = await bench.start({
      kind: 'download',
      conflict: 'overwrite',
      bucket,
      items: [{ prefix: 'p/', folder: join(work, 'dst') }],
    } as never);
    await bench.until(down, 'done', 'failed');
    expect(bench.filesOf(down).map((each) => [each.state, each.verification, each.error])).toEqual(
      sizes.map(() => ['done', 'checksum', undefined]),
    );
    for (const size of sizes) {
      expect(
        (await readFile(join(work, 'dst', `${size}.bin`))).equals(await readFile(join(work, 'src', `${size}.bin`))),
      ).toBe(true);
    }
    expect(await readdir(join(work, 'dst'))).toHaveLength(sizes.length);
  });

  test('[T30] keys of every kind become files of their own and come back as the same keys', async () => {
    const keys = [
      'a',
      'a/b',
      'a//b',
      'a/../b',
      './c',
      'd/',
      'e/f/',
      'x y+z%20.txt',
      'ü',
      'u\u0308',
      'CON',
      `${'n'.repeat(300)}/x`,
      '%2E%2E',
      'tab\there',
      '😀',
    ];
    for (const key of keys) await put(`k/${key}`, key.endsWith('/') ? '' : key);
    const folder = join(work, 'out', 'inner');
    const down = await bench.start({
      kind: 'download',
      conflict: 'overwrite',
      bucket,
      items: [{ prefix: 'k/', folder }],
    } as never);
    await bench.until(down, 'done', 'failed');
    expect(bench.filesOf(down).filter((each) => each.state !== 'done')).toEqual([]);
    expect(await readdir(join(work, 'out'))).toEqual(['inner']);

    const up = await bench.start({
      kind: 'upload',
      conflict: 'overwrite',
      bucket,
      items: [{ folder, prefix: 'again/' }],
    } as never);
    await bench.until(up, 'done', 'failed');
    const page = must(await bench.store.listPage({ bucket, prefix: 'again/', delimiter: '' }));
    const expected = keys.filter((key) => !key.endsWith('/')).map((key) => `again/${key}`);
    expect(page.objects.map((object) => object.key).sort()).toEqual(expected.sort());
    for (const key of keys.filter((each) => !each.endsWith('/'))) expect(await bodyOf(`again/${key}`)).toBe(key);
  });

  test('[T17] an empty object with a trailing slash becomes a folder', async () => {
    await put('m/empty/', '');
    const down = await bench.start({
      kind: 'download',
      conflict: 'overwrite',
      bucket,
      items: [{ prefix: 'm/', folder: join(work, 'm') }],
    } as never);
    await bench.until(down, 'done', 'failed');
    expect(
      (await readdir(work, { withFileTypes: true, recursive: true })).map((entry) => [entry.name, entry.isDirectory()]),
    ).toContainEqual(['empty', true]);
  });

  test('[T18] a copy is made by the server, of one object and of a folder into itself', async () => {
    await put('f/a.txt', 'A');
    await put('f/b/c.txt', 'C');
    const job = await bench.start({
      kind: 'copy',
      conflict: 'overwrite',
      bucket,
      toBucket: bucket,
      items: [{ prefix: 'f/', toPrefix: 'f/copy/' }],
    } as never);
    expect(await bench.until(job, 'done', 'failed')).toMatchObject({ state: 'done', filesDone: 2 });
    expect(await bodyOf('f/copy/b/c.txt')).toBe('C');
  });
});

describe('[T19] folders with nothing in them', () => {
  const uploadTree = async (emptyFolders: boolean) => {
    await file('tree/full/a.txt', 'a');
    await mkdir(join(work, 'tree/empty'));
    await mkdir(join(work, 'nothing'));
    const items = ['tree', 'nothing'].map((name) => ({ folder: join(work, name), prefix: `p/${name}/` }));
    const job = await bench.start({ kind: 'upload', conflict: 'ask', bucket, emptyFolders, items } as never);
    expect(await bench.until(job, 'done', 'failed')).toMatchObject({ state: 'done', to: 'box/p/' });
    const page = must(await bench.store.listPage({ bucket, prefix: '', delimiter: '' }));
    return page.objects.map((object) => object.key);
  };

  test('are left out unless asked for', async () => {
    expect(await uploadTree(false)).toEqual(['p/tree/full/a.txt']);
  });

  test('become empty objects, and folders again; made twice, nothing is asked', async () => {
    const keys = ['p/nothing/', 'p/tree/empty/', 'p/tree/full/a.txt'];
    expect(await uploadTree(true)).toEqual(keys);
    const items = [{ folder: join(work, 'nothing'), prefix: 'p/nothing/' }];
    const again = await bench.start({ kind: 'upload', conflict: 'ask', bucket, emptyFolders: true, items } as never);
    await bench.until(again, 'done');
    const down = await bench.start({
      kind: 'download',
      conflict: 'overwrite',
      bucket,
      items: [{ prefix: 'p/', folder: join(work, 'back') }],
    } as never);
    await bench.until(down, 'done', 'failed');
    expect((await readdir(join(work, 'back'), { recursive: true })).sort()).toEqual([
      'nothing',
      'tree',
      'tree/empty',
      'tree/full',
      'tree/full/a.txt',
    ]);
  });
});

describe('[T25] moving', () => {
  test('takes the source away after the copy is there, both ways', async () => {
    const path = await file('m.txt', 'moved');
    await bench.until(await upload(path, 'm.txt', 'overwrite', { removeSource: true }), 'done', 'failed');
    await expect(readFile(path)).rejects.toThrow('ENOENT');
    expect(await bodyOf('m.txt')).toBe('moved');
    await bench.until(await download('m.txt', path, 'overwrite', { removeSource: true }), 'done', 'failed');
    expect(await readFile(path, 'utf8')).toBe('moved');
    expect(must(await bench.store.listPage({ bucket, prefix: '', delimiter: '' })).objects).toEqual([]);
  });

  test('a failed copy leaves the source', async () => {
    await put('stay.txt', 'stay');
    await mkdir(join(work, 'stay.txt'));
    const job = await bench.until(
      await download('stay.txt', join(work, 'stay.txt'), 'overwrite', { removeSource: true }),
      'done',
      'failed',
    );
    expect(job.state).toBe('failed');
    expect(await bodyOf('stay.txt')).toBe('stay');
  });
});

describe('conflicts', () => {
  test.each([
    ['overwrite', 'new', 'done', ['f.txt']],
    ['skip', 'old', 'skipped', ['f.txt']],
    ['keep-both', 'old', 'done', ['f (2).txt', 'f.txt']],
    ['fail', 'old', 'failed', ['f.txt']],
  ])('[T20] %s, uploading', async (policy, kept, state, keys) => {
    await put('f.txt', 'old');
    const job = await upload(await file('f.txt', 'new'), 'f.txt', policy);
    await bench.until(job, 'done', 'failed');
    expect(bench.filesOf(job).map((each) => each.state)).toEqual([state]);
    expect(await bodyOf('f.txt')).toBe(kept);
    expect(
      must(await bench.store.listPage({ bucket, prefix: '', delimiter: '' })).objects.map((each) => each.key),
    ).toEqual(keys);
  });

  test.each([
    ['overwrite', 'new', 'done', ['f.txt']],
    ['skip', 'old', 'skipped', ['f.txt']],
    ['keep-both', 'old', 'done', ['f (2).txt', 'f.txt']],
    ['fail', 'old', 'failed', ['f.txt']],
  ])('[T20] %s, downloading', async (policy, kept, state, names) => {
    await put('f.txt', 'new');
    const path = await file('here/f.txt', 'old');
    const job = await download('f.txt', path, policy);
    await bench.until(job, 'done', 'failed');
    expect(bench.filesOf(job).map((each) => each.state)).toEqual([state]);
    expect(await readFile(path, 'utf8')).toBe(kept);
    expect((await readdir(dirname(path))).sort()).toEqual(names);
  });

  test('[T20] [T23] ask: the others go on, the answer for all settles the rest', async () => {
    for (const name of ['a', 'b', 'c']) await file(`src/${name}`, `new ${name}`);
    await put('a', 'old a');
    await put('c', 'old c');
    const job = await bench.start({
      kind: 'upload',
      conflict: 'ask',
      bucket,
      items: [{ folder: join(work, 'src'), prefix: '' }],
    } as never);
    const waiting = await bench.until(job, 'waiting');
    await expect.poll(() => bench.filesOf(job).map((each) => each.state)).toEqual(['waiting', 'done', 'waiting']);
    // Both are looked at together: either may be asked about first.
    const asked = waiting.question?.target.where === 'box/c' ? 'box/c' : 'box/a';
    expect(waiting.question).toMatchObject({ source: { sizeBytes: 5 }, target: { where: asked, sizeBytes: 5 } });
    const question = (await bench.until(job, 'waiting')).question;
    must(await bench.service.answer(job, question?.fileId as never, 'overwrite', true));
    await bench.until(job, 'done');
    expect([await bodyOf('a'), await bodyOf('b'), await bodyOf('c')]).toEqual(['new a', 'new b', 'new c']);
  });

  test('[T60] an open question survives a restart and is asked again', async () => {
    await put('a', 'old');
    const job = await upload(await file('a', 'new'), 'a', 'ask');
    await bench.until(job, 'waiting');
    bench = await bench.restart();
    await bench.until(job, 'interrupted');
    must(await bench.service.resume(job));
    const again = await bench.until(job, 'waiting');
    must(await bench.service.answer(job, again.question?.fileId as never, 'keep-both', false));
    await bench.until(job, 'done');
    expect([await bodyOf('a'), await bodyOf('a (2)')]).toEqual(['old', 'new']);
  });
});

describe('what cannot be transferred is named, the rest goes on', () => {
  test('[T9] [T51] symlink loop, folder for a file, socket-like files, missing files', async () => {
    await file('src/good.txt', 'good');
    await symlink('..', join(work, 'src', 'loop'));
    await symlink('nowhere', join(work, 'src', 'dangling'));
    const job = await bench.start({
      kind: 'upload',
      conflict: 'overwrite',
      bucket,
      items: [
        { folder: join(work, 'src'), prefix: '' },
        { file: join(work, 'src'), key: 'folder' },
        { file: join(work, 'missing'), key: 'missing' },
      ],
    } as never);
    expect(await bench.until(job, 'failed', 'done')).toMatchObject({ state: 'failed', filesDone: 1 });
    const errors = Object.fromEntries(bench.filesOf(job).map((each) => [each.name, each.error?.code]));
    expect(errors).toMatchObject({
      'src/good.txt': undefined,
      'src/dangling': 'DanglingLink',
      src: 'IsADirectory',
      missing: 'FileNotFound',
    });
    expect(Object.values(errors)).toContain('SymlinkLoop');
  });

  test('[T15] a folder where a file is expected, and a file where a folder is expected', async () => {
    await put('x', 'x');
    await mkdir(join(work, 'x'));
    const blocked = await download('x', join(work, 'x'));
    await bench.until(blocked, 'failed');
    expect(bench.filesOf(blocked)[0]?.error).toMatchObject({
      code: 'IsADirectory',
      context: { path: join(work, 'x') },
    });
    const path = await file('y', 'keep');
    const below = await download('x', join(path, 'x'));
    await bench.until(below, 'failed');
    expect(bench.filesOf(below)[0]?.error?.code).toBe('NotADirectory');
    expect(await readFile(path, 'utf8')).toBe('keep');
  });

  test('a pipe or a device is never replaced by a download', async () => {
    await put('p', 'body');
    execFileSync('mkfifo', [join(work, 'pipe')]);
    const job = await download('p', join(work, 'pipe'));
    await bench.until(job, 'failed');
    expect(bench.filesOf(job)[0]?.error?.code).toBe('NotAFile');
    expect((await stat(join(work, 'pipe'))).isFIFO()).toBe(true);
  });

  test('a bucket or key that is not there', async () => {
    const job = await upload(await file('a', 'a'), 'a', 'overwrite', { bucket: 'nobody' });
    await bench.until(job, 'failed');
    expect(bench.filesOf(job)[0]?.error?.code).toBe('NoSuchBucket');
    const down = await download('nothing', join(work, 'nothing'));
    await bench.until(down, 'failed');
    expect(bench.filesOf(down)[0]?.error?.code).toBe('NoSuchKey');
    expect(await readdir(work)).toEqual(['a']);
  });

  test('a bucket or key that differs only in case is offered', async () => {
    const other = bucket.toUpperCase();
    await put('In/Read.me', 'x');
    const up = await upload(await file('a', 'a'), 'a', 'overwrite', { bucket: other });
    const down = await download('in/read.me', join(work, 'nothing'));
    const copy = await bench.start({
      kind: 'copy',
      bucket,
      items: [{ key: 'In/read.me', toKey: 'copy' }],
      toBucket: bucket,
      conflict: 'fail',
    } as never);
    for (const job of [up, down, copy]) await bench.until(job, 'failed');
    const errorOf = (job: typeof up) => bench.filesOf(job)[0]?.error;
    expect(errorOf(up)).toMatchObject({ code: 'NoSuchBucket', context: { bucket: other, suggestion: bucket } });
    for (const job of [down, copy])
      expect(errorOf(job)).toMatchObject({ code: 'NoSuchKey', context: { suggestion: 'In/Read.me' } });
  });
});

describe('pause, cancel, retry', () => {
  test('[T8] cancelling aborts the upload and removes temporary files', async () => {
    const path = await file('big', randomBytes(60 * mebibyte));
    const job = await upload(path, 'big');
    await bench.until(job, 'active');
    await bench.service.pause(job);
    expect((await bench.until(job, 'paused')).filesDone).toBe(0);
    must(await bench.service.cancel(job));
    expect((await bench.until(job, 'cancelled')).state).toBe('cancelled');
    expect(must(await bench.store.listUploads(bucket, ''))).toEqual([]);
    must(await bench.service.clear(job));
    expect(bench.service.list()).toEqual([]);
    expect(await readFile(path)).toHaveLength(60 * mebibyte);
  });

  test('[T8] a failed file is tried again when its cause is gone', async () => {
    const path = await file('locked', 'secret');
    await rm(path);
    const job = await upload(path, 'locked');
    await bench.until(job, 'failed');
    await writeFile(path, 'secret');
    must(await bench.service.retry(job));
    await bench.until(job, 'done');
    expect(await bodyOf('locked')).toBe('secret');
  });

  test('jobs that ended can be cleared, others cannot', async () => {
    const job = await upload(await file('a', 'a'), 'a');
    await bench.until(job, 'done');
    must(await bench.service.clear());
    expect(bench.service.list()).toEqual([]);
  });
});

describe('staying inside a restriction', () => {
  test('keys outside are refused, each by name', async () => {
    await bench.close();
    bench = await startTransferBench(server, { restriction: { bucket, path: 'mine/' } });
    const job = await upload(await file('a', 'a'), 'theirs/a');
    await bench.until(job, 'failed');
    expect(bench.filesOf(job)[0]?.error?.code).toBe('OutsideRestriction');
    await bench.until(await upload(join(work, 'a'), 'mine/a'), 'done');
  });
});

test('a target folder that cannot be written says so', async () => {
  await put('x', 'x');
  // Not writable even for root; on Linux only, as the machine the tests are for.
  const job = await download('x', '/sys/brigade/x');
  await bench.until(job, 'failed');
  expect(['LocalAccessDenied', 'ReadOnlyFileSystem']).toContain(bench.filesOf(job)[0]?.error?.code);
});
