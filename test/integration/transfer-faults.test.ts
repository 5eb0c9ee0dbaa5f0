import { randomBytes } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RangeTransport } from '../../main/s3/data-plane/transport.ts';
import type { LocalFiles } from '../../main/transfers/files/local-files.ts';
import { createNodeLocalFiles } from '../../main/transfers/files/node-local-files.ts';
import { err } from '../../shared/result.ts';
import { type FaultRule, type FaultyS3, startFaultyS3 } from '../fakes/faulty-s3.ts';
import type { SeenRequest } from '../fakes/seen-request.ts';
import { must } from '../fakes/test-connection.ts';
import { type BenchOptions, startTransferBench, type TransferBench } from '../fakes/transfer-bench.ts';
import { startTestLocalS3, type TestLocalS3 } from '../servers/local-s3.ts';

const mebibyte = 1024 * 1024;
const bucket = 'box';
let server: TestLocalS3;
let proxy: FaultyS3;
let bench: TransferBench;
let work: string;
/** Where the test decides how long a request is held: it must not be cut and tried again meanwhile, on a busy machine either. */
const patient = { stallMs: 60_000 };

async function start(options: BenchOptions = {}): Promise<void> {
  bench = await startTransferBench({ ...server, endpointUrl: proxy.endpointUrl }, options);
}

beforeEach(async () => {
  server = await startTestLocalS3();
  proxy = await startFaultyS3(server.endpointUrl);
  work = await mkdtemp(join(tmpdir(), 'brigade-faults-'));
  await start({ stallMs: 3000 });
  must(await bench.store.createBucket(bucket));
});
afterEach(async () => {
  await bench.close();
  await proxy.close();
  await server.stop();
  await rm(work, { recursive: true, force: true });
});

const isObjectPut: FaultRule['match'] = (request) =>
  request.method === 'PUT' && request.key !== '' && request.partNumber === null;
const isObjectGet: FaultRule['match'] = (request) => request.method === 'GET' && request.key !== '';
const firstByte = (request: SeenRequest): number => Number(/^bytes=(\d+)-/.exec(request.headers['range'] ?? '')?.[1]);
const isPart: FaultRule['match'] = (request) => request.method === 'PUT' && request.partNumber !== null;

async function file(name: string, bytes: Uint8Array): Promise<string> {
  await writeFile(join(work, name), bytes);
  return join(work, name);
}
const upload = (path: string, key: string) =>
  bench.start({ kind: 'upload', conflict: 'overwrite', bucket, items: [{ file: path, key }] } as never);
const download = (key: string, path: string) =>
  bench.start({ kind: 'download', conflict: 'overwrite', bucket, items: [{ key, file: path }] } as never);
async function stored(key: string): Promise<Buffer> {
  const { body } = must(await bench.store.getStream(bucket, key));
  return Buffer.concat(await Array.fromAsync(body));
}
async function outcome(job: Awaited<ReturnType<typeof upload>>) {
  await bench.until(job, 'done', 'failed');
  const [only] = bench.filesOf(job);
  return only?.error?.code ?? only?.verification;
}

/** What goes wrong once, byte by byte: fault-matrix.test.ts. */
describe('[T62] an upload fails with its reason', () => {
  test.each<[string, FaultRule['fault'], string]>([
    ['AccessDenied', { type: 'respond', status: 403, code: 'AccessDenied' }, 'AccessDenied'],
    ['a wrong secret', { type: 'respond', status: 403, code: 'SignatureDoesNotMatch' }, 'SignatureDoesNotMatch'],
    ['a server that is always busy', { type: 'respond', status: 503, code: 'SlowDown' }, 'SlowDown'],
    ['a server that never answers', { type: 'hang' }, 'Stalled'],
  ])('%s', async (_, fault, code) => {
    // Nothing ever comes: how long that is suffered does not matter, and four times of it have to pass.
    if (code === 'Stalled') bench = await bench.restart({ stallMs: 500 });
    proxy.add({ match: isObjectPut, fault, times: Infinity });
    expect(await outcome(await upload(await file('f', randomBytes(10)), 'f'))).toBe(code);
    expect(proxy.requests.filter(isObjectPut).length).toBe(code === 'SlowDown' || code === 'Stalled' ? 4 : 1);
  });
});

