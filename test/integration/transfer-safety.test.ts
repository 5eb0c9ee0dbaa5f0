import { beforeEach, describe, expect, test } from 'vitest';
import type { RangeSent } from '../../main/s3/data-plane/transport.ts';
import { multipartEtag } from '../../main/s3/etag.ts';
import type { JobId } from '../../shared/domain/ids.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok } from '../../shared/result.ts';
import { must } from '../fakes/test-connection.ts';
import { createTransferWorld, otherConnectionId, type TransferWorld } from '../fakes/transfer-world.ts';

/** Steps into transfers at their worst moments, in a world of memory: nothing is lost, merged or deleted by mistake. */
const bucket = 'box';
let world: TransferWorld;

async function begin(options: Parameters<typeof createTransferWorld>[0] = {}): Promise<void> {
  world = createTransferWorld(options);
  must(await world.store.createBucket(bucket));
}
beforeEach(() => begin());

const put = async (key: string, body: string) => must(await world.store.putSmall(bucket, key, Buffer.from(body), {}));
const file = (path: string, body: string) => world.files.put(path, Buffer.from(body));
const text = (path: string) => {
  const found = world.files.entries.get(path);
  return found ? Buffer.from(found.bytes).toString() : null;
};
const start = (kind: string, items: unknown, more: object = {}) =>
  world.start({ kind, conflict: 'overwrite', bucket, items, ...more } as never);
const codes = (job: JobId) => world.filesOf(job).map((each) => each.error?.code ?? each.state);
const counted = (job: JobId) => {
  const view = world.service.list().find((each) => each.id === job);
  return view && { filesTotal: view.filesTotal, filesDone: view.filesDone, filesFailed: view.filesFailed };
};

describe('[T25] a move deletes only what was copied', () => {
  test.each(['small', 'big, in ranges'])(
    'an object replaced after its download (%s) is not deleted unseen',
    async (size) => {
      const fill = size === 'small' ? 1 : 10;
      await put('k', 'old'.repeat(fill));
      let replaced = false;
      world.on.files = {
        async commitTemp(temp, path, replace, attributes) {
          const done = await world.files.commitTemp(temp, path, replace, attributes);
          if (!replaced) await put('k', 'NEW'.repeat(fill));
          replaced = true;
          return done;
        },
      };
      const job = await start('download', [{ key: 'k', file: '/here/k' }], { removeSource: true });
      await world.until(job, 'done', 'failed');
      expect([world.body(bucket, 'k'), text('/here/k')]).toContain('NEW'.repeat(fill));
    },
  );

  test.each(['upload', 'copy'])(
    'a source that changed after its %s is kept, and goes with the next try',
    async (kind) => {
      file('/f', 'old');
      await put('f', 'old');
      const change = async () => {
        file('/f', 'NEW');
        await put('f', 'NEW');
      };
      let times = 0;
      world.on.journal = {
        async updateFile(id, patch) {
          if (patch.verification && times++ === 0) await change();
          return world.journal.updateFile(id, patch);
        },
      };
      const job = await (kind === 'upload'
        ? start('upload', [{ file: '/f', key: 'to' }], { removeSource: true })
        : start('copy', [{ key: 'f', toKey: 'to' }], { removeSource: true, toBucket: bucket }));
      if ((await world.until(job, 'done', 'failed')).state === 'failed') {
        must(await world.service.retry(job));
        await world.until(job, 'done', 'failed');
      }
      expect(codes(job)).toEqual(['done']);
      expect(world.body(bucket, 'to')).toBe('NEW');
    },
  );
});

