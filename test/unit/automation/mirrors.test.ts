import { beforeEach, describe, expect, test } from 'vitest';
import type { RuleId } from '../../../shared/domain/ids.ts';
import { ruleInputSchema } from '../../../shared/domain/rule.ts';
import { createRuleWorld, type RuleWorld } from '../../fakes/rule-world.ts';
import { ok } from '../../../shared/result.ts';
import { must } from '../../fakes/test-connection.ts';

let world: RuleWorld;

beforeEach(async () => {
  world = createRuleWorld();
  must(await world.store.createBucket('box'));
  must(await world.rules.activate({}));
});

const put = async (key: string, body = key) => must(await world.store.putSmall('box', key, Buffer.from(body), {}));
const file = (path: string, body = path) => world.files.put(path, Buffer.from(body));
const outcomes = async (ruleId: RuleId) =>
  (await world.history(ruleId)).map(
    ({ event, state, steps }) => `${event.type} ${event.key} ${steps[0]?.action ?? ''} ${state}`,
  );
const folderToBucket = (mirror: object = {}) =>
  world.add({
    name: 'Mirror',
    trigger: { type: 'folder', folder: '/docs' },
    mirror,
    actions: [{ type: 'upload', bucket: 'box', prefix: 'docs/' }],
  });
/** Past the time that deletions wait. */
const laterOn = async () => {
  await new Promise((resolve) => setTimeout(resolve, 150));
  await world.idle();
};

describe('[A61] the beginning', () => {
  test('waits for a person, who sees what would be copied and deleted', async () => {
    file('/docs/a');
    file('/docs/sub/b');
    for (const key of ['docs/a', 'docs/old', 'docs/older/x', 'docs/', 'other']) await put(key);
    const rule = await folderToBucket();
    expect(world.rules.views()[0]).toMatchObject({ state: 'stopped', stoppedBy: { code: 'MirrorNotConfirmed' } });
    expect(must(await world.rules.preview({ rule }))).toEqual({
      missing: 1,
      extra: 2,
      deletes: ['old', 'older/x'],
      waiting: 0,
    });
    expect(world.keys('box')).toHaveLength(5);
    const unseen = await world.rules.resume({ ruleId: rule, deletesSeen: false });
    expect(unseen).toMatchObject({ ok: false, error: { code: 'MirrorNotConfirmed' } });
    must(await world.rules.resume({ ruleId: rule, deletesSeen: true }));
    await world.idle();
    expect(world.keys('box')).toEqual(['docs/', 'docs/a', 'other']);
    expect(await outcomes(rule)).toEqual(['removed old delete done', 'removed older/x delete done']);
    // Confirmed once, it needs nobody again.
    must(await world.rules.pause({ ruleId: rule }));
    must(await world.rules.resume({ ruleId: rule, deletesSeen: false }));
    expect(world.rules.views()[0]?.state).toBe('on');
  });

  test('when there is more to delete than was seen, it waits for another look', async () => {
    file('/docs/a');
    for (const key of ['docs/old', 'docs/older']) await put(key);
    const rule = await folderToBucket();
    const begin = (deletesCounted: number) => world.rules.resume({ ruleId: rule, deletesSeen: true, deletesCounted });
    await put('docs/another');
    expect(await begin(2)).toMatchObject({ ok: false, error: { code: 'MirrorNotConfirmed' } });
    await world.idle();
    expect(world.keys('box')).toHaveLength(3);
    must(await begin(3));
    await world.idle();
    expect(world.keys('box')).toEqual([]);
  });

  test('what the patterns leave out is nothing to it, on neither side', async () => {
    file('/docs/a.txt');
    for (const key of ['docs/b.txt', 'docs/keep.pdf']) await put(key);
    const rule = await world.add({
      name: 'Texts',
      trigger: { type: 'folder', folder: '/docs', match: ['*.txt'] },
      mirror: {},
      actions: [{ type: 'upload', bucket: 'box', prefix: 'docs' }],
    });
    expect(must(await world.rules.preview({ rule }))).toEqual({ missing: 1, extra: 1, deletes: ['b.txt'], waiting: 0 });
  });

  test('a folder that cannot be read deletes nothing', async () => {
    await put('docs/old');
    const rule = await folderToBucket();
    const resumed = await world.rules.resume({ ruleId: rule, deletesSeen: true });
    expect(resumed).toMatchObject({ ok: false, error: { code: 'FileNotFound' } });
    expect(world.keys('box')).toEqual(['docs/old']);
    expect(world.rules.views()[0]?.state).toBe('stopped');
  });

  test('an edit that leads elsewhere is confirmed anew', async () => {
    file('/docs/a');
    const rule = await folderToBucket();
    must(await world.rules.resume({ ruleId: rule, deletesSeen: true }));
    const edited = (prefix: string, name: string) =>
      ruleInputSchema.parse({
        name,
        connection: 'World',
        trigger: { type: 'folder', folder: '/docs' },
        mirror: {},
        actions: [{ type: 'upload', bucket: 'box', prefix }],
      });
    must(await world.rules.update({ ruleId: rule, rule: edited('docs/', 'Another name') }));
    expect(world.rules.views()[0]?.state).toBe('on');
    must(await world.rules.update({ ruleId: rule, rule: edited('elsewhere/', 'Another name') }));
    expect(world.rules.views()[0]?.stoppedBy?.code).toBe('MirrorNotConfirmed');
  });

  test('a target around its source is refused: its own source would be deleted', async () => {
    const nested = (prefix: string, to: string) =>
      world.rules.add({
        rule: ruleInputSchema.parse({
          name: 'x',
          connection: 'World',
          trigger: { type: 'newObject', bucket: 'box', prefix },
          mirror: {},
          actions: [{ type: 'copy', bucket: 'box', prefix: to }],
        }),
      });
    for (const [from, to] of [
      ['data/in/', 'data/'],
      ['data/', 'data/copy'],
      ['', 'copy/'],
      ['data/', ''],
    ] as const)
      expect(await nested(from, to)).toMatchObject({ ok: false, error: { code: 'InvalidInput' } });
    expect(await nested('data/', 'copy/')).toMatchObject({ ok: true });
  });

  test.each([
    ['a move', { type: 'newObject', bucket: 'box' }, { type: 'move', bucket: 'other' }],
    ['names of its own', { type: 'folder', folder: '/docs' }, { type: 'upload', bucket: 'box', name: '{stem}' }],
    [
      'a schedule',
      { type: 'schedule', cron: '0 2 * * *' },
      { type: 'upload', bucket: 'box', source: { folder: '/docs' } },
    ],
    ['placeholders', { type: 'folder', folder: '/docs' }, { type: 'upload', bucket: 'box', prefix: '{date}' }],
  ])('%s cannot be mirrored', (_, trigger, action) => {
    const parsed = ruleInputSchema.safeParse({
      name: 'x',
      connection: 'World',
      trigger,
      mirror: {},
      actions: [action],
    });
    expect(parsed.success).toBe(false);
  });
});

