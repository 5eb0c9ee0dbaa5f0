import { beforeEach, describe, expect, test } from 'vitest';
import type { RuleId } from '../../../shared/domain/ids.ts';
import { ruleInputSchema } from '../../../shared/domain/rule.ts';
import { ok } from '../../../shared/result.ts';
import { createRuleWorld, type RuleWorld } from '../../fakes/rule-world.ts';
import { must } from '../../fakes/test-connection.ts';

let world: RuleWorld;
let replaceWhenAudited: () => Promise<unknown>;

beforeEach(async () => {
  replaceWhenAudited = async () => undefined;
  const audit = async () => {
    await replaceWhenAudited();
    return ok();
  };
  world = createRuleWorld({ on: { audit } });
  must(await world.store.createBucket('box'));
  must(await world.store.createBucket('done'));
  must(await world.rules.activate({}));
});

const put = async (key: string, body: string, bucket = 'box') =>
  must(await world.store.putSmall(bucket, key, Buffer.from(body), {}));
const file = (path: string) => {
  const found = world.files.entries.get(path);
  return found ? Buffer.from(found.bytes).toString() : null;
};
const inBox = { type: 'newObject', bucket: 'box', prefix: 'in/' } as const;
const outcomes = async (ruleId: RuleId) =>
  (await world.history(ruleId)).map(({ event, state }) => `${event.key} ${state}`);

