import { beforeEach, describe, expect, test } from 'vitest';
import { appError } from '../../shared/errors.ts';
import { err } from '../../shared/result.ts';
import { must } from '../fakes/test-connection.ts';
import { createTransferWorld, otherConnectionId, type TransferWorld } from '../fakes/transfer-world.ts';

/** Copies between two connections, in memory: parts are 8 bytes, whole objects up to 16. */
const bucket = 'box';
let world: TransferWorld;

async function startWorld(options: Parameters<typeof createTransferWorld>[0] = {}): Promise<void> {
  world = createTransferWorld(options);
  must(await world.store.createBucket(bucket));
  if (options.otherIs === undefined) must(await world.other.createBucket(bucket));
}
beforeEach(() => startWorld());

const put = async (key: string, body: string, store = world.store) =>
  must(await store.putSmall(bucket, key, Buffer.from(body), {}));
const bodyThere = (key: string) => {
  const object = world.other.buckets.get(bucket)?.objects.get(key);
  return object ? Buffer.from(object.bytes).toString() : null;
};
const keysThere = () => [...(world.other.buckets.get(bucket)?.objects.keys() ?? [])].sort();
const start = (items: readonly object[], more: object = {}) =>
  world.start({
    kind: 'copy',
    conflict: 'overwrite',
    bucket,
    toConnectionId: otherConnectionId,
    toBucket: bucket,
    items,
    ...more,
  } as never);
const ended = (job: Awaited<ReturnType<typeof start>>) => world.until(job, 'done', 'failed');
const results = (job: Awaited<ReturnType<typeof start>>) =>
  world.filesOf(job).map((file) => file.error?.code ?? file.verification ?? file.state);
const big = 'abcdefgh'.repeat(5);

