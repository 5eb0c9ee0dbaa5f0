import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ObjectStore } from '../../main/s3/object-store.ts';
import { type FaultRule, type FaultyS3, startFaultyS3 } from '../fakes/faulty-s3.ts';
import { must, otherServerId } from '../fakes/test-connection.ts';
import { startTransferBench, type TransferBench } from '../fakes/transfer-bench.ts';
import { startTestLocalS3, type TestLocalS3 } from '../servers/local-s3.ts';
import { useSharedCeph } from '../servers/shared-ceph.ts';

/** Copies between a local S3 and Ceph, through proxies that count and break requests. */
const mebibyte = 1024 * 1024;
const bucket = `relay-${randomBytes(4).toString('hex')}`;
let local: TestLocalS3;
let here: FaultyS3;
let there: FaultyS3;
let bench: TransferBench;
/** Where the test decides how long a request is held: it must not be cut and tried again meanwhile, on a busy machine either. */
const patient = { stallMs: 60_000 };

beforeAll(async () => {
  local = await startTestLocalS3();
  const ceph = await useSharedCeph();
  here = await startFaultyS3(local.endpointUrl);
  there = await startFaultyS3(ceph.endpointUrl);
  bench = await startTransferBench(
    { ...local, endpointUrl: here.endpointUrl },
    { other: { ...ceph, endpointUrl: there.endpointUrl }, stallMs: 6000 },
  );
  must(await bench.store.createBucket(bucket));
  must(await bench.otherStore.createBucket(bucket));
});
beforeEach(() => {
  here.clear();
  there.clear();
});
/** Whatever happened, no upload may stay behind on the server. */
afterEach(async () => {
  const left = must(await bench.otherStore.listUploads(bucket, ''));
  if (left.length > 0) throw new Error(`left behind: ${JSON.stringify(left)}`);
});
afterAll(async () => {
  const { objects } = must(await bench.otherStore.listPage({ bucket, prefix: '', delimiter: '' }));
  const keys = objects.map(({ key }) => key);
  must(await bench.otherStore.removeMany(bucket, keys));
  must(await bench.otherStore.removeBucket(bucket));
  await bench.close();
  await here.close();
  await there.close();
  await local.stop();
});

const isPart: FaultRule['match'] = (request) => request.method === 'PUT' && request.partNumber !== null;
const isObjectGet: FaultRule['match'] = (request) => request.method === 'GET' && request.key !== '';
const isObjectPut: FaultRule['match'] = (request) =>
  request.method === 'PUT' && request.key !== '' && request.partNumber === null;

async function put(key: string, bytes: Uint8Array): Promise<void> {
  async function* body() {
    yield bytes;
  }
  must(
    await bench.store.putStream(bucket, key, body(), { contentType: 'text/x-relayed', metadata: { author: 'kim' } }),
  );
}
async function stored(store: ObjectStore, key: string): Promise<Buffer> {
  const { body } = must(await store.getStream(bucket, key));
  return Buffer.concat(await Array.fromAsync(body));
}
const toCeph = (items: readonly object[], more: object = {}) =>
  bench.start({
    kind: 'copy',
    conflict: 'overwrite',
    bucket,
    toConnectionId: otherServerId,
    toBucket: bucket,
    items,
    ...more,
  } as never);
const results = (job: Awaited<ReturnType<typeof toCeph>>) =>
  bench.filesOf(job).map((each) => each.error?.code ?? each.verification ?? each.state);

test('[T26] [T27] there and back: every byte, its type and its metadata', async () => {
  const bodies: Record<string, Buffer> = {
    'out/empty': Buffer.alloc(0),
    'out/small ä+&%': randomBytes(1000),
    'out/single': randomBytes(16 * mebibyte),
    'out/multi': randomBytes(37 * mebibyte + 11),
  };
  for (const [key, bytes] of Object.entries(bodies)) await put(key, bytes);
  const away = await toCeph([{ prefix: 'out/', toPrefix: 'away/' }]);
  // Ceph 16 keeps no checksums: its MD5s are what can be compared.
  expect(await bench.until(away, 'done', 'failed')).toMatchObject({ state: 'done', verified: { md5: 4 } });
  const { jobId } = must(
    await bench.service.start({
      kind: 'copy',
      connectionId: otherServerId,
      toConnectionId: 'conn-test' as never,
      conflict: 'overwrite',
      skipSame: false,
      whenOffline: 'fail',
      removeSource: true,
      bucket,
      toBucket: bucket,
      items: [{ prefix: 'away/', toPrefix: 'back/' }],
    }),
  );
  expect(await bench.until(jobId, 'done', 'failed')).toMatchObject({ state: 'done', verified: { md5: 4 } });
  for (const [key, bytes] of Object.entries(bodies)) {
    const name = key.replace('out/', 'back/');
    expect((await stored(bench.store, name)).equals(bytes)).toBe(true);
    expect(must(await bench.store.head(bucket, name))).toMatchObject({
      contentType: 'text/x-relayed',
      metadata: { author: 'kim' },
    });
  }
  const left = must(await bench.otherStore.listPage({ bucket, prefix: 'away/', delimiter: '' }));
  expect(left.objects).toEqual([]);
});