describe('[A41] what a run does', () => {
  test('downloads, then moves, keeping the path below the prefix', async () => {
    const rule = await world.add({
      name: 'Invoices in',
      trigger: { ...inBox, match: ['*.pdf'] },
      actions: [
        { type: 'download', folder: '/invoices' },
        { type: 'move', bucket: 'done', prefix: 'archive' },
      ],
    });
    await put('in/a.pdf', 'one');
    await put('in/sub/b.pdf', 'two');
    await put('in/c.txt', 'no');
    await world.see('box', { key: 'in/a.pdf' }, { key: 'in/c.txt' }, { key: 'in/sub/b.pdf' });
    await world.idle();
    expect(file('/invoices/a.pdf')).toBe('one');
    expect(file('/invoices/sub/b.pdf')).toBe('two');
    expect(world.keys('box')).toEqual(['in/c.txt']);
    expect(world.keys('done')).toEqual(['archive/a.pdf', 'archive/sub/b.pdf']);
    const [run] = await world.history(rule);
    expect(run?.steps).toMatchObject([
      { action: 'download', state: 'done', detail: '/invoices/a.pdf', bytes: 3 },
      { action: 'move', state: 'done', detail: 'done/archive/a.pdf', bytes: 3 },
    ]);
    // The jobs have been cleared: their outcome is in the history.
    await expect.poll(() => world.service.list()).toEqual([]);
  });

  test('[T69] goes on with what was there already with the same content', async () => {
    const actions = (skipSame: boolean) => [
      { type: 'download', folder: '/invoices', conflict: 'skip', skipSame } as const,
      { type: 'move', bucket: 'done', conflict: 'fail', skipSame } as const,
      { type: 'tag', tags: { seen: 'yes' } } as const,
    ];
    const rule = await world.add({ name: 'Again', trigger: inBox, actions: actions(true) });
    await put('in/a', 'one');
    world.files.put('/invoices/a', Buffer.from('one'));
    must(await world.store.putSmall('done', 'a', Buffer.from('one'), {}));
    await world.see('box', { key: 'in/a' });
    await world.idle();
    const [run] = await world.history(rule);
    expect(run?.steps).toMatchObject([
      { action: 'download', state: 'skipped', detail: '/invoices/a' },
      { action: 'move', state: 'skipped', detail: 'done/a' },
      { action: 'tag', state: 'done' },
    ]);
    expect([world.keys('box'), world.keys('done')]).toEqual([[], ['a']]);
    expect(must(await world.store.getTags('done', 'a'))).toEqual({ seen: 'yes' });
  });

  test('five hundred objects go in a few jobs', async () => {
    const rule = await world.add({ name: 'All', trigger: inBox, actions: [{ type: 'copy', bucket: 'done' }] });
    const keys = Array.from({ length: 500 }, (_, index) => ({ key: `in/${index}` }));
    for (const { key } of keys) await put(key, key);
    await world.see('box', ...keys);
    await world.idle();
    expect(world.keys('done')).toHaveLength(500);
    expect(must(await world.rules.list({})).rules.find(({ id }) => id === rule)?.runs).toMatchObject({
      done: 500,
      failed: 0,
    });
    const jobs = new Set(world.events.flatMap((event) => (event.type === 'transfers.job' ? [event.job.id] : [])));
    expect(jobs.size).toBeLessThan(5);
  });

  test('a file of a folder is uploaded, and the steps after it act on the object', async () => {
    const rule = await world.add({
      name: 'Scans out',
      trigger: { type: 'folder', folder: '/scans' },
      actions: [
        { type: 'upload', bucket: 'box', prefix: 'scans/', name: '{stem}-{event}.{ext}' },
        { type: 'tag', tags: { path: '{path}' } },
        { type: 'presign', expiresInSeconds: 60 },
        { type: 'notify', title: 'Sent', message: '{name}: {url}' },
      ],
    });
    world.files.put('/scans/sub/page.tif', Buffer.from('scan'));
    await world.seeFiles('/scans', { key: 'sub/page.tif' });
    await world.idle();
    expect(await outcomes(rule)).toEqual(['sub/page.tif done']);
    expect(world.keys('box')).toEqual(['scans/page-created.tif']);
    expect(must(await world.store.getTags('box', 'scans/page-created.tif'))).toEqual({ path: 'sub/page.tif' });
    expect(world.notices).toHaveLength(2);
    expect(world.notices[1]).toMatchObject({
      title: 'Sent',
      message: expect.stringMatching(/^page\.tif: .*page-created/),
    });
  });

  test('by hand, one object that the step names is tagged', async () => {
    const source = { bucket: 'box', key: 'report' };
    const actions = [{ type: 'tag', tags: { seen: 'yes' }, source } as const];
    const rule = await world.add({ name: 'Tag it', trigger: { type: 'manual' }, actions });
    await put('report', 'x');
    must(await world.rules.run({ ruleId: rule }));
    await world.idle();
    expect(must(await world.store.getTags('box', 'report'))).toEqual({ seen: 'yes' });
  });

  test('of a whole folder that was uploaded there is no one object to go on with', () => {
    const refused = (source: object) => {
      const actions = [{ type: 'upload', bucket: 'box', source }, { type: 'presign' }];
      const rule = { name: 'x', connection: 'x', trigger: { type: 'manual' }, actions };
      return ruleInputSchema.safeParse(rule).error?.issues.map(({ path }) => path.join('.')) ?? [];
    };
    expect(refused({ folder: '/files' })).toEqual(['actions.1.source']);
    expect(refused({ file: '/files/a' })).toEqual([]);
  });

  test('names that would climb out of the folder stay in it', async () => {
    await world.add({
      name: 'All',
      trigger: { ...inBox, prefix: '' },
      actions: [{ type: 'download', folder: '/safe' }],
    });
    await put('../../etc/passwd', 'x');
    await put('a/../../b', 'y');
    await world.see('box', { key: '../../etc/passwd' }, { key: 'a/../../b' });
    await world.idle();
    expect(file('/safe/%2E%2E/%2E%2E/etc/passwd')).toBe('x');
    expect(file('/safe/a/%2E%2E/%2E%2E/b')).toBe('y');
  });

  test('a template that leads out of the folder is refused, and nothing is written', async () => {
    const rule = await world.add({
      name: 'All',
      trigger: inBox,
      actions: [{ type: 'download', folder: '/safe/x', name: '../{name}' }],
    });
    await put('in/a', 'x');
    await world.see('box', { key: 'in/a' });
    await world.idle();
    expect([...world.files.entries.keys()].filter((path) => path.startsWith('/safe'))).toEqual([]);
    expect((await world.history(rule))[0]).toMatchObject({ state: 'failed', error: { code: 'UnsafePath' } });
  });
});