describe('[A60] [A62] [A63] [A64] deletions', () => {
  /** A mirror of ten files that are there on both sides, begun. */
  async function begun(mirror: object = {}): Promise<RuleId> {
    for (let index = 0; index < 10; index += 1) {
      file(`/docs/${index}`, 'x');
      await put(`docs/${index}`, 'x');
    }
    const rule = await folderToBucket(mirror);
    must(await world.rules.resume({ ruleId: rule, deletesSeen: true }));
    await world.idle();
    return rule;
  }
  const gone = async (...names: string[]) => {
    for (const name of names) world.files.entries.delete(`/docs/${name}`);
    world.places.present = [...world.files.entries.keys()].filter((path) => path.startsWith('/docs/')).length;
    await world.seeFiles('/docs', ...names.map((key) => ({ type: 'removed' as const, key, sizeBytes: 1 })));
  };

  test('what is gone is deleted, a moment later', async () => {
    const rule = await begun();
    await gone('3', '4');
    await world.idle();
    expect(world.keys('box')).toHaveLength(10);
    await laterOn();
    expect(world.keys('box')).toHaveLength(8);
    expect(await outcomes(rule)).toEqual(['removed 3 delete done', 'removed 4 delete done']);
  });

  test('more than half is not, until a person says so', async () => {
    const rule = await begun();
    await gone('0', '1', '2', '3', '4', '5');
    await laterOn();
    expect(world.keys('box')).toHaveLength(10);
    expect(world.rules.views()[0]).toMatchObject({
      state: 'stopped',
      stoppedBy: { code: 'MirrorDeletesTooMany', context: { runs: 6, all: 10 } },
    });
    const fewer = await world.rules.resume({ ruleId: rule, deletesSeen: true, deletesCounted: 5 });
    expect(fewer).toMatchObject({ ok: false, error: { code: 'MirrorDeletesTooMany' } });
    must(await world.rules.resume({ ruleId: rule, deletesSeen: true, deletesCounted: 6 }));
    await world.idle();
    expect(world.keys('box')).toHaveLength(4);
  });

  test('nor more than its number', async () => {
    await begun({ maxDeletes: 2 });
    await gone('0', '1', '2');
    await laterOn();
    expect(world.keys('box')).toHaveLength(10);
    expect(world.rules.views()[0]?.stoppedBy?.code).toBe('MirrorDeletesTooMany');
  });

  test('what has come back is kept, and so is what is another size by now', async () => {
    const rule = await begun();
    await gone('0', '1', '2');
    file('/docs/0', 'x');
    await put('docs/1', 'somebody wrote here');
    await laterOn();
    expect(world.keys('box')).toHaveLength(9);
    expect(world.body('box', 'docs/1')).toBe('somebody wrote here');
    const history = await world.history(rule);
    expect(history.map(({ state, error }) => [state, error?.code])).toEqual([
      ['done', undefined],
      ['skipped', 'SourceChanged'],
      ['done', undefined],
    ]);
  });

  /** A bucket mirrored to a folder: three objects and their files; then the object is gone, as it was seen last. */
  async function goneInBucket(key: string, was: object): Promise<readonly (string | undefined)[]> {
    for (const name of ['a', 'b', 'c']) {
      await put(`in/${name}`, 'x');
      file(`/mirror/${name}`, 'x');
    }
    const rule = await world.add({
      name: 'Down',
      trigger: { type: 'newObject', bucket: 'box', prefix: 'in/' },
      mirror: {},
      actions: [{ type: 'download', folder: '/mirror' }],
    });
    must(await world.rules.resume({ ruleId: rule, deletesSeen: true }));
    must(await world.store.remove('box', key));
    world.places.present = 2;
    const seen = { sizeBytes: 1, etag: null, lastModified: '2026-01-02T00:00:00.000Z', storageClass: null };
    await world.see('box', { type: 'removed', key, was: { ...seen, ...was } as never });
    await laterOn();
    return (await world.history(rule)).map(({ error, state }) => error?.code ?? state);
  }

  test('a file that was changed since keeps, whatever its size', async () => {
    world.files.put('/mirror/b', Buffer.from('x'));
    const there = async () => [...world.files.entries.keys()].sort();
    expect(await goneInBucket('in/b', { lastModified: '1969-12-31T00:00:00.000Z' })).toEqual(['SourceChanged']);
    expect(await there()).toEqual(['/mirror/a', '/mirror/b', '/mirror/c']);
  });

  test.each([
    ['through a link it is another folder’s file', '/elsewhere/b'],
    ['and where names fold, another object’s', '/mirror/B'],
  ])('%s, and stays', async (_, place) => {
    world.files.realPath = async (path) => ok(path === '/mirror/b' ? place : path);
    expect(await goneInBucket('in/b', {})).toEqual(['SourceChanged']);
    expect(world.files.entries.has('/mirror/b')).toBe(true);
  });

  test('an object that was changed since stays: by the time in its metadata', async () => {
    const rule = await begun();
    world.files.put('/docs/3', Buffer.from('x'));
    must(await world.store.putSmall('box', 'docs/3', Buffer.from('y'), { metadata: { mtime: '2000000000' } }));
    await gone('3', '4');
    await laterOn();
    expect((await world.history(rule)).map(({ error, state }) => error?.code ?? state)).toEqual([
      'SourceChanged',
      'done',
    ]);
    expect(world.keys('box')).toContain('docs/3');
  });

  test('an object whose MD5 is another one stays', async () => {
    for (const key of ['in/a', 'in/b', 'in/c', 'out/a', 'out/b', 'out/c']) await put(key, 'x');
    const rule = await world.add({
      name: 'Beside',
      trigger: { type: 'newObject', bucket: 'box', prefix: 'in/' },
      mirror: {},
      actions: [{ type: 'copy', bucket: 'box', prefix: 'out/' }],
    });
    must(await world.rules.resume({ ruleId: rule, deletesSeen: true }));
    const { etag, sizeBytes, lastModified } = must(await world.store.head('box', 'in/b'));
    const was = {
      sizeBytes,
      etag,
      lastModified: new Date(lastModified ?? 0).toISOString(),
      storageClass: null,
    } as never;
    await put('out/b', 'y');
    world.places.present = 1;
    for (const name of ['a', 'b']) must(await world.store.remove('box', `in/${name}`));
    await world.see('box', { type: 'removed', key: 'in/a', was }, { type: 'removed', key: 'in/b', was });
    world.places.present = 3;
    await laterOn();
    expect(await world.history(rule)).toMatchObject([{ state: 'done' }, { error: { code: 'SourceChanged' } }]);
    expect(world.keys('box')).toEqual(['in/c', 'out/b', 'out/c']);
  });

  test('a bucket is mirrored to a folder', async () => {
    for (const key of ['in/a', 'in/b', 'in/c']) await put(key, 'x');
    file('/mirror/a', 'x');
    file('/mirror/b', 'x');
    const rule = await world.add({
      name: 'Down',
      trigger: { type: 'newObject', bucket: 'box', prefix: 'in/' },
      mirror: {},
      actions: [{ type: 'download', folder: '/mirror' }],
    });
    expect(must(await world.rules.preview({ rule }))).toEqual({ missing: 1, extra: 0, deletes: [], waiting: 0 });
    must(await world.rules.resume({ ruleId: rule, deletesSeen: true }));
    must(await world.store.remove('box', 'in/b'));
    world.places.present = 2;
    await world.see(
      'box',
      { key: 'in/c' },
      {
        type: 'removed',
        key: 'in/b',
        was: { sizeBytes: 1, etag: null, lastModified: null, storageClass: null } as never,
      },
    );
    await laterOn();
    expect([...world.files.entries.keys()].filter((path) => path.startsWith('/mirror')).sort()).toEqual([
      '/mirror/a',
      '/mirror/c',
    ]);
    expect(await outcomes(rule)).toEqual(['created in/c download done', 'removed in/b delete done']);
  });
});
