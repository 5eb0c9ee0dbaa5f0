import { describe, expect, it } from 'vitest';
import { folderRule, openFolderWorld, settlePromises } from '../../fakes/folder-world.ts';

const rule = folderRule('rule');

describe('what is there at the start', () => {
  it('is told once, and not again after a restart', async () => {
    const world = openFolderWorld();
    world.folder.write('b', 1);
    world.folder.write('a/c', 1);
    world.folder.write('a/c.part', 1);
    world.folder.link('link');
    world.start(rule);
    await world.pass(5000);
    expect(world.news()).toEqual(['created a/c', 'created b']);
    expect(world.source.status(rule.ruleId)).toMatchObject({ objects: 2, problem: null, notice: null });
    await world.restart();
    await world.pass(5000);
    expect(world.news()).toEqual([]);
  });

  it('[A5] is told of what became of it while nothing ran', async () => {
    const world = openFolderWorld();
    world.folder.write('kept', 1);
    world.folder.write('gone', 1);
    world.folder.write('changed', 1);
    world.start(rule);
    await world.pass(5000);
    world.news();
    await world.source.close();
    world.folder.remove('gone');
    world.folder.write('changed', 2);
    world.folder.write('new', 2);
    world.clock.advance(60_000);
    await world.restart();
    await world.pass(5000);
    expect(world.news().sort()).toEqual(['created new', 'removed gone', 'updated changed']);
  });
});

describe('[A11] a file that is being written', () => {
  it('counts when it has been left alone for the quiet time', async () => {
    const world = openFolderWorld();
    world.start(rule);
    await world.pass(1000);
    for (let size = 1; size <= 10; size++) {
      world.folder.write('slow', size);
      await world.pass(1500);
      expect(world.news()).toEqual([]);
    }
    await world.pass(1500);
    expect(world.news()).toEqual(['created slow']);
  });

  it('waits longer when it is large', async () => {
    const world = openFolderWorld();
    world.start(rule);
    await world.pass(1000);
    world.folder.write('large', 1_000_000_000);
    await world.pass(11_500);
    expect(world.news()).toEqual([]);
    await world.pass(1000);
    expect(world.news()).toEqual(['created large']);
  });

  it('is not told as removed when it was away for a moment, though a look comes just then', async () => {
    const world = openFolderWorld();
    world.folder.write('saved', 1);
    world.start(rule);
    await world.pass(5000);
    world.news();
    world.folder.remove('saved');
    await world.pass(500);
    const looked = world.source.lookNow(rule.ruleId);
    await world.pass(0);
    expect(await looked).toEqual({ ok: true, value: undefined });
    world.folder.write('saved', 2);
    await world.pass(5000);
    expect(world.news()).toEqual(['updated saved']);
  });

  it('is told with its own time when that lies in the past or the future', async () => {
    const world = openFolderWorld();
    world.start(rule);
    await world.pass(1000);
    world.folder.write('old', 1, 1_000_000);
    world.folder.write('future', 1, world.clock.nowMs() + 1e9);
    await world.pass(1500);
    expect(world.news()).toEqual([]);
    await world.pass(4000);
    expect(world.news().sort()).toEqual(['created future', 'created old']);
  });
});

describe('hints', () => {
  it('a rename is a removal and a new file', async () => {
    const world = openFolderWorld();
    world.folder.write('a', 1);
    world.start(rule);
    await world.pass(5000);
    world.news();
    world.folder.rename('a', 'b/a');
    await world.pass(3000);
    expect(world.news().sort()).toEqual(['created b/a', 'removed a']);
  });

  it('[A10] that are lost are made up for by the look every five minutes, or when the system says so', async () => {
    const world = openFolderWorld();
    world.start(rule);
    await world.pass(1000);
    world.folder.loses = () => true;
    world.folder.write('a', 1);
    await world.pass(290_000);
    expect(world.news()).toEqual([]);
    await world.pass(20_000);
    expect(world.news()).toEqual(['created a']);
    world.folder.write('b', 1);
    await world.pass(5000);
    for (const events of world.folder.openWatches) events.failed(new Error('queue overflow'));
    await world.pass(1000);
    expect(world.news()).toEqual(['created b']);
  });
});