describe('[T53] two sources never become one file', () => {
  const twoFiles = () => {
    file('/a/same', 'A');
    file('/b/same', 'B');
  };
  test.each([
    [
      'files',
      [
        { file: '/a/same', key: 'same' },
        { file: '/b/same', key: 'same' },
      ],
    ],
    [
      'folders',
      [
        { folder: '/a', prefix: '' },
        { folder: '/b', prefix: '' },
      ],
    ],
    [
      'a file and a folder',
      [
        { folder: '/a', prefix: '' },
        { file: '/b/same', key: 'same' },
      ],
    ],
  ])('moving up %s', async (_, items) => {
    twoFiles();
    const job = await start('upload', items, { removeSource: true });
    await world.until(job, 'failed');
    expect(codes(job)).toEqual(['done', 'TargetExists']);
    expect([world.body(bucket, 'same'), text('/b/same')]).toEqual(['A', 'B']);
  });

  test('moving up names that read back as the same key', async () => {
    file('/a/x', 'X');
    file('/a/x%~', 'Y');
    const job = await start('upload', [{ folder: '/a', prefix: '' }], { removeSource: true });
    await world.until(job, 'failed');
    expect([world.body(bucket, 'x'), text('/a/x%~')]).toEqual(['X', 'Y']);
  });

  test.each([
    [
      'objects',
      [
        { key: 'a/same', file: '/to/same' },
        { key: 'b/same', file: '/to/same' },
      ],
    ],
    [
      'folders',
      [
        { prefix: 'a/', folder: '/to' },
        { prefix: 'b/', folder: '/to' },
      ],
    ],
  ])('moving down %s', async (_, items) => {
    await put('a/same', 'A');
    await put('b/same', 'B');
    const job = await start('download', items, { removeSource: true });
    await world.until(job, 'failed');
    expect(codes(job)).toEqual(['done', 'TargetExists']);
    expect([text('/to/same'), world.body(bucket, 'b/same')]).toEqual(['A', 'B']);
  });

  test.each([
    [
      'objects',
      [
        { key: 'a/same', toKey: 'same' },
        { key: 'b/same', toKey: 'same' },
      ],
    ],
    [
      'folders',
      [
        { prefix: 'a/', toPrefix: '' },
        { prefix: 'b/', toPrefix: '' },
      ],
    ],
  ])('moving %s on the server', async (_, items) => {
    await put('a/same', 'A');
    await put('b/same', 'B');
    const job = await start('copy', items, { removeSource: true, toBucket: bucket });
    await world.until(job, 'failed');
    expect(codes(job)).toEqual(['done', 'TargetExists']);
    expect([world.body(bucket, 'same'), world.body(bucket, 'b/same')]).toEqual(['A', 'B']);
  });

  test('not even when it is tried again', async () => {
    twoFiles();
    const job = await start(
      'upload',
      [
        { file: '/b/same', key: 'same' },
        { folder: '/a', prefix: '' },
        { folder: '/a', prefix: 'x/' },
      ],
      {
        removeSource: true,
      },
    );
    await world.until(job, 'failed');
    must(await world.service.retry(job));
    await world.until(job, 'failed');
    expect([world.body(bucket, 'same'), text('/a/same')]).toEqual(['B', null]);
    expect(world.body(bucket, 'x/same')).toBe('A');
    expect(codes(job)).toEqual(['done', 'TargetExists', 'done']);
  });
});

test('[T51] what may not be written is not written when it is tried again', async () => {
  await begin({ restriction: { bucket, path: 'mine/' } });
  file('/a', 'A');
  const job = await start('upload', [{ file: '/a', key: 'theirs/a' }]);
  await world.until(job, 'failed');
  must(await world.service.retry(job));
  await world.until(job, 'failed');
  expect(codes(job)).toEqual(['OutsideRestriction']);
  expect(world.keys(bucket)).toEqual([]);
});

test.each(['download', 'copy'])(
  '[T51] a %s whose source could not be looked at goes when it is tried again',
  async (kind) => {
    await put('k', 'body');
    world.on.store = { head: async () => err(appError('AccessDenied')) };
    const job = await (kind === 'copy'
      ? start('copy', [{ key: 'k', toKey: 'to' }], { toBucket: bucket })
      : start('download', [{ key: 'k', file: '/k' }]));
    await world.until(job, 'failed');
    world.on.store = {};
    must(await world.service.retry(job));
    await world.until(job, 'done', 'failed');
    expect(codes(job)).toEqual(['done']);
    expect(kind === 'copy' ? world.body(bucket, 'to') : text('/k')).toBe('body');
  },
);

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

