import { beforeEach, describe, expect, test } from 'vitest';
import type { RangeSent } from '../../main/s3/data-plane/transport.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok } from '../../shared/result.ts';
import { must } from '../fakes/test-connection.ts';
import { begin, bucket, codes, counted, file, put, settle, start, text, world } from '../fakes/world-steps.ts';

/** Steps into transfers at their worst moments, in a world of memory: nothing is lost, merged or deleted by mistake. */
beforeEach(() => begin());

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
          await settle();
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
    await settle();
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

test('[T21] what appears while the parts are sent is seen, also where the server heeds no condition', async () => {
  file('/f', 'n'.repeat(24));
  world.on.store = {
    async createMultipart(...asked) {
      const created = await world.store.createMultipart(...asked);
      await put('f', 'theirs');
      return created;
    },
    async completeMultipart(name, key, uploadId, parts, _condition, signal) {
      return world.store.completeMultipart(name, key, uploadId, parts, {}, signal);
    },
  };
  const job = await start('upload', [{ file: '/f', key: 'f' }], { conflict: 'skip' });
  await world.until(job, 'done', 'failed');
  expect([world.body(bucket, 'f'), codes(job)]).toEqual(['theirs', ['skipped']]);
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

test('[T36] whether names differ by case is found out for each folder that is downloaded into', async () => {
  await begin({ foldsNames: 'foundOut' });
  const asked: string[] = [];
  world.on.files = {
    foldsNames: async (folder) => {
      asked.push(folder);
      return folder.startsWith('/folds');
    },
  };
  for (const key of ['p/A', 'p/a', 'p/D/x', 'p/d/x']) await put(key, key);
  const items = ['/folds', '/apart'].map((folder) => ({ prefix: 'p/', folder }));
  const job = await start('download', items);
  await world.until(job, 'done', 'failed');
  expect(new Set(asked)).toEqual(new Set(['/folds', '/apart']));
  const below = (folder: string) => [...world.files.entries.keys()].filter((path) => path.startsWith(`${folder}/`));
  expect(below('/apart').sort()).toEqual(['/apart/A', '/apart/D/x', '/apart/a', '/apart/d/x']);
  const folded = below('/folds').map((path) => path.toLowerCase());
  expect([folded.length, new Set(folded).size]).toEqual([4, 4]);
  expect(new Set(below('/folds').map(text))).toEqual(new Set(['p/A', 'p/D/x', 'p/a', 'p/d/x']));
});