describe('[A42] [A43] what the event told of, and nothing else', () => {
  test('an object that was replaced meanwhile is left to its own event', async () => {
    const rule = await world.add({
      name: 'Away',
      trigger: { ...inBox, on: ['created', 'updated'] },
      actions: [{ type: 'move', bucket: 'done' }],
    });
    must(await world.rules.pause({}));
    await put('in/a', 'old');
    await world.see('box', { key: 'in/a' });
    await put('in/a', 'newer');
    must(await world.rules.resume({ deletesSeen: false }));
    await world.idle();
    expect(world.keys('box')).toEqual(['in/a']);
    expect(world.keys('done')).toEqual([]);
    await world.see('box', { type: 'updated', key: 'in/a' });
    await world.idle();
    expect(world.body('done', 'a')).toBe('newer');
    expect(world.keys('box')).toEqual([]);
    const history = await world.history(rule);
    expect(history.map(({ state }) => state)).toEqual(['skipped', 'done']);
    expect(history[0]?.error?.code).toBe('SourceChanged');
  });

  test('a deletion takes only that version', async () => {
    const rule = await world.add({ name: 'Tidy', trigger: inBox, actions: [{ type: 'delete' }] });
    must(await world.rules.pause({}));
    await put('in/a', 'old');
    await put('in/b', 'same');
    await world.see('box', { key: 'in/a' }, { key: 'in/b' });
    await put('in/a', 'newer');
    must(await world.rules.resume({ deletesSeen: false }));
    await world.idle();
    expect(world.keys('box')).toEqual(['in/a']);
    expect(await outcomes(rule)).toEqual(['in/a skipped', 'in/b done']);
  });

  test.each([
    ['by the name of the event', '{key}', 'in/a'],
    ['by a name of its own', 'in/fixed', 'in/fixed'],
  ])('also of what a step before has read %s', async (_, named, key) => {
    const source = { bucket: 'box', key: named };
    const rule = await world.add({
      name: 'Take away',
      trigger: inBox,
      actions: [
        { type: 'download', folder: '/files', source },
        { type: 'audit', message: 'between' },
        { type: 'delete', source },
      ],
    });
    await put('in/a', 'one');
    await put('in/fixed', 'one');
    replaceWhenAudited = () => put(key, 'newer');
    await world.see('box', { key: 'in/a' });
    await world.idle();
    const [run] = await world.history(rule);
    expect(run).toMatchObject({ state: 'skipped', error: { code: 'SourceChanged', context: { key } } });
    expect(world.keys('box')).toEqual(['in/a', 'in/fixed']);
  });

  test('what was removed is nothing to download: the run is skipped', async () => {
    const rule = await world.add({
      name: 'All',
      trigger: { ...inBox, on: ['created', 'removed'] },
      actions: [{ type: 'download', folder: '/files' }],
    });
    await world.see('box', { type: 'removed', key: 'in/gone' });
    await world.idle();
    expect(await world.history(rule)).toMatchObject([{ state: 'skipped', error: { code: 'NoSuchKey' } }]);
  });

  test('replaced between the look and the deletion, it stays', async () => {
    const rule = await world.add({ name: 'Tidy', trigger: inBox, actions: [{ type: 'delete' }] });
    await put('in/a', 'old');
    const { store } = world;
    world.on.store = {
      head: async (bucket, key, signal) => {
        const looked = await store.head(bucket, key, signal);
        if (key === 'in/a') await put('in/a', 'newer');
        return looked;
      },
    };
    await world.see('box', { key: 'in/a' });
    await world.idle();
    expect(world.body('box', 'in/a')).toBe('newer');
    expect(await outcomes(rule)).toEqual(['in/a skipped']);
  });

  test('a file that changed after it was seen is not deleted', async () => {
    const rule = await world.add({
      name: 'Tidy',
      trigger: { type: 'folder', folder: '/scans' },
      actions: [{ type: 'delete' }],
    });
    world.files.put('/scans/a', Buffer.from('old'));
    must(await world.rules.pause({}));
    await world.seeFiles('/scans', { key: 'a' });
    world.files.put('/scans/a', Buffer.from('newer'));
    must(await world.rules.resume({ deletesSeen: false }));
    await world.idle();
    expect(file('/scans/a')).toBe('newer');
    expect(await outcomes(rule)).toEqual(['a skipped']);
  });
});

