import { beforeEach, describe, expect, test } from 'vitest';
import type { LookedAtObject } from '../../main/s3/object-store.ts';
import type { JobId } from '../../shared/domain/ids.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok } from '../../shared/result.ts';
import { must } from '../fakes/test-connection.ts';
import { otherConnectionId } from '../fakes/transfer-world.ts';
import { begin, bucket, codes, file, put, settle, start, text, world } from '../fakes/world-steps.ts';

/** [T69] What is at the target already with the same content is left out. */
const kinds = ['upload', 'download', 'copy', 'relay'] as const;
type Kind = (typeof kinds)[number];
const bodies = { small: 'small', 'in parts': 'b'.repeat(30), empty: '' } as const;
const cases = kinds.flatMap((kind) => (['small', 'in parts'] as const).map((size) => [kind, size] as const));

beforeEach(async () => {
  await begin();
  must(await world.other.createBucket(bucket));
});

const stores = (kind: Kind) => (kind === 'relay' ? world.other : world.store);
async function putSource(kind: Kind, body: string): Promise<void> {
  if (kind === 'upload') file('/f', body);
  else await put('f', body);
}
async function putTarget(kind: Kind, body: string): Promise<void> {
  if (kind === 'download') file('/to', body);
  else must(await stores(kind).putSmall(bucket, 'to', Buffer.from(body), {}));
}
const sourceOf = (kind: Kind) => (kind === 'upload' ? text('/f') : world.body(bucket, 'f'));
function targetOf(kind: Kind): string | null {
  if (kind === 'download') return text('/to');
  const object = stores(kind).buckets.get(bucket)?.objects.get('to');
  return object === undefined ? null : Buffer.from(object.bytes).toString();
}
function begun(kind: Kind, more: object = {}): Promise<JobId> {
  const how = { skipSame: true, conflict: 'fail', ...more };
  if (kind === 'upload') return start('upload', [{ file: '/f', key: 'to' }], how);
  if (kind === 'download') return start('download', [{ key: 'f', file: '/to' }], how);
  const between = kind === 'relay' ? { toConnectionId: otherConnectionId } : {};
  return start('copy', [{ key: 'f', toKey: 'to' }], { toBucket: bucket, ...between, ...how });
}
async function transfer(kind: Kind, more: object = {}) {
  const job = await begun(kind, more);
  await world.until(job, 'done', 'failed', 'waiting');
  return codes(job);
}
const never = () => {
  throw new Error('transferred');
};
/** Nothing moves and nothing is written from now on. */
function forbidMoving(): void {
  world.on.transport = { send: never, receive: never, relay: never };
  world.on.store = { ...world.on.store, copy: never, createMultipart: never };
  world.on.other = { ...world.on.other, createMultipart: never };
}
/** What the servers say of an object, by its key. */
function sayOf(key: string, says: (head: LookedAtObject) => Partial<LookedAtObject>): void {
  for (const name of ['store', 'other'] as const) {
    const before = world.on[name].head ?? ((...args) => world[name].head(...args));
    const head: typeof before = async (...args) => {
      const found = await before(...args);
      return found.ok && args[1] === key ? ok({ ...found.value, ...says(found.value) }) : found;
    };
    world.on[name] = { ...world.on[name], head };
  }
}
const keepsNothing = () => ({ checksums: {}, checksumType: null, etagIsMd5: false }) as const;
const etag = (digit: string, end = '') => `"${digit.repeat(32)}${end}"`;