describe('[T62] gets through', () => {
  test.each<[string, 'source' | 'target', FaultRule]>([
    ['a part that was refused', 'target', { match: isPart, fault: { type: 'respond', status: 503, code: 'SlowDown' } }],
    [
      'a part that met an error',
      'target',
      { match: isPart, fault: { type: 'respond', status: 500, code: 'InternalError' } },
    ],
    ['a part whose answer was lost', 'target', { match: isPart, fault: { type: 'reset', when: 'beforeAnswer' } }],
    ['a part that was changed on the way', 'target', { match: isPart, fault: { type: 'corruptRequest' } }],
    ['half a range', 'source', { match: isObjectGet, fault: { type: 'cutAnswer' } }],
    ['a range that stops coming', 'source', { match: isObjectGet, fault: { type: 'hang', afterBytes: 1000 } }],
    ['a range that was changed on the way', 'source', { match: isObjectGet, fault: { type: 'corruptAnswer' } }],
  ])('after %s', async (_, side, rule) => {
    const bytes = randomBytes(17 * mebibyte);
    await put('f', bytes);
    (side === 'source' ? here : there).add(rule);
    const job = await toCeph([{ key: 'f', toKey: 'f' }]);
    await bench.until(job, 'done', 'failed');
    expect(results(job)).toEqual(['md5']);
    expect((await stored(bench.otherStore, 'f')).equals(bytes)).toBe(true);
  });

  test('or fails with its reason, and leaves the target as it was', async () => {
    await put('g', Buffer.from('new'));
    must(await bench.otherStore.putSmall(bucket, 'g', Buffer.from('old'), {}));
    there.add({ match: isObjectPut, fault: { type: 'respond', status: 403, code: 'AccessDenied' }, times: Infinity });
    const job = await toCeph([{ key: 'g', toKey: 'g' }], { removeSource: true });
    await bench.until(job, 'done', 'failed');
    expect(results(job)).toEqual(['AccessDenied']);
    expect((await stored(bench.otherStore, 'g')).toString()).toBe('old');
    expect((await stored(bench.store, 'g')).toString()).toBe('new');
  });
});

test('[T28] a source that changes in the middle is copied whole, as it is then', async () => {
  const [before, after] = [randomBytes(40 * mebibyte), randomBytes(33 * mebibyte)];
  await put('c', before);
  bench = await bench.restart(patient);
  const changed = Promise.withResolvers<void>();
  here.add({ match: isObjectGet, fault: { type: 'hold', until: changed.promise }, skip: 2, times: Infinity });
  const job = await toCeph([{ key: 'c', toKey: 'c' }]);
  await expect.poll(() => there.requests.some((each) => isPart(each) && each.key === 'c')).toBe(true);
  await put('c', after);
  here.clear();
  changed.resolve();
  await bench.until(job, 'done', 'failed');
  expect(results(job)).toEqual(['md5']);
  expect((await stored(bench.otherStore, 'c')).equals(after)).toBe(true);
});

test('[T5] [T60] cut off by the end of the engine, it goes on from the parts that arrived', async () => {
  const bytes = randomBytes(48 * mebibyte);
  await put('r', bytes);
  bench = await bench.restart(patient);
  there.add({ match: (each) => isPart(each) && (each.partNumber ?? 0) > 2, fault: { type: 'hang' }, times: Infinity });
  const job = await toCeph([{ key: 'r', toKey: 'r' }]);
  await expect.poll(() => bench.journaledParts('r')).toEqual([1, 2]);
  bench = await bench.restart();
  there.clear();
  expect(await bench.until(job, 'interrupted')).toMatchObject({ bytesDone: 16 * mebibyte });
  const seen = there.sentParts().length;
  must(await bench.service.resume(job));
  await bench.until(job, 'done', 'failed');
  expect(results(job)).toEqual(['md5']);
  expect(
    there
      .sentParts()
      .slice(seen)
      .sort((a, b) => a - b),
  ).toEqual([3, 4, 5, 6]);
  expect((await stored(bench.otherStore, 'r')).equals(bytes)).toBe(true);
});
