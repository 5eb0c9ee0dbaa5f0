import { beforeEach, describe, expect, test } from 'vitest';
import { compareOrder } from '../../main/transfers/job-order.ts';
import { appError } from '../../shared/errors.ts';
import { err } from '../../shared/result.ts';
import { must } from '../fakes/test-connection.ts';
import { createTransferWorld, type TransferWorld } from '../fakes/transfer-world.ts';

/** What the list of jobs says and offers; and moves of whole folders inside a bucket. */
const bucket = 'box';
let world: TransferWorld;

beforeEach(async () => {
  world = createTransferWorld();
  must(await world.store.createBucket(bucket));
});

const file = (path: string, body: string) => world.files.put(path, Buffer.from(body));
const saved = (path: string) => Buffer.from(world.files.entries.get(path)?.bytes ?? []).toString();
const put = async (key: string, body: string) => must(await world.store.putSmall(bucket, key, Buffer.from(body), {}));
const start = (kind: string, items: readonly object[], more: object = {}) =>
  world.start({ kind, conflict: 'overwrite', bucket, items, ...more } as never);
const move = (items: readonly object[], more: object = {}) =>
  start('copy', items, { removeSource: true, toBucket: bucket, ...more });

describe('what a job says of itself', () => {
  test('how its files were verified; in the journal too', async () => {
    for (const name of ['sum', 'md5', 'size']) file(`/d/${name}`, name);
    world.on.transport = {
      async send(range, options) {
        const sent = await world.transport.send(range, options);
        if (!sent.ok || range.key === 'sum') return sent;
        const { md5 } = sent.value;
        return { ok: true, value: { ...sent.value, serverCrc32: null, md5: range.key === 'md5' ? md5 : null } };
      },
    };
    // Each on its own: what is learned of a server about checksums holds for the files after it.
    const id = await start(
      'upload',
      ['size', 'md5', 'sum'].map((name) => ({ file: `/d/${name}`, key: name })),
    );
    const verified = { checksum: 1, md5: 1, size: 1 };
    expect(await world.until(id, 'done')).toMatchObject({ filesDone: 3, verified });
    expect(world.journal.job(id)?.counts).toMatchObject({ verifiedChecksum: 1, verifiedMd5: 1, verifiedSize: 1 });
  });

  test('a failure and its retry are counted once', async () => {
    file('/a', 'x');
    world.on.transport = { send: async () => err(appError('AccessDenied')) };
    const id = await start('upload', [{ file: '/a', key: 'a' }]);
    expect((await world.until(id, 'failed')).verified).toEqual({ checksum: 0, md5: 0, size: 0 });
    world.on.transport = {};
    must(await world.service.retry(id));
    expect((await world.until(id, 'done')).verified).toEqual({ checksum: 1, md5: 0, size: 0 });
    expect(world.journal.job(id)?.counts.verifiedChecksum).toBe(1);
  });

  test('all skipped is done, with nothing transferred', async () => {
    for (const name of ['a', 'b']) {
      file(`/d/${name}`, 'new');
      await put(name, 'old');
    }
    const id = await start('upload', [{ folder: '/d', prefix: '' }], { conflict: 'skip' });
    expect(await world.until(id, 'done')).toMatchObject({
      filesTotal: 2,
      filesDone: 0,
      filesSkipped: 2,
      filesFailed: 0,
      verified: { checksum: 0, md5: 0, size: 0 },
      planned: true,
      bytesDone: 6,
      bytesTotal: 6,
    });
  });

  test('never more bytes than there are, and totals that only grow while it is planned', async () => {
    for (let n = 0; n < 40; n += 1) file(`/d/f${n}`, 'x'.repeat(n));
    const id = await start('upload', [{ folder: '/d', prefix: '' }]);
    await world.until(id, 'done');
    const views = world.events.flatMap((event) => (event.type === 'transfers.job' ? [event.job] : []));
    // At the start and the end, and in between ten times a second at most.
    expect(views.length).toBeGreaterThan(3);
    let before = 0;
    for (const view of views) {
      expect(view.bytesDone).toBeLessThanOrEqual(view.bytesTotal);
      expect(view.bytesTotal).toBeGreaterThanOrEqual(before);
      before = view.bytesTotal;
    }
    expect(views.find((view) => view.planned)?.filesTotal).toBe(40);
  });
});