describe('[A2] the same change again', () => {
  test('makes no second run', async () => {
    const rule = await world.add({ name: 'All', trigger: inBox, actions: [{ type: 'copy', bucket: 'done' }] });
    await put('in/a', 'x');
    const changes = await world.see('box', { key: 'in/a' });
    const place = { type: 'bucket', connectionId: 'conn-world' as never, bucket: 'box' } as const;
    const served = new Map(world.runs.rules().flatMap(({ marks }) => marks.map(({ id }) => [id, 0] as const)));
    must(await world.deliver({ place, indexId: 'index-box', changes, served }));
    await world.idle();
    expect(await outcomes(rule)).toEqual(['in/a done']);
  });

  test('[A4] what was seen before the rule had its own look is not for it', async () => {
    const rule = await world.add({ name: 'All', trigger: inBox, actions: [{ type: 'copy', bucket: 'done' }] });
    await put('in/a', 'x');
    const change = {
      id: 9,
      pass: 3,
      type: 'created',
      mark: null,
      key: 'in/a',
      sizeBytes: 1,
      etag: '"e"',
      lastModified: null,
      storageClass: null,
    } as const;
    const place = { type: 'bucket', connectionId: 'conn-world' as never, bucket: 'box' } as const;
    const mark = world.runs.rules()[0]?.marks[0]?.id ?? '';
    must(await world.deliver({ place, indexId: 'i', changes: [change], served: new Map() }));
    must(await world.deliver({ place, indexId: 'i', changes: [change], served: new Map([[mark, 3]]) }));
    expect(await outcomes(rule)).toEqual([]);
    must(await world.deliver({ place, indexId: 'i', changes: [change], served: new Map([[mark, 2]]) }));
    expect(await world.history(rule)).toHaveLength(1);
  });
});