describe('[T26] a copy to another connection', () => {
  test('brings every size, with its headers and metadata', async () => {
    const headers = {
      contentType: 'text/x-test',
      contentEncoding: 'identity',
      contentDisposition: 'attachment',
      contentLanguage: 'de',
      cacheControl: 'no-store',
      metadata: { author: 'kim' },
    };
    for (const [key, size] of Object.entries({ 'p/empty': 0, 'p/small': 16, 'p/big': 41, 'p/folder/': 0 }))
      must(await world.store.putSmall(bucket, key, Buffer.from('x'.repeat(size)), headers));
    const job = await start([{ prefix: 'p/', toPrefix: 'q/' }]);
    expect(await ended(job)).toMatchObject({
      state: 'done',
      filesDone: 4,
      bytesDone: 57,
      bytesTotal: 57,
      verified: { checksum: 4, md5: 0, size: 0 },
      connectionName: 'World',
      toConnectionId: otherConnectionId,
      toConnectionName: 'Other',
    });
    expect(keysThere()).toEqual(['q/big', 'q/empty', 'q/folder/', 'q/small']);
    for (const key of keysThere()) {
      const object = world.other.buckets.get(bucket)?.objects.get(key);
      expect(object?.headers).toMatchObject(headers);
    }
    expect(bodyThere('q/big')).toBe('x'.repeat(41));
    expect(world.keys(bucket)).toHaveLength(4);
  });

  test('[T20] [T22] settles conflicts as uploads do', async () => {
    await put('a', 'new');
    const outcome = async (conflict: string) => {
      await put('a', 'old', world.other);
      const job = await start([{ key: 'a', toKey: 'a' }], { conflict });
      await ended(job);
      return [results(job)[0], bodyThere('a'), bodyThere('a (2)')];
    };
    expect(await outcome('skip')).toEqual(['skipped', 'old', null]);
    expect(await outcome('fail')).toEqual(['TargetExists', 'old', null]);
    expect(await outcome('keep-both')).toEqual(['checksum', 'old', 'new']);
    expect(await outcome('overwrite')).toEqual(['checksum', 'new', 'new']);
  });

  test('the question names both sides, with their dates, as long as it is open', async () => {
    await put('a', 'new');
    await put('a', 'older', world.other);
    const job = await start([{ key: 'a', toKey: 'a' }], { conflict: 'ask' });
    const { question } = await world.until(job, 'waiting');
    if (!question) throw new Error('no question');
    expect(question).toMatchObject({
      source: { sizeBytes: 3, modifiedMs: expect.any(Number) },
      target: { sizeBytes: 5, modifiedMs: expect.any(Number) },
    });
    expect(world.service.conflictSides(job, question.fileId)).toEqual({
      source: { connectionId: 'conn-world', bucket, key: 'a' },
      target: { connectionId: otherConnectionId, bucket, key: 'a' },
    });
    must(await world.service.answer(job, question.fileId, 'overwrite', false));
    expect(world.service.conflictSides(job, question.fileId)).toBeNull();
    await ended(job);
    expect(bodyThere('a')).toBe('new');
  });

  test('[T5] goes on from the parts both sides have', async () => {
    await put('big', big);
    const sent: number[] = [];
    let limit = 2;
    world.on.transport = {
      relay(range, options) {
        const { as } = range.to;
        if (as.type !== 'part') throw new Error('not a part');
        if (sent.length >= limit) return Promise.resolve(err(appError('AccessDenied')));
        sent.push(as.partNumber);
        return world.transport.relay(range, options);
      },
    };
    const job = await start([{ key: 'big', toKey: 'big' }]);
    expect((await ended(job)).state).toBe('failed');
    limit = Infinity;
    must(await world.service.retry(job));
    expect((await world.until(job, 'done')).verified.checksum).toBe(1);
    expect(sent.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5]);
    expect(bodyThere('big')).toBe(big);
    expect(must(await world.other.listUploads(bucket, ''))).toEqual([]);
  });

  test('[T8] cancelled, it leaves no upload at the other server', async () => {
    await put('big', big);
    let sending = false;
    world.on.transport = {
      relay: (_, { signal }) => {
        sending = true;
        return new Promise((resolve) =>
          signal?.addEventListener('abort', () => resolve(err(appError('ConnectionReset', {}, 'aborted', 'no')))),
        );
      },
    };
    const job = await start([{ key: 'big', toKey: 'big' }]);
    await expect.poll(() => sending).toBe(true);
    must(await world.service.cancel(job));
    expect(must(await world.other.listUploads(bucket, ''))).toEqual([]);
    expect(keysThere()).toEqual([]);
  });

  test('stays inside what either connection is restricted to', async () => {
    await startWorld({ otherRestriction: { bucket, path: 'in' } });
    await put('a', '1');
    const job = await start([
      { key: 'a', toKey: 'in/a' },
      { key: 'a', toKey: 'out/a' },
    ]);
    await ended(job);
    expect(results(job)).toEqual(['checksum', 'OutsideRestriction']);
    expect(keysThere()).toEqual(['in/a']);
  });

  test('is made by the server where both connections have the same keys to it', async () => {
    await startWorld({ otherIs: 'sameKeys' });
    await put('a', '1');
    world.on.transport = { relay: () => Promise.reject(new Error('relayed')) };
    const job = await start([{ key: 'a', toKey: 'b' }]);
    expect((await ended(job)).state).toBe('done');
    expect(world.body(bucket, 'b')).toBe('1');
  });
});

describe('[T28] a source that is not what it was', () => {
  test.each([
    ['small', 'o'.repeat(10), 'n'.repeat(12)],
    ['big', 'o'.repeat(40), 'n'.repeat(40)],
    ['big, then small', 'o'.repeat(40), 'n'.repeat(4)],
  ])('%s: the copy is all of the new version, never a mix', async (_, old, fresh) => {
    await put('k', old);
    let count = 0;
    world.on.transport = {
      async relay(range, options) {
        count += 1;
        if (count === (old.length > 16 ? 3 : 1)) await put('k', fresh);
        return world.transport.relay(range, options);
      },
    };
    const job = await start([{ key: 'k', toKey: 'k' }]);
    expect((await ended(job)).state).toBe('done');
    expect(bodyThere('k')).toBe(fresh);
    expect(must(await world.other.listUploads(bucket, ''))).toEqual([]);
  });

  test('is given up when it changes each time', async () => {
    await put('k', big);
    let count = 0;
    world.on.transport = {
      async relay(range, options) {
        await put('k', `${big}${(count += 1)}`);
        return world.transport.relay(range, options);
      },
    };
    const job = await start([{ key: 'k', toKey: 'k' }]);
    await ended(job);
    expect(results(job)).toEqual(['PreconditionFailed']);
    expect(keysThere()).toEqual([]);
    expect(must(await world.other.listUploads(bucket, ''))).toEqual([]);
  });
});

