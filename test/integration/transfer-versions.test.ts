import { beforeEach, describe, expect, test } from 'vitest';
import type { JobId } from '../../shared/domain/ids.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok } from '../../shared/result.ts';
import { must } from '../fakes/test-connection.ts';
import { otherConnectionId } from '../fakes/transfer-world.ts';
import { begin, bucket, codes, put, start, text, world } from '../fakes/world-steps.ts';

/** Sources that are not what they were, or are targets as well: one version, and none mixed. */
beforeEach(() => begin());

describe('[T54] copies that overlap', () => {
  const before = { 'a/b/x': 'one', 'a/b/b/x': 'two' };
  test.each([
    ['moving', 'up', { prefix: 'a/b/', toPrefix: 'a/' }, true],
    ['copying', 'down', { prefix: 'a/', toPrefix: 'a/b/' }, false],
  ])('%s a folder %s over its own files loses none', async (_, _direction, item, removeSource) => {
    for (const [key, body] of Object.entries(before)) await put(key, body);
    const job = await start('copy', [item], { removeSource, toBucket: bucket });
    await world.until(job, 'done', 'failed');
    const bodies = world.keys(bucket).map((key) => world.body(bucket, key));
    expect(bodies).toEqual(expect.arrayContaining(['one', 'two']));
  });
});

test('[T18] a source that changed after it was listed is copied as it is now', async () => {
  await put('k', 'old');
  let changed = false;
  world.on.store = {
    async copy(...args) {
      if (!changed) await put('k', 'NEW');
      changed = true;
      return world.store.copy(...args);
    },
  };
  const job = await start('copy', [{ key: 'k', toKey: 'to' }], { toBucket: bucket });
  await world.until(job, 'done', 'failed');
  expect([codes(job), world.body(bucket, 'to')]).toEqual([['done'], 'NEW']);
});

describe('[T11] an object that is listed without its ETag', () => {
  beforeEach(() => {
    world.on.store = {
      async listPage(request) {
        const page = await world.store.listPage(request);
        return page.ok
          ? ok({ ...page.value, objects: page.value.objects.map((row) => ({ ...row, etag: null })) })
          : page;
      },
      // Nothing of it can be compared with the bytes.
      async head(...args) {
        const head = await world.store.head(...args);
        return head.ok ? ok({ ...head.value, checksums: {}, checksumType: null, etagIsMd5: false }) : head;
      },
    };
  });

  test.each(['download', 'copy'])('is never a mix after a pause in its %s', async (kind) => {
    must(await world.other.createBucket(bucket));
    await put('p/k', 'o'.repeat(48));
    let allowed = 3;
    const pauses: Promise<unknown>[] = [];
    const mayMove = () => {
      if ((allowed -= 1) >= 0) return true;
      pauses.push(world.service.pause(job));
      return false;
    };
    const stopped = err(appError('ConnectionReset', {}, 'aborted', 'no'));
    world.on.transport = {
      receive: async (...args) => (mayMove() ? world.transport.receive(...args) : stopped),
      relay: async (...args) => (mayMove() ? world.transport.relay(...args) : stopped),
    };
    const job: JobId = await (kind === 'download'
      ? start('download', [{ prefix: 'p/', folder: '/here' }])
      : start('copy', [{ prefix: 'p/', toPrefix: 'p/' }], { toBucket: bucket, toConnectionId: otherConnectionId }));
    await world.until(job, 'paused', 'failed');
    await Promise.all(pauses);
    await put('p/k', 'N'.repeat(48));
    allowed = 100;
    must(await world.service.resume(job));
    await world.until(job, 'done', 'failed');
    const copied = world.other.buckets.get(bucket)?.objects.get('p/k');
    const found = kind === 'download' ? text('/here/k') : copied && Buffer.from(copied.bytes).toString();
    expect([codes(job), found]).toEqual([['done'], 'N'.repeat(48)]);
  });

  test('is copied by the server in parts of one version', async () => {
    const sizeBytes = 6 * 1024 ** 3;
    await put('p/k', 'x');
    const etags: unknown[] = [];
    const { listPage, head } = world.on.store;
    world.on.store = {
      async listPage(request) {
        const page = await listPage?.(request);
        if (page?.ok !== true) throw new Error('no page');
        return ok({ ...page.value, objects: page.value.objects.map((row) => ({ ...row, sizeBytes })) });
      },
      async head(...args) {
        const found = await head?.(...args);
        if (found === undefined) throw new Error('no head');
        return found.ok ? ok({ ...found.value, sizeBytes }) : found;
      },
      async copyPart({ sourceIfMatch }) {
        etags.push(sourceIfMatch);
        return ok({ etag: '"part"' });
      },
      completeMultipart: (name, key) => world.store.putSmall(name, key, Buffer.from('x'), {}),
    };
    const job = await start('copy', [{ prefix: 'p/', toPrefix: 'q/' }], { toBucket: bucket });
    await world.until(job, 'done', 'failed');
    expect(codes(job)).toEqual(['done']);
    expect(new Set(etags)).toEqual(new Set([world.store.buckets.get(bucket)?.objects.get('p/k')?.etag]));
  });
});

test('[T18] an ETag that is not made of the bytes proves nothing of a copy but its size', async () => {
  await put('k', 'small');
  world.on.store = {
    async head(...args) {
      const head = await world.store.head(...args);
      return head.ok ? ok({ ...head.value, checksums: {}, checksumType: null, etag: '"opaque"' }) : head;
    },
    async copy({ bucket: from, key }, ...more) {
      const copied = await world.store.copy({ bucket: from, key }, ...more);
      return copied.ok ? ok({ ...copied.value, etag: '"opaque"' }) : copied;
    },
  };
  const job = await start('copy', [{ key: 'k', toKey: 'to' }], { toBucket: bucket });
  expect((await world.until(job, 'done', 'failed')).verified).toEqual({ checksum: 0, md5: 0, size: 1 });
});