describe('[A33] [A34] what rules do is not acted on for ever', () => {
  test('a move fires no other rule unless it asks for that', async () => {
    const mover = await world.add({ name: 'Mover', trigger: inBox, actions: [{ type: 'move', bucket: 'done' }] });
    const deaf = await world.add({
      name: 'Deaf',
      trigger: { type: 'newObject', bucket: 'done' },
      actions: [{ type: 'copy', bucket: 'box', prefix: 'deaf/' }],
    });
    const asking = await world.add({
      name: 'Asking',
      trigger: { type: 'newObject', bucket: 'done', alsoMoved: true },
      actions: [{ type: 'copy', bucket: 'box', prefix: 'asked/' }],
    });
    await put('in/a', 'x');
    await world.see('box', { key: 'in/a' });
    await world.idle();
    await world.see('done', { key: 'a' });
    await world.idle();
    expect(await outcomes(mover)).toEqual(['in/a done']);
    expect(await outcomes(deaf)).toEqual([]);
    expect(await outcomes(asking)).toEqual(['a done']);
    // Put there by somebody else, it is an event.
    await put('b', 'y', 'done');
    await world.see('done', { key: 'b' });
    await world.idle();
    expect(await outcomes(deaf)).toEqual(['b done']);
  });

  test('a rule whose copies lie where it looks does not copy them again', async () => {
    const rule = await world.add({
      name: 'Twins',
      trigger: { type: 'newObject', bucket: 'box' },
      actions: [{ type: 'copy', bucket: 'box', prefix: 'twins/' }],
    });
    await put('a', 'x');
    await world.see('box', { key: 'a' });
    await world.idle();
    expect(world.keys('box')).toEqual(['a', 'twins/a']);
    await world.see('box', { key: 'twins/a' });
    await world.idle();
    expect(world.keys('box')).toEqual(['a', 'twins/a']);
    expect(await outcomes(rule)).toEqual(['a done']);
  });

  test('two rules that copy back and forth stop after one round, and say why', async () => {
    const there = await world.add({
      name: 'There',
      trigger: { type: 'newObject', bucket: 'box', on: ['created', 'updated'] },
      actions: [{ type: 'copy', bucket: 'done' }],
    });
    const back = await world.add({
      name: 'Back',
      trigger: { type: 'newObject', bucket: 'done', on: ['created', 'updated'] },
      actions: [{ type: 'copy', bucket: 'box' }],
    });
    await put('a', 'x');
    await world.see('box', { key: 'a' });
    await world.idle();
    await world.see('done', { key: 'a' });
    await world.idle();
    await world.see('box', { type: 'updated', key: 'a' });
    await world.idle();
    expect(await outcomes(there)).toEqual(['a done', 'a skipped']);
    expect(await outcomes(back)).toEqual(['a done']);
    expect((await world.history(there)).at(-1)?.error?.code).toBe('LoopDetected');
  });

  test('what is seen while it is being written waits until it is known who did it', async () => {
    const mover = await world.add({ name: 'Mover', trigger: inBox, actions: [{ type: 'move', bucket: 'done' }] });
    const other = await world.add({
      name: 'Other',
      trigger: { type: 'newObject', bucket: 'done' },
      actions: [{ type: 'copy', bucket: 'box', prefix: 'other/' }],
    });
    await put('in/a', 'x');
    const { store } = world;
    let seen: Promise<unknown> = Promise.resolve();
    world.on.store = {
      remove: async (...args) => {
        // The copy is there, the move has not ended.
        seen = world.see('done', { key: 'a' });
        await seen;
        return store.remove(...args);
      },
    };
    await world.see('box', { key: 'in/a' });
    await world.idle();
    await seen;
    expect(await outcomes(mover)).toEqual(['in/a done']);
    const [held] = await world.history(other);
    expect(held?.state).toBe('waiting');
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await world.idle();
    expect((await world.history(other)).map(({ state, error }) => [state, error?.code])).toEqual([
      ['skipped', 'OwnChange'],
    ]);
    expect(world.keys('box')).toEqual([]);
  });
});

describe('a rule that is edited', () => {
  test('ends what it has half done, and does not go on with other steps', async () => {
    const rule = await world.add({
      name: 'Two steps',
      trigger: inBox,
      actions: [
        { type: 'notify', message: '{name}' },
        { type: 'copy', bucket: 'missing' },
      ],
    });
    await put('in/a', 'x');
    await world.see('box', { key: 'in/a' });
    await world.idle();
    expect(await outcomes(rule)).toEqual(['in/a failed']);
    const edited = {
      name: 'Two steps',
      connection: 'World',
      trigger: inBox,
      actions: [{ type: 'download', folder: '/files' }, { type: 'delete' }],
    };
    must(await world.rules.update({ ruleId: rule, rule: ruleInputSchema.parse(edited) }));
    must(await world.rules.retry({ ruleId: rule }));
    await world.idle();
    expect((await world.history(rule))[0]).toMatchObject({ state: 'skipped', error: { code: 'RuleEdited' } });
    expect(world.keys('box')).toEqual(['in/a']);
  });

  test('a copy that was left out keeps its source', async () => {
    const rule = await world.add({
      name: 'Careful',
      trigger: inBox,
      actions: [{ type: 'download', folder: '/files', conflict: 'skip' }, { type: 'delete' }],
    });
    await put('in/a', 'new');
    world.files.put('/files/a', Buffer.from('something else'));
    await world.see('box', { key: 'in/a' });
    await world.idle();
    expect(world.body('box', 'in/a')).toBe('new');
    expect((await world.history(rule))[0]).toMatchObject({ state: 'skipped', error: { code: 'CopyLeftOut' } });
  });
});