describe('[T65] done again', () => {
  test('the same request as a new job, asked anew', async () => {
    file('/a', 'one');
    await put('a', 'old');
    const id = await start('upload', [{ file: '/a', key: 'a' }], { conflict: 'ask' });
    const { question, canRepeat } = await world.until(id, 'waiting');
    expect(canRepeat).toBe(false);
    expect(await world.service.again(id)).toMatchObject({ ok: false, error: { code: 'JobNotEnded' } });
    must(await world.service.answer(id, question?.fileId ?? (0 as never), 'overwrite', true));
    expect((await world.until(id, 'done')).canRepeat).toBe(true);

    file('/a', 'two');
    const again = must(await world.service.again(id)).jobId;
    expect(again).not.toBe(id);
    await world.until(again, 'waiting');
    must(await world.service.answer(again, world.filesOf(again)[0]?.id ?? (0 as never), 'overwrite', false));
    await world.until(again, 'done');
    expect(world.body(bucket, 'a')).toBe('two');
    expect(world.service.list()).toHaveLength(2);
  });

  test('a download into another folder, the one before left as it is', async () => {
    await put('photos/in/a', 'a');
    await put('b', 'b');
    const items = [
      { prefix: 'photos/', folder: '/here/photos' },
      { key: 'b', file: '/here/b' },
    ];
    const id = await start('download', items);
    await world.until(id, 'done');
    const again = must(await world.service.again(id, '/there')).jobId;
    expect((await world.until(again, 'done')).targetFolder).toBe('/there');
    expect(saved('/there/photos/in/a')).toBe('a');
    expect(saved('/there/b')).toBe('b');
    expect(saved('/here/b')).toBe('b');
    expect(await world.service.again(id, 'there')).toMatchObject({ ok: false, error: { code: 'InvalidInput' } });
    file('/a', 'x');
    const upload = await start('upload', [{ file: '/a', key: 'a' }]);
    await world.until(upload, 'done');
    expect(await world.service.again(upload, '/there')).toMatchObject({ ok: false, error: { code: 'Unsupported' } });
  });

  test('not what came from a browser, nor single files that are gone by moving', async () => {
    file('/spool/u1/a', 'x');
    const spooled = await start('upload', [{ file: '/spool/u1/a', key: 'a' }], { fromSpool: true });
    expect((await world.until(spooled, 'done')).canRepeat).toBe(false);
    expect(await world.service.again(spooled)).toMatchObject({ ok: false, error: { code: 'UploadNotKept' } });

    await put('k', 'x');
    const moved = await move([{ key: 'k', toKey: 'l' }]);
    expect((await world.until(moved, 'done')).canRepeat).toBe(false);
    await put('p/k', 'x');
    const folder = await move([{ prefix: 'p/', toPrefix: 'q/' }]);
    expect((await world.until(folder, 'done')).canRepeat).toBe(true);
    expect(await world.service.again('j-none' as never)).toMatchObject({ ok: false, error: { code: 'JobNotFound' } });
  });
});