describe('more files than can be remembered', () => {
  it('that have not settled are found by further looks', async () => {
    const world = openFolderWorld();
    world.start(rule);
    await world.pass(1000);
    world.folder.loses = () => true;
    for (let i = 0; i < 430; i++) {
      const nowMs = world.clock.nowMs();
      world.folder.entries.set(`f${i}`, {
        inode: `${i}`,
        sizeBytes: 1,
        modifiedMs: nowMs,
        changedMs: nowMs,
        type: 'file',
      });
    }
    const looked = world.source.lookNow(rule.ruleId);
    await world.pass(10_000);
    expect((await looked).ok).toBe(true);
    expect(new Set(world.news()).size).toBe(430);
  });
});

describe('several rules', () => {
  it('on one folder share its looks; each begins with its own', async () => {
    const world = openFolderWorld();
    const [first, flat] = [folderRule('first'), folderRule('flat', { recursive: false })];
    world.folder.write('a', 1);
    world.folder.write('sub/b', 1);
    world.start(first);
    await world.pass(5000);
    expect(world.news()).toEqual(['created a', 'created sub/b']);
    world.start(first, flat);
    await world.pass(2000);
    expect(world.news('first')).toEqual([]);
    expect(world.told.filter(({ ruleId }) => ruleId === 'flat').map(({ event }) => event)).toEqual(['created a']);
    expect(world.source.status(first.ruleId).sharedWith).toEqual(['flat']);
    expect(world.folder.openWatches.size).toBe(1);
    expect(world.indexes.files.size).toBe(1);
  });

  it('that are off and want sub-folders are not served by a look without', async () => {
    const world = openFolderWorld();
    world.folder.write('sub/a', 1);
    await world.pass(10_000);
    const flat = folderRule('flat', { recursive: false });
    const whole = folderRule('whole');
    const [mark] = whole.marks;
    const late = { ...whole, marks: [{ ...mark, fromMs: world.clock.nowMs() }] as const };
    world.start(flat, { ...late, isOn: false });
    await world.pass(5000);
    world.start(flat, late);
    await world.pass(5000);
    // Else what lay in sub-folders long before would be new to it.
    expect(world.news()).toEqual([]);
    world.folder.write('sub/b', 1);
    await world.pass(5000);
    expect(world.news()).toEqual(['created sub/b']);
  });

  it('that are off keep the index and make no looks', async () => {
    const world = openFolderWorld();
    world.start(rule);
    await world.pass(1000);
    world.start({ ...rule, isOn: false });
    world.folder.write('a', 1);
    await world.pass(600_000);
    expect(world.news()).toEqual([]);
    expect(world.folder.openWatches.size).toBe(0);
    expect(world.source.status(rule.ruleId).nextLookMs).toBeNull();
    world.start(rule);
    await world.pass(1000);
    expect(world.news()).toEqual(['created a']);
  });

  it('that are gone take the index with them', async () => {
    const world = openFolderWorld();
    world.start(rule);
    await world.pass(1000);
    world.start();
    await settlePromises();
    expect(world.indexes.files.size).toBe(0);
    expect(world.folder.openWatches.size).toBe(0);
    expect(await world.source.lookNow(rule.ruleId)).toMatchObject({ ok: false });
  });
});

describe('[A2] what was found', () => {
  it('comes again until it is taken, in batches of 500', async () => {
    const world = openFolderWorld();
    for (let i = 0; i < 1200; i++)
      world.folder.entries.set(`f${i}`, {
        inode: `${i}`,
        sizeBytes: 1,
        modifiedMs: 5000,
        changedMs: 5000,
        type: 'file',
      });
    world.refusesChanges = true;
    world.start(rule);
    await world.pass(10_000);
    expect(world.source.status(rule.ruleId).problem?.code).toBe('DatabaseLocked');
    world.refusesChanges = false;
    await world.restart();
    await world.pass(40_000);
    expect(world.told.length).toBe(1200);
    expect(Math.max(...world.batches.map(({ changes }) => changes.length))).toBe(500);
    expect(world.source.status(rule.ruleId).problem).toBeNull();
  });
});

it('a bug of who takes the changes is told, answered for, and tried again', async () => {
  const world = openFolderWorld();
  world.folder.write('a', 1);
  world.start(rule);
  await world.pass(5000);
  world.breaks = true;
  world.folder.write('b', 1);
  const looked = world.source.lookNow(rule.ruleId);
  await world.pass(5000);
  expect(await looked).toMatchObject({ ok: true });
  const again = world.source.lookNow(rule.ruleId);
  await world.pass(1000);
  expect((await again).ok).toBe(false);
  expect(world.unexpected.splice(0).length).toBeGreaterThan(0);
  world.breaks = false;
  await world.pass(130_000);
  expect(world.news()).toEqual(['created a', 'created b']);
});