describe('a download', () => {
  test.each([
    ['another range', `bytes 4-${8 * mebibyte + 3}/${20 * mebibyte}`],
    ['a range it does not name', ''],
  ])('[T11] is not taken from a server that sends %s', async (_, contentRange) => {
    await bench.until(await upload(await file('source', randomBytes(20 * mebibyte)), 'd'), 'done');
    proxy.clear();
    const headers = { 'content-range': contentRange };
    proxy.add({ match: isObjectGet, fault: { type: 'headers', headers }, times: Infinity });
    expect(await outcome(await download('d', join(work, 'big')))).toBe('ResponseTruncated');
  });

  test('[T15] wrong bytes are never kept: it fails and the old file is as it was', async () => {
    for (const size of [200_000, 20 * mebibyte]) {
      await bench.until(await upload(await file('source', randomBytes(size)), 'd'), 'done');
      await file('target', Buffer.from('old'));
      proxy.clear();
      proxy.add({ match: isObjectGet, fault: { type: 'corruptAnswer' }, times: Infinity });
      expect(await outcome(await download('d', join(work, 'target')))).toBe('ChecksumMismatch');
      expect(await readFile(join(work, 'target'), 'utf8')).toBe('old');
      expect((await readdir(work)).filter((name) => name.endsWith('brigade-part'))).toEqual([]);
    }
  });

  test('[T11] an object that is replaced while it is downloaded comes whole, in one version', async () => {
    const before = randomBytes(40 * mebibyte);
    const after = randomBytes(40 * mebibyte);
    await bench.until(await upload(await file('before', before), 'd'), 'done');
    const replacement = await file('after', after);
    bench = await bench.restart(patient);
    const replaced = Promise.withResolvers<void>();
    proxy.add({
      match: (request) => isObjectGet(request) && request.headers['range']?.startsWith('bytes=0-') !== true,
      fault: { type: 'hold', until: replaced.promise },
      times: Infinity,
    });
    const job = await download('d', join(work, 'target'));
    await expect.poll(() => bench.journaledParts(join(work, 'target'))).toEqual([1]);
    await bench.until(await upload(replacement, 'd'), 'done');
    replaced.resolve();
    expect(await outcome(job)).toBe('checksum');
    expect((await readFile(join(work, 'target'))).equals(after)).toBe(true);
  });
});

describe('the source changes', () => {
  test('[T4] a file that grows while it is read is taken again, whole', async () => {
    const path = await file('log', randomBytes(20 * mebibyte));
    const grown = Promise.withResolvers<void>();
    proxy.add({ match: isPart, fault: { type: 'hold', until: grown.promise }, times: 1 });
    const job = await upload(path, 'log');
    await expect.poll(() => proxy.requests.some(isPart)).toBe(true);
    await appendFile(path, 'one more line');
    grown.resolve();
    expect(await outcome(job)).toBe('checksum');
    expect((await stored('log')).equals(await readFile(path))).toBe(true);
    expect(must(await bench.store.listUploads(bucket, ''))).toEqual([]);
  });

  test('[T4] what a small file was while it changed never becomes the object', async () => {
    await bench.close();
    const real = createNodeLocalFiles();
    const path = await file('small', Buffer.from('one'));
    let looks = 0;
    const files: LocalFiles = {
      ...real,
      async stat(asked) {
        const info = await real.stat(asked);
        // When it is planned: it changes right after it was looked at.
        if (asked === path && ++looks === 1) await writeFile(path, 'two, longer');
        return info;
      },
    };
    await start({ files });
    const job = await bench.start({
      kind: 'upload',
      conflict: 'skip',
      bucket,
      items: [{ file: path, key: 's' }],
    } as never);
    expect(await outcome(job)).toBe('checksum');
    expect((await stored('s')).toString()).toBe('two, longer');
  });

  test('[T4] a file that is deleted while it is read fails by name and makes no object', async () => {
    const path = await file('gone', randomBytes(20 * mebibyte));
    const removed = Promise.withResolvers<void>();
    proxy.add({ match: isPart, fault: { type: 'hold', until: removed.promise }, times: 1 });
    const job = await upload(path, 'gone');
    await expect.poll(() => proxy.requests.some(isPart)).toBe(true);
    await rm(path);
    removed.resolve();
    expect(await outcome(job)).toBe('FileNotFound');
    expect(must(await bench.store.listPage({ bucket, prefix: '', delimiter: '' })).objects).toEqual([]);
    must(await bench.service.clear(job));
    expect(must(await bench.store.listUploads(bucket, ''))).toEqual([]);
  });
});

