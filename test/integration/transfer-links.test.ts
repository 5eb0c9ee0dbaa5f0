import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, openSync, closeSync, writeSync, ftruncateSync, statSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RangeTransport } from '../../main/s3/data-plane/transport.ts';
import type { PartSizes } from '../../main/transfers/part-plan.ts';
import { must } from '../fakes/test-connection.ts';
import { quickRetries, startTransferBench, type TransferBench } from '../fakes/transfer-bench.ts';
import { startTestLocalS3, type TestLocalS3 } from '../servers/local-s3.ts';

const mebibyte = 1024 * 1024;
const bucket = 'box';
const partSizes: PartSizes = { partBytes: 5 * mebibyte, singleUploadBytes: mebibyte, singleDownloadBytes: mebibyte };
let server: TestLocalS3;
let bench: TransferBench;
let work: string;
let onSend: (range: Parameters<RangeTransport['send']>[0]) => void = () => undefined;

beforeEach(async () => {
  server = await startTestLocalS3();
  onSend = () => undefined;
  bench = await startTransferBench(server, {
    partSizes,
    retryPolicy: quickRetries,
    wrapTransport: (real) => ({
      ...real,
      send: (range, options) => {
        onSend(range);
        return real.send(range, options);
      },
    }),
  });
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
const keys = async () =>
  must(await bench.store.listPage({ bucket, prefix: '', delimiter: '' })).objects.map(({ key }) => key);
async function run(request: object) {
  const job = await bench.start({ conflict: 'overwrite', bucket, ...request } as never);
  const view = await bench.until(job, 'done', 'failed');
  const files = bench.filesOf(job).map((each) => [each.name, each.state, each.error?.code ?? null]);
  return { view, files: files.sort(([a = ''], [b = '']) => ((a ?? '') < (b ?? '') ? -1 : 1)) };
}
const upload = (more = {}) => run({ kind: 'upload', items: [{ folder: join(work, 'src'), prefix: '' }], ...more });
const download = () => run({ kind: 'download', items: [{ prefix: '', folder: join(work, 'dst') }] });

describe('[T72] links and other things in a folder that goes up', () => {
  test('links are followed; what has no content is left out by name, and nothing waits for a pipe', async () => {
    await file('src/a.txt', 'a');
    await file('elsewhere/b.txt', 'b');
    await symlink('../elsewhere', join(work, 'src', 'folder'));
    await symlink('a.txt', join(work, 'src', 'link.txt'));
    await symlink('..', join(work, 'src', 'loop'));
    await symlink('self', join(work, 'src', 'self'));
    await symlink('nowhere', join(work, 'src', 'dangling'));
    execFileSync('mkfifo', [join(work, 'src', 'pipe')]);
    const socket = await listen(join(work, 'src', 'socket'));
    const { view, files } = await upload();
    socket.close();
    expect(files).toEqual([
      ['a.txt', 'done', null],
      ['dangling', 'skipped', 'DanglingLink'],
      ['folder/b.txt', 'done', null],
      ['link.txt', 'done', null],
      ['loop/elsewhere/b.txt', 'done', null],
      ['loop/src', 'skipped', 'SymlinkLoop'],
      ['pipe', 'skipped', 'NotAFile'],
      ['self', 'skipped', 'SymlinkLoop'],
      ['socket', 'skipped', 'NotAFile'],
    ]);
    expect(view).toMatchObject({ state: 'done', filesDone: 4, filesSkipped: 5, filesFailed: 0 });
    expect(await keys()).toEqual(['a.txt', 'folder/b.txt', 'link.txt', 'loop/elsewhere/b.txt']);
  });

  test('when asked, no link is followed', async () => {
    await file('src/a.txt', 'a');
    await symlink('..', join(work, 'src', 'folder'));
    await symlink('a.txt', join(work, 'src', 'link.txt'));
    expect((await upload({ links: 'skip' })).files).toEqual([
      ['a.txt', 'done', null],
      ['folder', 'skipped', 'LinkNotFollowed'],
      ['link.txt', 'skipped', 'LinkNotFollowed'],
    ]);
  });

  test('a move takes nothing away that lies behind a link', async () => {
    await file('src/a.txt', 'a');
    await file('elsewhere/b.txt', 'b');
    await symlink('../elsewhere', join(work, 'src', 'folder'));
    const { view } = await upload({ removeSource: true });
    expect(view).toMatchObject({ state: 'done', filesDone: 1, filesSkipped: 1 });
    expect(await readFile(join(work, 'elsewhere/b.txt'), 'utf8')).toBe('b');
    expect(await readlink(join(work, 'src/folder'))).toBe('../elsewhere');
    expect(await readdir(join(work, 'src'))).toEqual(['folder']);
  });

  test('a pipe that is named by itself fails, and makes no empty object', async () => {
    const path = join(work, 'pipe');
    execFileSync('mkfifo', [path]);
    const { files } = await run({ kind: 'upload', items: [{ file: path, key: 'pipe' }] });
    expect(files).toEqual([['pipe', 'failed', 'NotAFile']]);
    expect(await keys()).toEqual([]);
  });
});

function listen(path: string): Promise<Server> {
  return new Promise((resolve) => {
    const socket = createServer().listen(path, () => resolve(socket));
  });
}

describe('[T73] a download never leaves its folder', () => {
  test('through a link in it', async () => {
    await put('sub/x', 'x');
    await put('sub/deep/y', 'y');
    await put('inside/z', 'z');
    await put('marked/', '');
    await put('fine', 'fine');
    await mkdir(join(work, 'outside'));
    await mkdir(join(work, 'dst/real'), { recursive: true });
    await symlink('../outside', join(work, 'dst/sub'));
    await symlink('../outside', join(work, 'dst/marked'));
    await symlink('real', join(work, 'dst/inside'));
    const { files } = await download();
    expect(files).toEqual([
      ['fine', 'done', null],
      ['inside/z', 'done', null],
      ['marked/', 'failed', 'LinkLeadsOutside'],
      ['sub/deep/y', 'failed', 'LinkLeadsOutside'],
      ['sub/x', 'failed', 'LinkLeadsOutside'],
    ]);
    expect(await readdir(join(work, 'outside'))).toEqual([]);
    expect(await readFile(join(work, 'dst/real/z'), 'utf8')).toBe('z');
  });

  test('through one in the place of a file: it is replaced, what it leads to stays', async () => {
    await put('x', 'new');
    await put('big', 'b'.repeat(2 * mebibyte));
    await file('outside', 'old');
    await mkdir(join(work, 'dst'));
    for (const name of ['x', 'big']) await symlink('../outside', join(work, 'dst', name));
    expect((await download()).view.state).toBe('done');
    expect(await readFile(join(work, 'outside'), 'utf8')).toBe('old');
    for (const name of ['x', 'big']) expect((await lstat(join(work, 'dst', name))).isFile()).toBe(true);
  });

  test('the folder that was named may be a link itself', async () => {
    await put('sub/x', 'x');
    await mkdir(join(work, 'real'));
    await symlink('real', join(work, 'dst'));
    expect((await download()).view.state).toBe('done');
    expect(await readFile(join(work, 'real/sub/x'), 'utf8')).toBe('x');
  });
});

describe('files with holes, and files that grow', () => {
  test('a file of 96 MiB that is nearly all hole goes up and comes back the same', async () => {
    const path = join(work, 'sparse');
    const size = 96 * mebibyte + 5;
    const handle = openSync(path, 'w');
    ftruncateSync(handle, size);
    const written = randomBytes(mebibyte);
    writeSync(handle, written, 0, written.length, 50 * mebibyte + 3);
    closeSync(handle);
    expect(statSync(path).blocks * 512).toBeLessThan(8 * mebibyte);
    expect((await run({ kind: 'upload', items: [{ file: path, key: 'sparse' }] })).files).toEqual([
      ['sparse', 'done', null],
    ]);
    await run({ kind: 'download', items: [{ key: 'sparse', file: join(work, 'back') }] });
    expect((await readFile(join(work, 'back'))).equals(await readFile(path))).toBe(true);
  });

  test.each([
    ['small', 100, 4],
    // Three parts of it each time, and a fourth for what has been added.
    ['big, in parts', 11 * mebibyte, 12],
  ])(
    '[T4] a log (%s) that never stops growing fails in words, after a few tries, and leaves no mix',
    async (_, size, most) => {
      const path = await file('log', randomBytes(size));
      let sends = 0;
      onSend = () => {
        sends += 1;
        appendFileSync(path, 'another line\n');
      };
      const { view, files } = await run({ kind: 'upload', items: [{ file: path, key: 'log' }] });
      expect(view.state).toBe('failed');
      expect(files).toEqual([['log', 'failed', 'SourceChanged']]);
      expect(sends).toBeGreaterThan(1);
      expect(sends).toBeLessThanOrEqual(most);
      expect(await keys()).toEqual([]);
      // Once it is quiet, a retry takes it whole.
      onSend = () => undefined;
      must(await bench.service.retry(view.id));
      await bench.until(view.id, 'done');
      const { body } = must(await bench.store.getStream(bucket, 'log'));
      expect(Buffer.concat(await Array.fromAsync(body)).equals(await readFile(path))).toBe(true);
    },
  );
});