describe('pausing', () => {
  test('[A5] what happens meanwhile waits', async () => {
    const rule = await world.add({ name: 'All', trigger: inBox, actions: [{ type: 'copy', bucket: 'done' }] });
    must(await world.rules.pause({ ruleId: rule }));
    await put('in/a', 'x');
    await world.see('box', { key: 'in/a' });
    await world.idle();
    expect(world.keys('done')).toEqual([]);
    must(await world.rules.resume({ ruleId: rule, deletesSeen: false }));
    await world.idle();
    expect(world.keys('done')).toEqual(['a']);
  });

  test('a removed rule leaves nothing behind', async () => {
    const rule = await world.add({ name: 'All', trigger: inBox, actions: [{ type: 'copy', bucket: 'done' }] });
    await put('in/a', 'x');
    await world.see('box', { key: 'in/a' });
    await world.idle();
    must(await world.rules.remove({ ruleId: rule }));
    expect(world.rules.views()).toEqual([]);
    expect(await world.history(rule)).toEqual([]);
  });
});

describe('conditions and trials', () => {
  test('[A31] tags and metadata are asked for when the run begins', async () => {
    const rule = await world.add({
      name: 'Tagged',
      trigger: inBox,
      conditions: { tags: { team: 'fin*' }, metadata: { Source: 'scanner' } },
      actions: [{ type: 'copy', bucket: 'done' }],
    });
    for (const key of ['in/both', 'in/tag', 'in/meta'])
      must(
        await world.store.putSmall(
          'box',
          key,
          Buffer.from(key),
          key === 'in/tag' ? {} : { metadata: { source: 'scanner' } },
        ),
      );
    must(await world.store.setTags('box', 'in/both', { team: 'finance' }));
    must(await world.store.setTags('box', 'in/tag', { team: 'finance' }));
    await world.see('box', { key: 'in/both' }, { key: 'in/meta' }, { key: 'in/tag' });
    await world.idle();
    expect(await outcomes(rule)).toEqual(['in/both done', 'in/meta skipped', 'in/tag skipped']);
  });

  test('a trial does nothing, and tells what would be done', async () => {
    await put('in/a.pdf', 'x');
    await put('in/b.txt', 'y');
    const tested = must(
      await world.rules.test({
        rule: {
          name: 'Draft',
          connection: 'World',
          enabled: true,
          trigger: {
            ...inBox,
            recursive: true,
            on: ['created'],
            pollSeconds: 60,
            startFrom: 'all',
            match: ['*.pdf'],
            ignore: [],
            alsoMoved: false,
          },
          actions: [
            { type: 'download', folder: '/x', conflict: 'overwrite', skipSame: false },
            { type: 'move', bucket: 'done', prefix: 'p', conflict: 'overwrite', skipSame: false },
          ],
        },
        trials: 10,
        look: 100,
      }),
    );
    expect(tested).toMatchObject({ matched: 1, looked: 2, complete: true });
    expect(tested.trials[0]?.steps).toEqual([
      { action: 'download', detail: '/x/a.pdf' },
      { action: 'move', detail: 'done/p/a.pdf' },
    ]);
    expect(world.keys('box')).toHaveLength(2);
    expect(file('/x/a.pdf')).toBeNull();
  });

  test('a trial counts what a backfill of some days would take', async () => {
    const rule = await world.add({ name: 'All', trigger: inBox, actions: [{ type: 'copy', bucket: 'done' }] });
    await put('in/a', 'x');
    const matched = async (fromMs: number, toMs: number) =>
      must(await world.rules.test({ rule, trials: 1, look: 100, fromMs, toMs })).matched;
    expect(await matched(0, Number.MAX_SAFE_INTEGER)).toBe(1);
    expect(await matched(0, 1)).toBe(0);
    expect(await matched(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)).toBe(0);
  });
});