describe('the same content', () => {
  test.each(cases)('is not transferred: %s, %s', async (kind, size) => {
    await putSource(kind, bodies[size]);
    await putTarget(kind, bodies[size]);
    forbidMoving();
    for (const conflict of ['overwrite', 'skip', 'keep-both', 'fail', 'ask'])
      expect(await transfer(kind, { conflict })).toEqual(['skipped']);
    expect([sourceOf(kind), targetOf(kind)]).toEqual([bodies[size], bodies[size]]);
  });

  test.each(kinds)('of nothing at all takes no proof: %s', async (kind) => {
    await putSource(kind, bodies.empty);
    await putTarget(kind, bodies.empty);
    for (const key of ['f', 'to']) sayOf(key, keepsNothing);
    forbidMoving();
    expect(await transfer(kind)).toEqual(['skipped']);
  });

  test.each(cases)('lets the source of a move go: %s, %s', async (kind, size) => {
    await putSource(kind, bodies[size]);
    await putTarget(kind, bodies[size]);
    forbidMoving();
    expect(await transfer(kind, { removeSource: true })).toEqual(['skipped']);
    expect([sourceOf(kind), targetOf(kind)]).toEqual([null, bodies[size]]);
  });

  test.each(kinds)('is transferred all the same when nobody asks: %s', async (kind) => {
    await putSource(kind, bodies.small);
    await putTarget(kind, bodies.small);
    expect(await transfer(kind, { skipSame: false, conflict: 'overwrite' })).toEqual(['done']);
  });
});

describe('other content', () => {
  const others = { 'of the same size': (body: string) => 'x'.repeat(body.length), 'of another size': () => 'other' };
  const all = cases.flatMap((each) =>
    (Object.keys(others) as (keyof typeof others)[]).map((how) => [...each, how] as const),
  );

  test.each(all)('goes on as the conflict policy says: %s, %s, %s', async (kind, size, how) => {
    const body = size === 'small' ? 'small one' : bodies[size];
    const other = others[how](body);
    await putSource(kind, body);
    await putTarget(kind, other);
    expect(await transfer(kind, { conflict: 'skip', removeSource: true })).toEqual(['skipped']);
    expect([sourceOf(kind), targetOf(kind)]).toEqual([body, other]);
    expect(await transfer(kind, { conflict: 'fail', removeSource: true })).toEqual(['TargetExists']);
    expect([sourceOf(kind), targetOf(kind)]).toEqual([body, other]);
    expect(await transfer(kind, { conflict: 'overwrite' })).toEqual(['done']);
    expect(targetOf(kind)).toBe(body);
    expect(await transfer(kind, { removeSource: true })).toEqual(['skipped']);
    expect([sourceOf(kind), targetOf(kind)]).toEqual([null, body]);
  });

  test.each(cases)('is asked about once, and the answer holds: %s, %s', async (kind, size) => {
    await putSource(kind, bodies[size]);
    await putTarget(kind, 'y'.repeat(bodies[size].length));
    const job = await begun(kind, { conflict: 'ask' });
    const { question } = await world.until(job, 'waiting', 'failed', 'done');
    if (question === undefined) throw new Error('nothing asked');
    must(await world.service.answer(job, question.fileId, 'overwrite', false));
    await world.until(job, 'done', 'failed');
    expect([codes(job), targetOf(kind)]).toEqual([['done'], bodies[size]]);
  });

  test.each(cases)('or nothing at all there is transferred: %s, %s', async (kind, size) => {
    await putSource(kind, bodies[size]);
    expect(await transfer(kind)).toEqual(['done']);
    expect(targetOf(kind)).toBe(bodies[size]);
  });

  test('of another size is not read', async () => {
    for (const kind of ['upload', 'download'] as const) {
      await putSource(kind, 'longer');
      await putTarget(kind, 'short');
      world.on.transport = { digest: never };
      expect(await transfer(kind, { conflict: 'overwrite' })).toEqual(['done']);
    }
  });
});

