import { beforeEach, describe, expect, test } from 'vitest';
import { multipartEtag } from '../../main/s3/etag.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok } from '../../shared/result.ts';
import { must } from '../fakes/test-connection.ts';
import { otherConnectionId } from '../fakes/transfer-world.ts';
import { begin, bucket, codes, file, put, start, text, world } from '../fakes/world-steps.ts';

/** What is written, and nobody hears of it: it is found again, and nothing else is taken for it. */
beforeEach(() => begin());

describe('[T6] a completion whose answer was lost', () => {
  test('is not believed because something of the same size is there', async () => {
    const body = 'n'.repeat(24);
    file('/f', body);
    await put('f', 'o'.repeat(24));
    // A server without checksums, whose ETags are not MD5s, lost the upload before it could be completed.
    world.on.store = {
      async head(name, key) {
        const head = await world.store.head(name, key);
        return head.ok ? ok({ ...head.value, checksums: {}, checksumType: null, etag: '"opaque"' }) : head;
      },
      async completeMultipart(name, key, uploadId, ...more) {
        if (uploadId === 'upload-1') {
          await world.store.abortMultipart(name, key, uploadId);
          return err(appError('NoSuchUpload'));
        }
        return world.store.completeMultipart(name, key, uploadId, ...more);
      },
    };
    const job = await start('upload', [{ file: '/f', key: 'f' }], { removeSource: true });
    if ((await world.until(job, 'done', 'failed')).state === 'failed') {
      must(await world.service.retry(job));
      await world.until(job, 'done', 'failed');
    }
    expect([world.body(bucket, 'f'), codes(job)]).toEqual([body, ['done']]);
  });
});

describe('[T6] what was written before the journal knew', () => {
  const relay = { toBucket: bucket, toConnectionId: otherConnectionId };
  test.each([
    ['upload', 'skip'],
    ['upload', 'fail'],
    ['upload', 'keep-both'],
    ['upload', 'ask'],
    ['relay', 'fail'],
    ['relay', 'keep-both'],
    ['small upload', 'skip'],
    ['small upload', 'fail'],
    ['small upload', 'keep-both'],
    ['small upload', 'ask'],
    ['small relay', 'fail'],
    ['small relay', 'keep-both'],
    ['copy', 'skip'],
    ['copy', 'fail'],
    ['copy', 'keep-both'],
    ['copy', 'ask'],
  ] as const)('is found done when it is tried again, and in nobody’s way: %s, %s', async (kind, conflict) => {
    must(await world.other.createBucket(bucket));
    const body = kind.startsWith('small') ? 'small' : 'n'.repeat(24);
    file('/f', body);
    await put('from', body);
    let times = 0;
    world.on.journal = {
      updateFile: async (id, patch) =>
        patch.state === 'done' && times++ === 0 ? err(appError('DiskFull')) : world.journal.updateFile(id, patch),
    };
    const job = await (kind.endsWith('upload')
      ? start('upload', [{ file: '/f', key: 'f' }], { conflict })
      : start('copy', [{ key: 'from', toKey: 'f' }], {
          conflict,
          ...(kind === 'copy' ? { toBucket: bucket } : relay),
        }));
    await world.until(job, 'failed');
    must(await world.service.retry(job));
    const view = await world.until(job, 'done', 'failed', 'waiting');
    expect(codes(job)).toEqual(['done']);
    expect(view.verified).toMatchObject({ size: 0 });
    const store = kind.endsWith('relay') ? world.other : world.store;
    expect([...(store.buckets.get(bucket)?.objects.keys() ?? [])].filter((key) => key !== 'from')).toEqual(['f']);
  });
});

describe('[T6] what somebody else has put where a file was sent to', () => {
  test.each(['upload', 'copy'])('is in its way: %s', async (kind) => {
    file('/f', 'small');
    await put('from', 'small');
    world.on.transport = { send: async () => err(appError('AccessDenied')) };
    world.on.store = { copy: async () => err(appError('AccessDenied')) };
    const job = await (kind === 'upload'
      ? start('upload', [{ file: '/f', key: 'f' }], { conflict: 'fail' })
      : start('copy', [{ key: 'from', toKey: 'f' }], { conflict: 'fail', toBucket: bucket }));
    await world.until(job, 'failed');
    expect(codes(job)).toEqual(['AccessDenied']);
    await put('f', 'other');
    world.on.transport = {};
    world.on.store = {};
    must(await world.service.retry(job));
    await world.until(job, 'failed', 'done');
    expect([codes(job), world.body(bucket, 'f')]).toEqual([['TargetExists'], 'other']);
  });
});