describe('[T5] [T16] [T60] resuming', () => {
  beforeEach(async () => {
    bench = await bench.restart(patient);
  });

  test('an upload goes on with the parts it has', async () => {
    const bytes = randomBytes(64 * mebibyte);
    const path = await file('big', bytes);
    proxy.add({
      match: (request) => isPart(request) && (request.partNumber ?? 0) > 4,
      fault: { type: 'hang' },
      times: Infinity,
    });
    const job = await upload(path, 'big');
    await expect.poll(() => bench.journaledParts('big')).toEqual([1, 2, 3, 4]);
    bench = await bench.restart();
    expect((await bench.until(job, 'interrupted')).id).toBe(job);
    expect(bench.filesOf(job)[0]?.state).toBe('interrupted');
    // What it has is shown before it goes on.
    expect(bench.service.list()[0]?.bytesDone).toBe(32 * mebibyte);
    const seen = proxy.sentParts().length;
    proxy.clear();
    must(await bench.service.resume(job));
    expect(await outcome(job)).toBe('checksum');
    expect((await stored('big')).equals(bytes)).toBe(true);
    expect(
      proxy
        .sentParts()
        .slice(seen)
        .sort((a, b) => a - b),
    ).toEqual([5, 6, 7, 8]);
  });

  test('a download goes on with the ranges that reached the disk, and fetches those that did not', async () => {
    const bytes = randomBytes(64 * mebibyte);
    await bench.until(await upload(await file('big', bytes), 'big'), 'done');
    // By the range, not by the order of arrival: ranges that are asked for at the same time overtake each other.
    proxy.add({
      match: (request) => isObjectGet(request) && firstByte(request) >= 32 * mebibyte,
      fault: { type: 'hang' },
      times: Infinity,
    });
    const job = await download('big', join(work, 'target'));
    await expect.poll(() => bench.journaledParts(join(work, 'target'))).toEqual([1, 2, 3, 4]);
    bench = await bench.restart();
    await bench.until(job, 'interrupted');
    const temp = (await readdir(work)).find((name) => name.endsWith('brigade-part')) ?? '';
    // What a power cut may do: the journal has the part, the file has zeros.
    const broken = await readFile(join(work, temp));
    broken.fill(0, 8 * mebibyte, 9 * mebibyte);
    await writeFile(join(work, temp), broken);
    const seen = proxy.requests.length;
    proxy.clear();
    must(await bench.service.resume(job));
    expect(await outcome(job)).toBe('checksum');
    expect((await readFile(join(work, 'target'))).equals(bytes)).toBe(true);
    const fetched = proxy.requests.slice(seen).filter(isObjectGet).map(firstByte);
    expect(fetched.sort((a, b) => a - b)).toEqual([8, 32, 40, 48, 56].map((at) => at * mebibyte));
  });

  test('[T4] a source that changed while nothing ran is sent from the start, its old parts thrown away', async () => {
    const path = await file('big', randomBytes(30 * mebibyte));
    proxy.add({ match: isPart, fault: { type: 'hang' }, skip: 2, times: Infinity });
    const job = await upload(path, 'big');
    await expect.poll(() => bench.journaledParts('big')).toHaveLength(2);
    bench = await bench.restart();
    const changed = randomBytes(30 * mebibyte);
    await writeFile(path, changed);
    proxy.clear();
    must(await bench.service.resume(job));
    expect(await outcome(job)).toBe('checksum');
    expect((await stored('big')).equals(changed)).toBe(true);
    expect(must(await bench.store.listUploads(bucket, ''))).toEqual([]);
  });

  test('an upload whose id the server has forgotten starts again', async () => {
    const bytes = randomBytes(30 * mebibyte);
    const path = await file('big', bytes);
    proxy.add({ match: isPart, fault: { type: 'hang' }, skip: 2, times: Infinity });
    const job = await upload(path, 'big');
    await expect.poll(() => bench.journaledParts('big')).toHaveLength(2);
    bench = await bench.restart();
    proxy.clear();
    for (const { key, uploadId } of must(await bench.store.listUploads(bucket, '')))
      must(await bench.store.abortMultipart(bucket, key, uploadId));
    must(await bench.service.resume(job));
    expect(await outcome(job)).toBe('checksum');
    expect((await stored('big')).equals(bytes)).toBe(true);
  });
});

test('[T14] [T15] a full disk says so, and the old file is as it was', async () => {
  await bench.close();
  // The kernel's own full device takes the bytes of the temporary file.
  const wrapTransport = (real: RangeTransport): RangeTransport => ({
    ...real,
    async receive(range, options) {
      const received = await real.receive({ ...range, filePath: '/dev/full' }, options);
      const { filePath: path } = range;
      return received.ok ? received : err({ ...received.error, context: { ...received.error.context, path } });
    },
  });
  await start({ wrapTransport });
  must(await bench.store.putSmall(bucket, 'd', Buffer.from('new bytes'), {}));
  await mkdir(join(work, 'folder'));
  await writeFile(join(work, 'folder', 'd'), 'old');
  const job = await download('d', join(work, 'folder', 'd'));
  expect(await outcome(job)).toBe('DiskFull');
  // Not the temporary file, which nobody has chosen.
  expect(bench.filesOf(job)[0]?.error?.context['path']).toBe(join(work, 'folder'));
  expect(await readFile(join(work, 'folder', 'd'), 'utf8')).toBe('old');
  expect(await readdir(join(work, 'folder'))).toEqual(['d']);
});

test('[T62] an endpoint that is gone fails each file with its reason after the tries', async () => {
  const path = await file('f', randomBytes(10));
  await proxy.close();
  const job = await upload(path, 'f');
  expect(await outcome(job)).toBe('EndpointUnreachable');
  proxy = await startFaultyS3(server.endpointUrl);
});
