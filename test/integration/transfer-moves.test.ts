import { beforeEach, describe, expect, test } from 'vitest';
import type { JobId } from '../../shared/domain/ids.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok } from '../../shared/result.ts';
import { must } from '../fakes/test-connection.ts';
import { createTransferWorld, otherConnectionId, type TransferWorld } from '../fakes/transfer-world.ts';

/** Moves that end later than they began: what was copied is looked for before its source goes. */
const bucket = 'box';
const denied = async () => err(appError('AccessDenied'));
let world: TransferWorld;

beforeEach(async () => {
  world = createTransferWorld();
  must(await world.store.createBucket(bucket));
  must(await world.other.createBucket(bucket));
});

const put = async (key: string, body: string) => must(await world.store.putSmall(bucket, key, Buffer.from(body), {}));
const text = (path: string) => {
  const found = world.files.entries.get(path);
  return found ? Buffer.from(found.bytes).toString() : null;
};
const otherBody = (key: string) => {
  const object = world.other.buckets.get(bucket)?.objects.get(key);
  return object ? Buffer.from(object.bytes).toString() : null;
};
const start = (kind: string, items: unknown, more: object = {}) =>
  world.start({ kind, conflict: 'fail', bucket, items, removeSource: true, ...more } as never);
const codes = (job: JobId) => world.filesOf(job).map((each) => each.error?.code ?? each.state);

describe('[T25] a source that could not be deleted', () => {
  const cases = (['small', 'big body in parts'] as const).flatMap((body) =>
    (['upload', 'download', 'copy', 'relay'] as const).map((how) => [how, body] as const),
  );

  async function moveWithoutDeleting(how: (typeof cases)[number][0], body: string): Promise<JobId> {
    world.files.put('/f', Buffer.from(body));
    await put('f', body);
    world.on.store = { remove: denied };
    world.on.files = {
      remove: async (path) => (path === '/f' ? err(appError('LocalAccessDenied')) : world.files.remove(path)),
    };
    const job = await (how === 'upload'
      ? start('upload', [{ file: '/f', key: 'to' }])
      : how === 'download'
        ? start('download', [{ key: 'f', file: '/to' }])
        : start('copy', [{ key: 'f', toKey: 'to' }], {
            toBucket: bucket,
            ...(how === 'relay' ? { toConnectionId: otherConnectionId } : {}),
          }));
    await world.until(job, 'failed');
    world.on.store = {};
    world.on.files = {};
    return job;
  }
  const there = (how: string) =>
    how === 'download' ? text('/to') : how === 'relay' ? otherBody('to') : world.body(bucket, 'to');
  const source = (how: string) => (how === 'upload' ? text('/f') : world.body(bucket, 'f'));

  test.each(cases)('after its %s is not deleted once the copy is gone, but moved again (%s)', async (how, body) => {
    const job = await moveWithoutDeleting(how, body);
    expect([there(how), source(how)]).toEqual([body, body]);
    if (how === 'download') must(await world.files.remove('/to'));
    else must(await (how === 'relay' ? world.other : world.store).remove(bucket, 'to'));
    must(await world.service.retry(job));
    await world.until(job, 'done', 'failed');
    expect([there(how), source(how), codes(job)]).toEqual([body, null, ['done']]);
  });

  test.each(cases)('after its %s is kept when something else is where the copy was (%s)', async (how, body) => {
    const job = await moveWithoutDeleting(how, body);
    if (how === 'download') world.files.put('/to', Buffer.from('something else'));
    else {
      const store = how === 'relay' ? world.other : world.store;
      must(await store.putSmall(bucket, 'to', Buffer.from('something else'), {}));
    }
    must(await world.service.retry(job));
    await world.until(job, 'done', 'failed');
    expect([there(how), source(how), codes(job)]).toEqual(['something else', body, ['TargetExists']]);
  });

  test.each(cases)('after its %s is deleted by a retry, and nothing is sent again (%s)', async (how, body) => {
    const job = await moveWithoutDeleting(how, body);
    const never = () => {
      throw new Error('transferred again');
    };
    world.on.transport = { send: never, receive: never, relay: never };
    world.on.store = { copy: never };
    must(await world.service.retry(job));
    await world.until(job, 'done', 'failed');
    expect([there(how), source(how), codes(job)]).toEqual([body, null, ['done']]);
  });
});

test.each([{}, { toConnectionId: otherConnectionId }])(
  '[T29] an object moved onto itself through an alias of its bucket is kept (%o)',
  async (more) => {
    const [alias, own] = ['point-abc-s3alias', world.store.buckets.get(bucket)];
    if (own === undefined) throw new Error('no bucket');
    world.store.buckets.set(alias, own);
    world.other.buckets.set(alias, own);
    await put('k', 'body');
    const job = await start('copy', [{ key: 'k', toKey: 'k' }], { ...more, toBucket: alias, conflict: 'overwrite' });
    await world.until(job, 'failed');
    expect([codes(job), world.body(bucket, 'k')]).toEqual([['SourceChanged'], 'body']);
  },
);