describe('[T6] a file in one request whose answer was lost', () => {
  const lostOnce = (before: () => Promise<unknown> = async () => undefined) => {
    let times = 0;
    const lost = err(appError('ConnectionReset'));
    world.on.transport = {
      async send(...args) {
        if (times === 0) await before();
        const sent = await world.transport.send(...args);
        return times++ === 0 ? lost : sent;
      },
      async relay(...args) {
        const sent = await world.transport.relay(...args);
        return times++ === 0 ? lost : sent;
      },
    };
  };

  test.each(['skip', 'fail', 'keep-both', 'ask'])('finds itself, and is no conflict (%s)', async (conflict) => {
    file('/f', 'small');
    lostOnce();
    const job = await start('upload', [{ file: '/f', key: 'f' }], { conflict });
    const view = await world.until(job, 'done', 'failed', 'waiting');
    expect([codes(job), world.keys(bucket)]).toEqual([['done'], ['f']]);
    expect(view.verified).toEqual({ checksum: 1, md5: 0, size: 0 });
  });

  test('between two servers, too', async () => {
    must(await world.other.createBucket(bucket));
    await put('k', 'small');
    lostOnce();
    const other = { toBucket: bucket, toConnectionId: otherConnectionId, conflict: 'keep-both', removeSource: true };
    const job = await start('copy', [{ key: 'k', toKey: 'k' }], other);
    await world.until(job, 'done', 'failed');
    expect([codes(job), [...(world.other.buckets.get(bucket)?.objects.keys() ?? [])]]).toEqual([['done'], ['k']]);
    expect(world.keys(bucket)).toEqual([]);
  });

  test('does not take what somebody else has put there for itself', async () => {
    file('/f', 'small');
    lostOnce(() => put('f', 'other'));
    const job = await start('upload', [{ file: '/f', key: 'f' }], { conflict: 'fail', removeSource: true });
    await world.until(job, 'done', 'failed');
    expect([codes(job), world.body(bucket, 'f'), text('/f')]).toEqual([['TargetExists'], 'other', 'small']);
  });
});

test('[T6] a copy in parts whose completion was answered by nobody is found done', async () => {
  const sizeBytes = 6 * 1024 ** 3;
  const partMd5 = '5d41402abc4b2a76b9719d911017c592';
  await put('p/k', 'x');
  let parts = 0;
  world.on.store = {
    async listPage(request) {
      const page = await world.store.listPage(request);
      return page.ok ? ok({ ...page.value, objects: page.value.objects.map((row) => ({ ...row, sizeBytes })) }) : page;
    },
    async head(name, key) {
      const head = await world.store.head(name, key);
      if (!head.ok) return head;
      const { etag } = head.value;
      const md5s = Array.from({ length: parts }, () => partMd5);
      return ok({ ...head.value, sizeBytes, etag: key === 'q/k' ? `"${multipartEtag(md5s)}"` : etag });
    },
    async copyPart() {
      parts += 1;
      return ok({ etag: `"${partMd5}"` });
    },
    async completeMultipart(name, key) {
      await world.store.putSmall(name, key, Buffer.from('x'), {});
      return err(appError('NoSuchUpload'));
    },
  };
  const job = await start('copy', [{ prefix: 'p/', toPrefix: 'q/' }], { toBucket: bucket, removeSource: true });
  await world.until(job, 'done', 'failed');
  expect([codes(job), world.keys(bucket)]).toEqual([['done'], ['q/k']]);
});

describe('[T7] an upload in parts that cannot be looked at after its completion', () => {
  const begun = async (code: 'AccessDenied' | 'EndpointUnreachable') => {
    file('/f', 'n'.repeat(24));
    let isCompleted = false;
    world.on.store = {
      async completeMultipart(...args) {
        const done = await world.store.completeMultipart(...args);
        isCompleted = true;
        return done.ok ? ok({ ...done.value, checksums: {}, checksumType: null }) : done;
      },
      head: async (...args) => (isCompleted ? err(appError(code)) : world.store.head(...args)),
    };
    return start('upload', [{ file: '/f', key: 'f' }], { whenOffline: 'wait' });
  };

  test('fails with the reason, not as one of another size', async () => {
    const job = await begun('AccessDenied');
    await world.until(job, 'done', 'failed');
    expect(codes(job)).toEqual(['AccessDenied']);
  });

  test('[T64] [T6] waits for the network, and is not sent again', async () => {
    const job = await begun('EndpointUnreachable');
    expect((await world.until(job, 'waiting', 'failed')).state).toBe('waiting');
    world.on.store = {};
    world.on.transport = { send: async () => err(appError('UnexpectedFailure')) };
    must(await world.service.resume(job));
    await world.until(job, 'done', 'failed');
    expect(codes(job)).toEqual(['done']);
  });
});