describe('[T6] an upload that was completed before the journal knew', () => {
  const relay = { toBucket: bucket, toConnectionId: otherConnectionId };
  test.each([
    ['upload', 'skip'],
    ['upload', 'fail'],
    ['upload', 'keep-both'],
    ['upload', 'ask'],
    ['copy', 'fail'],
    ['copy', 'keep-both'],
  ] as const)('is found done when it is tried again, and in nobody’s way: %s, %s', async (kind, conflict) => {
    must(await world.other.createBucket(bucket));
    const body = 'n'.repeat(24);
    file('/f', body);
    await put('from', body);
    let times = 0;
    world.on.journal = {
      updateFile: async (id, patch) =>
        patch.state === 'done' && times++ === 0 ? err(appError('DiskFull')) : world.journal.updateFile(id, patch),
    };
    const job = await (kind === 'upload'
      ? start('upload', [{ file: '/f', key: 'f' }], { conflict })
      : start('copy', [{ key: 'from', toKey: 'f' }], { conflict, ...relay }));
    await world.until(job, 'failed');
    must(await world.service.retry(job));
    const view = await world.until(job, 'done', 'failed', 'waiting');
    expect([codes(job), view.verified]).toEqual([['done'], { checksum: 1, md5: 0, size: 0 }]);
    const store = kind === 'upload' ? world.store : world.other;
    expect([...(store.buckets.get(bucket)?.objects.keys() ?? [])].filter((key) => key !== 'from')).toEqual(['f']);
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

describe('counting', () => {
  test('[T50] [T61] a job paused while it was planned counts each file once', async () => {
    for (let index = 0; index < 1200; index += 1) await put(`p/${String(index).padStart(5, '0')}`, 'x');
    let release = null as (() => void) | null;
    world.on.store = {
      async listPage(request) {
        if (request.continuationToken !== undefined && release === null)
          await new Promise<void>((resolve) => (release = resolve));
        return world.store.listPage(request);
      },
    };
    const job = await start('copy', [{ prefix: 'p/', toPrefix: 'q/' }], { toBucket: bucket });
    await expect.poll(() => release).not.toBe(null);
    const paused = world.service.pause(job);
    release?.();
    must(await paused);
    must(await world.service.resume(job));
    await world.until(job, 'done', 'failed');
    expect(counted(job)).toEqual({ filesTotal: 1200, filesDone: 1200, filesFailed: 0 });
    expect(world.journal.job(job)?.counts).toMatchObject({ filesTotal: 1200, filesDone: 1200 });
  });

  test('a source named twice counts once', async () => {
    file('/f', 'F');
    const item = { file: '/f', key: 'f' };
    const job = await start('upload', [item, item]);
    await world.until(job, 'done', 'failed');
    expect(counted(job)).toEqual({ filesTotal: 1, filesDone: 1, filesFailed: 0 });
  });
});

describe('[T20] [T23] answers', () => {
  test('one that comes as the last file ends is not lost', async () => {
    file('/a', 'new a');
    file('/b', 'new b');
    await put('a', 'old a');
    let release = null as (() => void) | null;
    world.on.transport = {
      async send(range) {
        if (range.key === 'b') await new Promise<void>((resolve) => (release = resolve));
        return ok(await sent(range.key, range.filePath));
      },
    };
    const job = await start(
      'upload',
      [
        { file: '/a', key: 'a' },
        { file: '/b', key: 'b' },
      ],
      { conflict: 'ask' },
    );
    const question = (await world.until(job, 'waiting')).question;
    // The answer takes its time to reach the disk; the other file ends meanwhile.
    world.on.journal = {
      async updateFile(id, patch) {
        const saved = world.journal.updateFile(id, patch);
        if (patch.answer) {
          await saved;
          release?.();
          for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
        }
        return saved;
      },
    };
    must(await world.service.answer(job, question?.fileId as never, 'overwrite', false));
    await world.until(job, 'done', 'failed');
    expect(world.filesOf(job).map((each) => each.state)).toEqual(['done', 'done']);
    expect(world.body(bucket, 'a')).toBe('new a');
  });

  test('one that comes while the job is cancelled does not start it again', async () => {
    file('/a', 'new a');
    await put('a', 'old a');
    const job = await start('upload', [{ file: '/a', key: 'a' }], { conflict: 'ask' });
    const question = (await world.until(job, 'waiting')).question;
    const cancelled = world.service.cancel(job);
    await world.service.answer(job, question?.fileId as never, 'overwrite', true);
    must(await cancelled);
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(codes(job)).toEqual(['cancelled']);
    expect(world.service.list()[0]?.state).toBe('cancelled');
    expect(world.body(bucket, 'a')).toBe('old a');
  });
});

async function sent(key: string, path: string): Promise<RangeSent> {
  const bytes = world.files.entries.get(path)?.bytes ?? new Uint8Array();
  const stored = must(await world.store.putSmall(bucket, key, bytes, {}));
  const crc32 = stored.checksums['crc32'] ?? '';
  return { etag: stored.etag, crc32, serverCrc32: crc32, md5: null, versionId: null };
}

test('[T8] [T22] an upload that goes to another name leaves none behind under the first', async () => {
  file('/f', 'n'.repeat(24));
  world.on.store = {
    async completeMultipart(name, key, ...more) {
      // Somebody else is faster.
      if (key === 'f') await put('f', 'theirs');
      return world.store.completeMultipart(name, key, ...more);
    },
  };
  const job = await start('upload', [{ file: '/f', key: 'f' }], { conflict: 'keep-both' });
  await world.until(job, 'done', 'failed');
  expect([world.body(bucket, 'f'), world.body(bucket, 'f (2)')]).toEqual(['theirs', 'n'.repeat(24)]);
  expect(must(await world.store.listUploads(bucket, ''))).toEqual([]);
});

test('[T21] a request refused for something else does not end the protection of the others', async () => {
  file('/bad', 'x');
  file('/good', 'mine');
  const real = world.on.transport;
  world.on.transport = {
    ...real,
    async send(range) {
      if (range.key === 'bad') return err(appError('InvalidArgument'));
      // Appears between the look and the write.
      await put('good', 'theirs');
      const { as } = range;
      const stored = await world.store.putSmall(
        bucket,
        range.key,
        Buffer.from('mine'),
        {},
        as.type === 'object' ? as : {},
      );
      return stored.ok ? ok(await sent(range.key, range.filePath)) : stored;
    },
  };
  await world.until(await start('upload', [{ file: '/bad', key: 'bad' }], { conflict: 'skip' }), 'failed');
  const job = await start('upload', [{ file: '/good', key: 'good' }], { conflict: 'skip' });
  await world.until(job, 'done', 'failed');
  expect([world.body(bucket, 'good'), codes(job)]).toEqual(['theirs', ['skipped']]);
});

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
    copy: ({ bucket: from, key }, ...more) => world.store.copy({ bucket: from, key }, ...more),
  };
  const job = await start('copy', [{ key: 'k', toKey: 'to' }], { toBucket: bucket });
  expect((await world.until(job, 'done', 'failed')).verified).toEqual({ checksum: 0, md5: 0, size: 1 });
});

describe('[T1] a journal that cannot be written', () => {
  const full = async () => err(appError('DiskFull'));
  test.each(['updateFile', 'savePart', 'addFiles'] as const)(
    'fails the job with its reason at %s; a retry ends it',
    async (name) => {
      file('/d/big', 'n'.repeat(40));
      file('/d/small', 'x');
      world.on.journal = { [name]: full };
      const job = await start('upload', [{ folder: '/d', prefix: '' }], { removeSource: true });
      const failed = await world.until(job, 'failed');
      expect(failed.error?.code ?? codes(job)).toEqual(name === 'savePart' ? ['DiskFull', 'done'] : 'DiskFull');
      world.on.journal = {};
      must(await world.service.retry(job));
      await world.until(job, 'done', 'failed');
      expect(counted(job)).toEqual({ filesTotal: 2, filesDone: 2, filesFailed: 0 });
      expect([world.body(bucket, 'big'), world.body(bucket, 'small')]).toEqual(['n'.repeat(40), 'x']);
      expect(must(await world.store.listUploads(bucket, ''))).toEqual([]);
    },
  );
});

test('[T1] a job that cannot be cleared says why', async () => {
  file('/f', 'small');
  world.on.transport = { send: async () => err(appError('AccessDenied')) };
  const job = await start('upload', [{ file: '/f', key: 'f' }]);
  await world.until(job, 'failed');
  world.on.journal = { removeJob: async () => err(appError('DiskFull')) };
  expect(await world.service.clear(job)).toMatchObject({ error: { code: 'DiskFull' } });
  expect(await world.service.clear()).toMatchObject({ error: { code: 'DiskFull' } });
  expect(world.service.list()).toHaveLength(1);
  world.on.journal = {};
  must(await world.service.clear(job));
  expect(world.service.list()).toEqual([]);
});

test('[T8] an upload that could not be aborted when its job was cancelled is aborted when it is cleared', async () => {
  file('/f', 'n'.repeat(40));
  let sending = false;
  world.on.transport = {
    send: (_, { signal }) =>
      new Promise((resolve) => {
        sending = true;
        signal?.addEventListener('abort', () => resolve(err(appError('ConnectionReset', {}, 'aborted', 'no'))));
      }),
  };
  world.on.store = { abortMultipart: async () => err(appError('EndpointUnreachable')) };
  const job = await start('upload', [{ file: '/f', key: 'f' }]);
  await expect.poll(() => sending).toBe(true);
  must(await world.service.cancel(job));
  expect(codes(job)).toEqual(['cancelled']);
  expect(must(await world.store.listUploads(bucket, ''))).toHaveLength(1);
  world.on.store = {};
  must(await world.service.clear(job));
  expect(must(await world.store.listUploads(bucket, ''))).toEqual([]);
});

test('[T8] a job with many uploads is cancelled without waiting for its server each time', async () => {
  for (let index = 0; index < 5; index += 1) file(`/d/${index}`, 'n'.repeat(24));
  world.on.transport = { send: async () => err(appError('AccessDenied')) };
  const job = await start('upload', [
    { folder: '/d', prefix: '' },
    { file: '/gone', key: 'gone' },
  ]);
  await world.until(job, 'failed');
  let asked = 0;
  world.on.store = {
    async abortMultipart() {
      asked += 1;
      return err(appError('EndpointUnreachable'));
    },
  };
  must(await world.service.clear(job));
  expect(asked).toBe(1);
  expect(world.journal.uploadTraces().map(({ orphaned }) => orphaned)).toEqual(Array.from({ length: 5 }, () => true));
});

test('[T8] a job that is being cleared is not started again by a retry', async () => {
  file('/f', 'n'.repeat(24));
  world.on.transport = { send: async () => err(appError('AccessDenied')) };
  const job = await start('upload', [{ file: '/f', key: 'f' }]);
  await world.until(job, 'failed');
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  let isAborting = false;
  world.on.store = {
    async abortMultipart(...args) {
      isAborting = true;
      await held;
      return world.store.abortMultipart(...args);
    },
  };
  let sends = 0;
  world.on.transport = {
    send(...args) {
      sends += 1;
      return world.transport.send(...args);
    },
  };
  const cleared = world.service.clear(job);
  await expect.poll(() => isAborting).toBe(true);
  must(await world.service.retry(job));
  expect(world.service.list().map(({ state }) => state)).toEqual(['failed']);
  release();
  must(await cleared);
  expect([world.service.list(), sends]).toEqual([[], 0]);
});

test('[T31] keys that a file system takes for one name become files of their own', async () => {
  await begin({ foldsNames: true });
  const keys = ['p/A.txt', 'p/a.txt', 'p/d/caf\u00e9', 'p/d/cafe\u0301', 'p/D/caf\u00e9'];
  for (const key of keys) await put(key, key);
  const item = { prefix: 'p/', folder: '/to' };
  const job = await start('download', [item, item], { removeSource: true });
  await world.until(job, 'done', 'failed');
  const paths = [...world.files.entries.keys()];
  expect(new Set(paths.map((path) => path.normalize('NFC').toLowerCase())).size).toBe(5);
  expect(new Set(paths.map(text))).toEqual(new Set(keys));
  expect(codes(job)).toEqual(['done', 'done', 'done', 'done', 'done']);
});