describe('[T27] bytes that do not fit what the source keeps for them', () => {
  test.each([
    ['small', 10],
    ['big', 40],
  ])('%s: never become an object', async (_, size) => {
    await put('k', 'x'.repeat(size));
    world.on.store = {
      async head(...args) {
        const head = await world.store.head(...args);
        return head.ok ? { ok: true, value: { ...head.value, checksums: { crc32: 'AAAAAA==' } } } : head;
      },
    };
    const job = await start([{ key: 'k', toKey: 'k' }]);
    await ended(job);
    expect(results(job)).toEqual(['ChecksumMismatch']);
    expect(keysThere()).toEqual([]);
    expect(must(await world.other.listUploads(bucket, ''))).toEqual([]);
  });

  test('the level shown is the weaker of reading and writing', async () => {
    await put('k', 'x'.repeat(40));
    world.on.store = {
      async head(...args) {
        const head = await world.store.head(...args);
        return head.ok ? { ok: true, value: { ...head.value, checksums: {}, checksumType: null } } : head;
      },
    };
    const job = await start([{ key: 'k', toKey: 'k' }]);
    await ended(job);
    // An MD5 of the whole cannot be put together from ranges.
    expect(results(job)).toEqual(['size']);
  });
});

describe('[T29] a move to another connection', () => {
  test('deletes each source after its copy, and tells of both ends', async () => {
    await put('p/a', '1');
    await put('p/s/b', big);
    await put('p/', '');
    const job = await start([{ prefix: 'p/', toPrefix: 'q/' }], { removeSource: true });
    expect((await ended(job)).state).toBe('done');
    expect([world.keys(bucket), keysThere()]).toEqual([[], ['q/', 'q/a', 'q/s/b']]);
    const told = world.events.flatMap((event) =>
      event.type === 'objects.changed' ? [`${event.connectionId} ${event.prefix}`] : [],
    );
    expect(new Set(told)).toEqual(
      new Set(['conn-world p/', 'conn-world p/s/', `${otherConnectionId} q/`, `${otherConnectionId} q/s/`]),
    );
  });

  test('takes a source that changed after it was read once more', async () => {
    await put('a', 'one');
    let changes = true;
    world.on.transport = {
      async relay(range, options) {
        const sent = await world.transport.relay(range, options);
        if (changes) await put('a', 'two');
        changes = false;
        return sent;
      },
    };
    const job = await start([{ key: 'a', toKey: 'a' }], { removeSource: true });
    await ended(job);
    expect([results(job), world.body(bucket, 'a'), bodyThere('a')]).toEqual([['checksum'], null, 'two']);
  });

  test('of the same bucket under another address onto itself loses nothing', async () => {
    await startWorld({ otherIs: 'anotherAddress' });
    await put('p/a', '1');
    await put('p/b', big);
    const job = await start([{ prefix: 'p/', toPrefix: 'p/' }], { removeSource: true });
    await ended(job);
    expect([world.body(bucket, 'p/a'), world.body(bucket, 'p/b')]).toEqual(['1', big]);
  });

  test('onto itself through other keys is refused', async () => {
    await startWorld({ otherIs: 'otherKeys' });
    await put('p/a', '1');
    await expect(start([{ prefix: 'p/', toPrefix: 'p/' }], { removeSource: true })).rejects.toThrow(
      'TargetInsideSource',
    );
    const job = await start([{ key: 'p/a', toKey: 'p/a' }], { removeSource: true });
    await ended(job);
    expect([results(job), world.body(bucket, 'p/a')]).toEqual([['TargetInsideSource'], '1']);
  });
});