describe('what proves it', () => {
  test.each(cases)('nothing does where the server keeps nothing: %s, %s', async (kind, size) => {
    await putSource(kind, bodies[size]);
    await putTarget(kind, bodies[size]);
    // An ETag of ours for the listing too: it is no MD5 of anything.
    for (const key of ['f', 'to']) sayOf(key, () => ({ ...keepsNothing(), etag: etag('e') }));
    expect(await transfer(kind, { conflict: 'fail', removeSource: true })).toEqual(['TargetExists']);
    expect([sourceOf(kind), targetOf(kind)]).toEqual([bodies[size], bodies[size]]);
  });

  test.each(['copy', 'relay'] as const)(
    'equal ETags that are no MD5s do not (%s), unless a checksum agrees',
    async (kind) => {
      await putSource(kind, 'these');
      await putTarget(kind, 'those');
      for (const key of ['f', 'to']) sayOf(key, () => ({ ...keepsNothing(), etag: etag('e') }));
      expect(await transfer(kind)).toEqual(['TargetExists']);
      for (const key of ['f', 'to'])
        sayOf(key, () => ({ checksums: { sha256: `sum of ${key}` }, checksumType: 'FULL_OBJECT' }));
      expect(await transfer(kind)).toEqual(['TargetExists']);
      for (const key of ['f', 'to']) sayOf(key, () => ({ checksums: { sha256: 'one sum' } }));
      expect(await transfer(kind)).toEqual(['skipped']);
    },
  );

  test.each(['copy', 'relay'] as const)('only one of two equal ETags being an MD5 does not: %s', async (kind) => {
    await putSource(kind, 'these');
    await putTarget(kind, 'those');
    for (const key of ['f', 'to']) sayOf(key, () => ({ ...keepsNothing(), etag: etag('e') }));
    sayOf('to', () => ({ etagIsMd5: true }));
    expect(await transfer(kind)).toEqual(['TargetExists']);
  });

  test.each(['copy', 'relay'] as const)(
    'equal ETags of as many parts do, of one part they do not: %s',
    async (kind) => {
      await putSource(kind, bodies['in parts']);
      await putTarget(kind, bodies['in parts']);
      const say = (end: string) => {
        for (const key of ['f', 'to'])
          sayOf(key, () => ({ checksums: {}, checksumType: null, etag: etag('a', end), etagIsMd5: true }));
      };
      say('-1');
      expect(await transfer(kind)).toEqual(['TargetExists']);
      say('-4');
      expect(await transfer(kind)).toEqual(['skipped']);
    },
  );

  test.each(['upload', 'download'] as const)('an ETag of parts does, where their size is guessed: %s', async (kind) => {
    const body = 'abcdefgh'.repeat(3) + 'xyz';
    await putSource('upload', body);
    await begunAndDone('upload', { conflict: 'overwrite' });
    const parts = must(await world.store.head(bucket, 'to')).etag;
    expect(parts).toMatch(/-4"$/);
    if (kind === 'download') {
      await world.store.copy({ bucket, key: 'to' }, { bucket, key: 'f' });
      await putTarget('download', body);
    }
    for (const key of ['f', 'to'])
      sayOf(key, () => ({ checksums: {}, checksumType: null, etag: parts, etagIsMd5: true }));
    forbidMoving();
    expect(await transfer(kind)).toEqual(['skipped']);
    for (const key of ['f', 'to'])
      sayOf(key, () => ({ checksums: {}, checksumType: null, etag: etag('a', '-4'), etagIsMd5: true }));
    expect(await transfer(kind)).toEqual(['TargetExists']);
  });

  const begunAndDone = async (kind: Kind, more: object) => expect(await transfer(kind, more)).toEqual(['done']);

  test('of a download, the ETag that was listed: the server is not asked once more', async () => {
    for (const name of ['a', 'b']) await put(`in/${name}`, name);
    for (const name of ['a', 'b']) file(`/here/${name}`, name);
    world.on.store = { head: never };
    forbidMoving();
    const job = await start('download', [{ prefix: 'in/', folder: '/here' }], { skipSame: true });
    await world.until(job, 'done', 'failed');
    expect(codes(job)).toEqual(['skipped', 'skipped']);
  });

  test('what the server keeps is asked for where the ETag that was listed tells nothing', async () => {
    await putSource('download', 'small');
    await putTarget('download', 'small');
    const { checksums } = must(await world.store.head(bucket, 'f'));
    expect(Object.keys(checksums)).not.toEqual([]);
    sayOf('f', () => ({ etag: etag('e'), etagIsMd5: false }));
    forbidMoving();
    expect(await transfer('download')).toEqual(['skipped']);
  });

  test('a target that may not be looked at is none', async () => {
    await putSource('upload', 'small');
    await putTarget('upload', 'small');
    world.on.store = { head: async () => err(appError('AccessDenied')) };
    expect(await transfer('upload', { conflict: 'overwrite' })).toEqual(['done']);
  });
});

describe('what changes meanwhile', () => {
  test('a file that changes while it is digested is not the same: an upload sends it', async () => {
    await putSource('upload', 'small');
    await putTarget('upload', 'small');
    world.on.transport = {
      async digest(...args) {
        const read = await world.transport.digest(...args);
        if (text('/f') === 'small') file('/f', 'other');
        return read;
      },
    };
    expect(await transfer('upload', { conflict: 'overwrite' })).toEqual(['done']);
    expect(targetOf('upload')).toBe('other');
  });

  test('a file that changes while it is digested is not the same: a download replaces it', async () => {
    await putSource('download', 'small');
    await putTarget('download', 'small');
    world.on.transport = {
      async digest(...args) {
        const read = await world.transport.digest(...args);
        file('/to', 'other');
        return read;
      },
    };
    expect(await transfer('download', { conflict: 'overwrite' })).toEqual(['done']);
    expect(targetOf('download')).toBe('small');
  });

  test.each(['download', 'copy', 'relay'] as const)(
    'an object that is replaced before it is deleted is looked at again and kept: %s',
    async (kind) => {
      await putSource(kind, 'small');
      await putTarget(kind, 'small');
      world.on.journal = {
        async updateFile(id, patch) {
          if ((patch.verification ?? null) !== null) await put('f', 'late!');
          return world.journal.updateFile(id, patch);
        },
      };
      expect(await transfer(kind, { removeSource: true })).toEqual(['TargetExists']);
      expect([sourceOf(kind), targetOf(kind)]).toEqual(['late!', 'small']);
    },
  );

  test('a file that is replaced before it is deleted is looked at again and kept', async () => {
    await putSource('upload', 'small');
    await putTarget('upload', 'small');
    world.on.journal = {
      async updateFile(id, patch) {
        if ((patch.verification ?? null) !== null) file('/f', 'late!');
        return world.journal.updateFile(id, patch);
      },
    };
    expect(await transfer('upload', { removeSource: true })).toEqual(['TargetExists']);
    expect([sourceOf('upload'), targetOf('upload')]).toEqual(['late!', 'small']);
  });

  test.each(['copy', 'relay'] as const)(
    'an object that changed since it was listed is taken as it is now: %s',
    async (kind) => {
      await putSource(kind, 'small');
      await putTarget(kind, 'small');
      let asked = 0;
      const head = world.store.head.bind(world.store);
      world.on.store = {
        async head(...args) {
          if (args[1] === 'f' && (asked += 1) === 2) await put('f', 'newer');
          return head(...args);
        },
      };
      expect(await transfer(kind, { conflict: 'overwrite' })).toEqual(['done']);
      expect(targetOf(kind)).toBe('newer');
    },
  );
});

describe('a move', () => {
  test('whose target is moved away itself does not let go of both', async () => {
    await put('a', 'one');
    await put('b', 'one');
    const swap = [
      { key: 'a', toKey: 'b' },
      { key: 'b', toKey: 'c' },
    ];
    const job = await start('copy', swap, { toBucket: bucket, skipSame: true, removeSource: true, conflict: 'skip' });
    await world.until(job, 'done', 'failed');
    expect(codes(job)).toEqual(['skipped', 'done']);
    expect(world.keys(bucket)).toEqual(['a', 'c']);
  });

  test('into a file that may be the object itself, as its server keeps it, lets go of nothing by comparing', async () => {
    await put('f', 'small');
    const { lastModified } = must(await world.store.head(bucket, 'f'));
    file('/to', 'small');
    const there = world.files.entries.get('/to');
    if (there === undefined) throw new Error('no file');
    const second = Math.floor(Date.parse(lastModified ?? '') / 1000) * 1000;
    there.modifiedMs = second + 0.25;
    expect(await transfer('download', { removeSource: true })).toEqual(['TargetExists']);
    there.modifiedMs = second;
    expect(await transfer('download', { removeSource: true })).toEqual(['skipped']);
  });

  test('of a file that may be the object itself lets go of nothing by comparing', async () => {
    await putTarget('upload', 'small');
    file('/f', 'small');
    const there = world.files.entries.get('/f');
    if (there === undefined) throw new Error('no file');
    there.modifiedMs = Date.parse(must(await world.store.head(bucket, 'to')).lastModified ?? '');
    expect(await transfer('upload', { removeSource: true })).toEqual(['TargetExists']);
    expect(sourceOf('upload')).toBe('small');
  });

  test('[T29] of an object onto itself under another address keeps it', async () => {
    await begin({ otherIs: 'anotherAddress' });
    await put('f', 'small');
    const job = await start('copy', [{ key: 'f', toKey: 'f' }], {
      toBucket: bucket,
      toConnectionId: otherConnectionId,
      skipSame: true,
      removeSource: true,
    });
    await world.until(job, 'done', 'failed');
    expect([codes(job), world.body(bucket, 'f')]).toEqual([['SourceChanged'], 'small']);
  });

  test.each(kinds)('whose source could not be deleted deletes it when it is tried again: %s', async (kind) => {
    await putSource(kind, 'small');
    await putTarget(kind, 'small');
    forbidMoving();
    world.on.store = { ...world.on.store, remove: async () => err(appError('AccessDenied')) };
    world.on.files = { remove: async () => err(appError('LocalAccessDenied')) };
    const job = await begun(kind, { removeSource: true });
    await world.until(job, 'failed');
    expect(sourceOf(kind)).toBe('small');
    const { remove: _, ...rest } = world.on.store;
    world.on.store = rest;
    world.on.files = {};
    must(await world.service.retry(job));
    await world.until(job, 'done', 'failed');
    expect([sourceOf(kind), targetOf(kind)]).toEqual([null, 'small']);
  });
});

describe('while it is compared', () => {
  test.each(['upload', 'download'] as const)('a job stops at once, and goes on later: %s', async (kind) => {
    await putSource(kind, 'small');
    await putTarget(kind, 'small');
    let reading = 0;
    world.on.transport = {
      send: never,
      receive: never,
      async digest(range, names, signal) {
        if ((reading += 1) > 1) return world.transport.digest(range, names, signal);
        await new Promise((resolve) => signal?.addEventListener('abort', resolve));
        return err(appError('ConnectionReset', {}, 'aborted', 'no'));
      },
    };
    const job = await begun(kind, { conflict: 'overwrite' });
    await expect.poll(() => reading).toBe(1);
    await settle();
    expect(world.filesOf(job)).toMatchObject([{ state: 'active', bytesDone: 0 }]);
    must(await world.service.pause(job));
    expect((await world.until(job, 'paused')).filesSkipped).toBe(0);
    must(await world.service.resume(job));
    expect(await world.until(job, 'done', 'failed')).toMatchObject({ filesSkipped: 1, filesFailed: 0 });
  });
});

describe('folders', () => {
  test.each(['overwrite', 'fail'])('a marker that is there is joined: %s', async (conflict) => {
    for (const key of ['in/d/', 'in/d/a']) await put(key, key.endsWith('/') ? '' : 'a');
    for (const key of ['to/d/', 'to/d/a']) await put(key, key.endsWith('/') ? '' : 'a');
    forbidMoving();
    const how = { toBucket: bucket, skipSame: true, conflict, removeSource: true };
    const job = await start('copy', [{ prefix: 'in/', toPrefix: 'to/' }], how);
    await world.until(job, 'done', 'failed');
    expect(codes(job)).toEqual(['done', 'skipped']);
    expect(world.keys(bucket)).toEqual(['to/d/', 'to/d/a']);
  });
});