describe('[T57] a folder that goes where one of the same name is', () => {
  test.each(['copy', 'relay'])('joins it (%s): its marker is no file that is in the way', async (how) => {
    const there = how === 'relay' ? world.other : world.store;
    for (const key of ['in/d/', 'in/d/a', 'in/d/sub/']) await put(key, key.endsWith('/') ? '' : key);
    for (const key of ['to/d/', 'to/d/sub/']) must(await there.putSmall(bucket, key, Buffer.from(''), {}));
    const job = await start('copy', [{ prefix: 'in/d/', toPrefix: 'to/d/' }], {
      toBucket: bucket,
      conflict: 'keep-both',
      ...(how === 'relay' ? { toConnectionId: otherConnectionId } : {}),
    });
    await world.until(job, 'done', 'failed', 'waiting');
    const keys = [...(there.buckets.get(bucket)?.objects.keys() ?? [])].filter((key) => key.startsWith('to/')).sort();
    expect(keys).toEqual(['to/d/', 'to/d/a', 'to/d/sub/']);
    expect(world.keys(bucket).filter((key) => key.startsWith('in/'))).toEqual([]);
  });

  test('asks about its files only', async () => {
    for (const key of ['in/d/', 'in/d/a']) await put(key, key.endsWith('/') ? '' : key);
    for (const key of ['to/d/', 'to/d/a']) await put(key, key.endsWith('/') ? '' : 'old');
    const job = await start('copy', [{ prefix: 'in/d/', toPrefix: 'to/d/' }], { toBucket: bucket, conflict: 'ask' });
    const waiting = await world.until(job, 'waiting', 'done', 'failed');
    await expect
      .poll(() => world.filesOf(job).map(({ name, state }) => [name, state]))
      .toEqual([
        ['in/d/', 'done'],
        ['a', 'waiting'],
      ]);
    expect(waiting.state).toBe('waiting');
    expect(world.body(bucket, 'to/d/a')).toBe('old');
  });

  test('but bytes kept under such a name are not replaced', async () => {
    await put('in/d/', '');
    await put('to/d/', 'bytes');
    const job = await start('copy', [{ prefix: 'in/d/', toPrefix: 'to/d/' }], { toBucket: bucket, conflict: 'fail' });
    await world.until(job, 'done', 'failed');
    expect([codes(job), world.body(bucket, 'to/d/'), world.body(bucket, 'in/d/')]).toEqual([
      ['TargetExists'],
      'bytes',
      '',
    ]);
  });
});

describe('[T18] what a server without checksums says of a copy', () => {
  /** Without checksums, and with these ETags: those of objects in parts tell nothing of each other. */
  const seenWith = (etags: Readonly<Record<string, string>>) => async (from: string, key: string) => {
    const head = await world.store.head(from, key);
    if (!head.ok) return head;
    return ok({ ...head.value, checksums: {}, checksumType: null, etag: etags[key] ?? head.value.etag });
  };
  const etagInParts = (digit: string) => `"${digit.repeat(32)}-2"`;
  const copyOverOld = async (removeSource: boolean) => {
    const more = { toBucket: bucket, conflict: 'overwrite', removeSource };
    const job = await start('copy', [{ key: 'f', toKey: 'to' }], more);
    await world.until(job, 'done', 'failed');
    return codes(job);
  };
  beforeEach(async () => {
    await put('f', 'new body');
    await put('to', 'old body');
  });

  test('an old object of the same size with another MD5 is no copy, and the source stays', async () => {
    world.on.store = { copy: (from) => world.store.head(from.bucket, from.key), head: seenWith({}) };
    expect(await copyOverOld(true)).toEqual(['ChecksumMismatch']);
    expect([world.body(bucket, 'to'), world.body(bucket, 'f')]).toEqual(['old body', 'new body']);
  });

  test('an object with another ETag than the answer to the copy named is none', async () => {
    const answered = async () => {
      const head = await world.store.head(bucket, 'f');
      return head.ok ? ok({ ...head.value, etag: etagInParts('c') }) : head;
    };
    world.on.store = { copy: answered, head: seenWith({ to: etagInParts('a') }) };
    expect(await copyOverOld(true)).toEqual(['ChecksumMismatch']);
    expect([world.body(bucket, 'to'), world.body(bucket, 'f')]).toEqual(['old body', 'new body']);
  });

  test('a source that is replaced after it was copied says nothing of the copy: the copy is good', async () => {
    const listed: Record<string, string> = { f: etagInParts('c') };
    world.on.store = {
      copy: async ({ bucket: from, key }, to) => {
        const copied = await world.store.copy({ bucket: from, key }, to);
        await put('f', 'late one');
        delete listed['f'];
        return copied;
      },
      head: seenWith(listed),
    };
    expect(await copyOverOld(false)).toEqual(['done']);
    expect([world.body(bucket, 'to'), world.body(bucket, 'f')]).toEqual(['new body', 'late one']);
  });
});