describe('a folder moved inside its bucket', () => {
  const tree = { 'a/': '', 'a/empty/': '', 'a/x': 'x', 'a/s/y': 'y'.repeat(40) };
  const there = () => Object.fromEntries(world.keys(bucket).map((key) => [key, world.body(bucket, key)]));
  const under = (prefix: string) =>
    Object.fromEntries(Object.entries(tree).map(([key, body]) => [prefix + key.slice(2), body]));
  beforeEach(async () => {
    for (const [key, body] of Object.entries(tree)) await put(key, body);
  });

  test('[T56] takes its own marker and those of empty folders along, and tells of both places', async () => {
    const id = await move([{ prefix: 'a/', toPrefix: 'b/c/' }]);
    await world.until(id, 'done');
    expect(there()).toEqual(under('b/c/'));
    const told = world.events.flatMap((event) => (event.type === 'objects.changed' ? [event.prefix] : []));
    expect(new Set(told)).toEqual(new Set(['a/', 'a/empty/', 'a/s/', 'b/c/', 'b/c/empty/', 'b/c/s/']));
  });

  test.each(['copy', 'remove'] as const)(
    '[T25] a failure in the middle (%s) leaves each object at one place at least',
    async (method) => {
      let calls = 0;
      world.on.store = {
        [method]: (...args: never[]) =>
          (calls += 1) > 2
            ? Promise.resolve(err(appError('AccessDenied')))
            : (world.store[method] as (...all: never[]) => unknown)(...args),
      };
      const id = await move([{ prefix: 'a/', toPrefix: 'b/' }]);
      const failed = await world.until(id, 'failed');
      expect([failed.filesDone, failed.filesFailed]).toEqual([2, 2]);
      const now = there();
      for (const [key, body] of Object.entries(tree)) {
        const places = [key, `b/${key.slice(2)}`].filter((place) => place in now);
        expect(places.length).toBeGreaterThan(0);
        for (const place of places) expect(now[place]).toBe(body);
      }
      world.on.store = {};
      must(await world.service.retry(id));
      await world.until(id, 'done');
      expect(there()).toEqual(under('b/'));
    },
  );

  test.each([
    ['below itself', { prefix: 'a/', toPrefix: 'a/b/' }],
    ['onto itself', { prefix: 'a/', toPrefix: 'a/' }],
    ['of the whole bucket into itself', { prefix: '', toPrefix: 'b/' }],
  ])('[T55] %s is refused before anything happens', async (_, item) => {
    await expect(move([{ key: 'a/x', toKey: 'z' }, item])).rejects.toThrow('TargetInsideSource');
    expect(there()).toEqual(tree);
    expect(world.service.list()).toEqual([]);
  });

  test('[T55] into a place that only begins alike is a move as any other', async () => {
    const id = await move([{ prefix: 'a/', toPrefix: 'a2/' }]);
    await world.until(id, 'done');
    expect(there()).toEqual(under('a2/'));
  });
});

describe('which job goes first', () => {
  /** Uploads that move nothing before the test says so; their names are those of their files. */
  async function startHeld(names: readonly string[]) {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const begun: string[] = [];
    world.on.transport = {
      async send(range, options) {
        begun.push(range.key);
        await released;
        return world.transport.send(range, options);
      },
    };
    const ids: Awaited<ReturnType<typeof start>>[] = [];
    for (const name of names) {
      file(`/d/${name}`, name);
      ids.push(await start('upload', [{ file: `/d/${name}`, key: name }]));
    }
    return { ids, begun, release };
  }

  test('[T45] of those that are queued the higher priority starts first, then the order; it is journaled', async () => {
    const { ids, begun, release } = await startHeld(['r1', 'r2', 'r3', 'r4', 'q5', 'q6', 'q7', 'q8']);
    await Promise.all(ids.slice(0, 4).map((id) => world.until(id, 'active')));
    const [, , , , q5, q6, q7, q8] = ids;
    if (!q5 || !q6 || !q7 || !q8) throw new Error('eight');
    must(await world.service.setPriority(q5, 'low'));
    must(await world.service.move(q8, 'first'));
    must(await world.service.move(q6, 'down'));
    must(await world.service.setPriority(q7, 'high'));
    const order = [q7, q8, q6, q5];
    const byOrder = world.journal
      .jobs()
      .filter((job) => order.includes(job.id))
      .toSorted(compareOrder);
    expect(byOrder.map(({ id }) => id)).toEqual(order);
    expect(world.service.list().find((job) => job.id === q7)).toMatchObject({ priority: 'high', state: 'queued' });
    release();
    for (const id of ids) await world.until(id, 'done');
    expect(begun.slice(4)).toEqual(['q7', 'q8', 'q6', 'q5']);
    // What has ended has no place in the order.
    must(await world.service.move(q5, 'first'));
    expect(world.journal.jobs().toSorted(compareOrder).at(-1)?.id).toBe(q5);
  });
});

test('[T52] a listing that fails fails the job, after what was listed has moved', async () => {
  for (const key of ['p/1', 'p/2', 'p/3']) await put(key, key);
  world.on.store = {
    listPage: async (request) =>
      request.continuationToken === undefined
        ? world.store.listPage({ ...request, maxKeys: 2 })
        : err(appError('AccessDenied')),
  };
  const job = await start('download', [{ prefix: 'p/', folder: '/to' }]);
  const { error, planned, filesTotal, filesDone } = await world.until(job, 'failed', 'done');
  expect([error?.code, planned, filesTotal, filesDone]).toEqual(['AccessDenied', false, 2, 2]);
  expect(['/to/1', '/to/2', '/to/3'].map(saved)).toEqual(['p/1', 'p/2', '']);
  world.on.store = {};
  must(await world.service.retry(job));
  await world.until(job, 'done');
  expect(saved('/to/3')).toBe('p/3');
});
