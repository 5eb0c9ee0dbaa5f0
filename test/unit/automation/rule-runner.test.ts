import { beforeEach, describe, expect, test } from 'vitest';
import { ruleInputSchema } from '../../../shared/domain/rule.ts';
import { ok } from '../../../shared/result.ts';
import { inBox, openRuleWorld, type RuleWorld } from '../../fakes/rule-world.ts';
import { must } from '../../fakes/test-connection.ts';

let world: RuleWorld;
let replaceWhenAudited: () => Promise<unknown>;

beforeEach(async () => {
  replaceWhenAudited = async () => undefined;
  const audit = async () => {
    await replaceWhenAudited();
    return ok();
  };
  world = await openRuleWorld({ audit });
});

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
    await world.put('in/a.pdf', 'one');
    await world.put('in/sub/b.pdf', 'two');
    await world.put('in/c.txt', 'no');
    await world.see('box', { key: 'in/a.pdf' }, { key: 'in/c.txt' }, { key: 'in/sub/b.pdf' });
    await world.idle();
    expect(world.textOf('/invoices/a.pdf')).toBe('one');
    expect(world.textOf('/invoices/sub/b.pdf')).toBe('two');
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
    await world.put('in/a', 'one');
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
    for (const { key } of keys) await world.put(key, key);
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
    expect(await world.outcomes(rule)).toEqual(['sub/page.tif done']);
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
    await world.put('report', 'x');
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
    await world.put('../../etc/passwd', 'x');
    await world.put('a/../../b', 'y');
    await world.see('box', { key: '../../etc/passwd' }, { key: 'a/../../b' });
    await world.idle();
    expect(world.textOf('/safe/%2E%2E/%2E%2E/etc/passwd')).toBe('x');
    expect(world.textOf('/safe/a/%2E%2E/%2E%2E/b')).toBe('y');
  });

  test('a template that leads out of the folder is refused, and nothing is written', async () => {
    const rule = await world.add({
      name: 'All',
      trigger: inBox,
      actions: [{ type: 'download', folder: '/safe/x', name: '../{name}' }],
    });
    await world.put('in/a', 'x');
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
    await world.put('in/a', 'old');
    await world.see('box', { key: 'in/a' });
    await world.put('in/a', 'newer');
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
    await world.put('in/a', 'old');
    await world.put('in/b', 'same');
    await world.see('box', { key: 'in/a' }, { key: 'in/b' });
    await world.put('in/a', 'newer');
    must(await world.rules.resume({ deletesSeen: false }));
    await world.idle();
    expect(world.keys('box')).toEqual(['in/a']);
    expect(await world.outcomes(rule)).toEqual(['in/a skipped', 'in/b done']);
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
    await world.put('in/a', 'one');
    await world.put('in/fixed', 'one');
    replaceWhenAudited = () => world.put(key, 'newer');
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
    await world.put('in/a', 'old');
    const { store } = world;
    world.on.store = {
      head: async (bucket, key, signal) => {
        const looked = await store.head(bucket, key, signal);
        if (key === 'in/a') await world.put('in/a', 'newer');
        return looked;
      },
    };
    await world.see('box', { key: 'in/a' });
    await world.idle();
    expect(world.body('box', 'in/a')).toBe('newer');
    expect(await world.outcomes(rule)).toEqual(['in/a skipped']);
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
    expect(world.textOf('/scans/a')).toBe('newer');
    expect(await world.outcomes(rule)).toEqual(['a skipped']);
  });
});
