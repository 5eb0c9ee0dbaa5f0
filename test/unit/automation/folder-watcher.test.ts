import { afterEach, describe, expect, it } from 'vitest';
import { appError } from '../../../shared/errors.ts';
import { createFolderWorld, folderRule, type FolderWorld, settlePromises } from '../../fakes/folder-world.ts';

const worlds: FolderWorld[] = [];
const open = () => {
  const world = createFolderWorld();
  worlds.push(world);
  return world;
};
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});
const rule = folderRule('rule');

describe('what is there at the start', () => {
  it('is told once, and not again after a restart', async () => {
    const world = open();
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
    const world = open();
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
    const world = open();
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
    const world = open();
    world.start(rule);
    await world.pass(1000);
    world.folder.write('large', 1_000_000_000);
    await world.pass(11_500);
    expect(world.news()).toEqual([]);
    await world.pass(1000);
    expect(world.news()).toEqual(['created large']);
  });

  it('is not told as removed when it was away for a moment, though a look comes just then', async () => {
    const world = open();
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
    const world = open();
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
    const world = open();
    world.folder.write('a', 1);
    world.start(rule);
    await world.pass(5000);
    world.news();
    world.folder.rename('a', 'b/a');
    await world.pass(3000);
    expect(world.news().sort()).toEqual(['created b/a', 'removed a']);
  });

  it('[A10] that are lost are made up for by the look every five minutes, or when the system says so', async () => {
    const world = open();
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

describe('watches that are long in coming', () => {
  it('hold up nothing; there is another look when they have come', async () => {
    const world = open();
    world.folder.openFails = 'silent';
    world.folder.write('a', 1);
    world.start(rule);
    await world.pass(5000);
    expect(world.news()).toEqual(['created a']);
    world.folder.loses = () => true;
    world.folder.write('b', 1);
    await world.pass(5000);
    expect(world.news()).toEqual([]);
    for (const events of world.folder.openWatches) events.ready();
    await world.pass(1000);
    expect(world.news()).toEqual(['created b']);
  });

  it('when a folder is back, too', async () => {
    const world = open();
    world.start(rule);
    await world.pass(5000);
    world.folder.root = null;
    await world.pass(20_000);
    world.folder.loses = () => true;
    world.folder.root = { device: 'disk', inode: '2' };
    // Written when the walk has passed, and before the watches are there.
    world.folder.onAsked = (what) => {
      if (what !== 'list') return;
      world.folder.onAsked = () => {};
      queueMicrotask(() => world.folder.write('a', 1));
    };
    await world.pass(40_000);
    expect(world.news()).toEqual(['created a']);
  });
});

describe('more files than can be remembered', () => {
  it('that have not settled are found by further looks', async () => {
    const world = open();
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

describe('[A12] a folder', () => {
  it.each([
    ['is gone', 'FileNotFound', (world: FolderWorld) => (world.folder.root = null)],
    ['may not be read', 'LocalAccessDenied', (world: FolderWorld) => world.folder.failing.set('', 'LocalAccessDenied')],
    [
      'has a part that may not be read',
      'LocalAccessDenied',
      (world: FolderWorld) => world.folder.failing.set('sub', 'LocalAccessDenied'),
    ],
  ])('that %s says nothing, and goes on when it is back', async (_, code, breakIt) => {
    const world = open();
    world.folder.write('sub/a', 1);
    world.start(rule);
    await world.pass(5000);
    world.news();
    breakIt(world);
    const looked = world.source.lookNow(rule.ruleId);
    await world.pass(60_000);
    expect(await looked).toMatchObject({ error: { code } });
    expect(world.source.status(rule.ruleId).problem?.code).toBe(code);
    expect(world.news()).toEqual([]);
    world.folder.root = { device: 'disk', inode: '2' };
    world.folder.failing.clear();
    world.folder.write('sub/b', 1);
    await world.pass(120_000);
    expect(world.news()).toEqual(['created sub/b']);
    expect(world.source.status(rule.ruleId).problem).toBeNull();
  });

  it('that was moved away is noticed though nothing tells of it', async () => {
    const world = open();
    world.start(rule);
    await world.pass(1000);
    world.folder.root = null;
    await world.pass(20_000);
    expect(world.source.status(rule.ruleId).problem?.code).toBe('FileNotFound');
    expect(world.folder.openWatches.size).toBe(0);
  });

  it('that vanishes while a file in it settles says nothing of that file', async () => {
    const world = open();
    world.folder.write('sub/a', 1);
    world.start(rule);
    await world.pass(5000);
    world.news();
    world.folder.write('sub/a', 2);
    await world.pass(500);
    world.folder.root = null;
    await world.pass(10_000);
    world.folder.root = { device: 'disk', inode: '2' };
    await world.pass(60_000);
    expect(world.news()).toEqual(['updated sub/a']);
  });

  it('of another disk in the same place is another one, unless the system was started anew', async () => {
    const world = open();
    world.folder.write('a', 1);
    world.start(rule);
    await world.pass(5000);
    world.news();
    const [watches] = world.folder.openWatches;
    world.folder.root = { device: 'stick', inode: '2' };
    world.folder.remove('a');
    await world.pass(60_000);
    expect(world.source.status(rule.ruleId).problem?.code).toBe('FolderReplaced');
    world.folder.write('b', 1);
    await world.pass(60_000);
    expect(world.news()).toEqual(['created b']);
    // Those on the other one tell nothing of it.
    expect(world.folder.openWatches.size).toBe(1);
    expect(world.folder.openWatches.has(watches as never)).toBe(false);
    await world.source.close();
    world.folder.root = { device: 'numbered anew', inode: '2' };
    world.folder.remove('b');
    await world.restart();
    await world.pass(60_000);
    expect(world.news()).toEqual(['removed b']);
  });

  it('of another disk with the same number is told from it by its birth, also after a restart', async () => {
    const world = open();
    world.folder.root = { device: 'disk', inode: '2', bornNs: '100' };
    world.folder.write('a', 1);
    world.start(rule);
    await world.pass(5000);
    world.news();
    await world.source.close();
    world.folder.root = { device: 'disk', inode: '2', bornNs: '200' };
    world.folder.remove('a');
    world.folder.write('b', 1);
    await world.restart();
    await world.pass(60_000);
    expect(world.news()).toEqual(['created b']);
  });

  it('is looked at on when the clock is set back by a day', async () => {
    const world = open();
    world.start(rule);
    await world.pass(5000);
    world.folder.loses = () => true;
    world.folder.write('a', 1);
    world.clock.set(world.clock.nowMs() - 86_400_000);
    await world.pass(120_000);
    expect(world.news()).toEqual(['created a']);
  });

  it('whose index is broken is looked at with a new one', async () => {
    const world = open();
    world.start(rule);
    await world.pass(5000);
    world.indexes.failWith(appError('DatabaseCorrupt', { path: '/indexes/x' }));
    world.folder.write('a', 1);
    await world.pass(10_000);
    expect(world.source.status(rule.ruleId).problem?.code).toBe('DatabaseCorrupt');
    world.indexes.files.clear();
    world.indexes.failWith(null);
    await world.pass(600_000);
    expect(world.batches.map(({ indexId }) => indexId)).toEqual(['index-2']);
    expect(world.news()).toEqual(['created a']);
    expect(world.source.status(rule.ruleId).problem).toBeNull();
  });

  it.each([
    ['is empty', true, 'FolderReplaced'],
    ['is gone', false, 'FileNotFound'],
  ])('with a disk in a sub-folder that %s says nothing, until a person looks at it', async (_, leavesFolder, code) => {
    const world = open();
    world.folder.write('a', 1);
    world.folder.write('disk/b', 1);
    world.folder.mounts.add('disk');
    world.start(rule);
    await world.pass(5000);
    world.news();
    await world.restart();
    world.folder.mounts.delete('disk');
    if (leavesFolder) world.folder.link('disk/not a file');
    // The system tells of each file.
    world.folder.remove('disk/b');
    await world.pass(30_000);
    expect(world.source.status(rule.ruleId).problem?.code).toBe(code);
    world.folder.remove('a');
    await world.pass(600_000);
    expect(world.news()).toEqual([]);
    const looked = world.source.lookNow(rule.ruleId);
    await world.pass(5000);
    expect((await looked).ok).toBe(true);
    expect(world.news()).toEqual(['removed a', 'removed disk/b']);
    await world.pass(600_000);
    expect(world.source.status(rule.ruleId).problem).toBeNull();
  });

  it('with files that is another one at once is watched anew', async () => {
    const world = open();
    world.folder.write('a', 1);
    world.start(rule);
    await world.pass(5000);
    const [watches] = world.folder.openWatches;
    world.folder.root = { device: 'disk', inode: '77' };
    await world.pass(20_000);
    expect(world.source.status(rule.ruleId).problem).toBeNull();
    expect(world.folder.openWatches.size).toBe(1);
    expect(world.folder.openWatches.has(watches as never)).toBe(false);
  });

  it('in place of which there is an empty mount point does not count as emptied', async () => {
    const world = open();
    world.folder.write('a', 1);
    world.start(rule);
    await world.pass(5000);
    world.news();
    const disk = [...world.folder.entries];
    world.folder.entries.clear();
    world.folder.root = { device: 'other', inode: '77' };
    await world.pass(400_000);
    expect(world.source.status(rule.ruleId).problem?.code).toBe('FolderReplaced');
    await world.restart();
    await world.pass(60_000);
    expect(world.source.status(rule.ruleId).problem?.code).toBe('FolderReplaced');
    expect(world.news()).toEqual([]);
    world.folder.root = { device: 'disk', inode: '2' };
    for (const [key, entry] of disk) world.folder.entries.set(key, entry);
    await world.pass(60_000);
    expect(world.source.status(rule.ruleId).problem).toBeNull();
    expect(world.news()).toEqual([]);
  });

  it('that is another one is taken when a person looks at it', async () => {
    const world = open();
    world.folder.write('a', 1);
    world.start(rule);
    await world.pass(5000);
    world.news();
    world.folder.entries.clear();
    world.folder.root = { device: 'disk', inode: '77' };
    await world.pass(60_000);
    const looked = world.source.lookNow(rule.ruleId);
    await world.pass(1000);
    expect((await looked).ok).toBe(true);
    expect(world.news()).toEqual(['removed a']);
  });

  it('that is another one with files in it is taken, without removals', async () => {
    const world = open();
    world.folder.write('a', 1);
    world.folder.write('b', 1);
    world.start(rule);
    await world.pass(5000);
    world.news();
    world.folder.entries.clear();
    world.folder.root = { device: 'disk', inode: '77' };
    world.folder.write('b', 2);
    world.folder.write('c', 1);
    world.refusesChanges = true;
    await world.pass(30_000);
    await world.restart();
    world.refusesChanges = false;
    await world.pass(60_000);
    expect(world.news().sort()).toEqual(['created c', 'updated b']);
    world.folder.remove('c');
    await world.pass(5000);
    expect(world.news()).toEqual(['removed c']);
  });
});

describe('[A13] where nothing tells of changes', () => {
  it('the folder is looked at again and again, and the rule says so', async () => {
    const world = open();
    world.folder.openFails = Object.assign(new Error('System limit for number of file watchers reached'), {
      code: 'ENOSPC',
    });
    world.start(rule);
    await world.pass(1000);
    expect(world.source.status(rule.ruleId).notice?.code).toBe('WatchLimitReached');
    expect(world.folder.openWatches.size).toBe(0);
    world.folder.write('a', 1);
    await world.pass(13_000);
    expect(world.news()).toEqual(['created a']);
    world.folder.openFails = null;
    const looked = world.source.lookNow(rule.ruleId);
    await world.pass(1000);
    expect((await looked).ok).toBe(true);
    expect(world.source.status(rule.ruleId).notice).toBeNull();
    expect(world.folder.openWatches.size).toBe(1);
  });

  it('a folder with too many files is not watched', async () => {
    const world = open();
    for (let i = 0; i <= 2000; i++) {
      world.folder.entries.set(`f${i}`, {
        inode: `${i}`,
        sizeBytes: 1,
        modifiedMs: 5000,
        changedMs: 5000,
        type: 'file',
      });
    }
    const later = folderRule('later', { startFrom: 'now' });
    const [mark] = later.marks;
    world.start({ ...later, marks: [{ ...mark, fromMs: world.clock.nowMs() }] });
    await world.pass(1000);
    expect(world.source.status(later.ruleId)).toMatchObject({ objects: 2001, notice: { code: 'TooManyToWatch' } });
    expect(world.folder.openWatches.size).toBe(0);
    world.folder.remove('f7');
    await world.pass(12_000);
    expect(world.news()).toEqual(['removed f7']);
    expect(world.source.status(later.ruleId).notice).toBeNull();
    expect(world.folder.openWatches.size).toBe(1);
  });

  it.each([
    ['with usePolling', { usePolling: true }, false, null],
    ['on a network drive', {}, true, 'WatchUnsupported'],
  ])('%s: no watches, and the times of files are not trusted', async (_, trigger, isNetwork, notice) => {
    const world = open();
    const polled = folderRule('polled', trigger);
    world.folder.isNetwork = isNetwork;
    world.start(polled);
    await world.pass(1000);
    expect(world.source.status(polled.ruleId).notice?.code ?? null).toBe(notice);
    expect(world.folder.openWatches.size).toBe(0);
    // Its server's clock is an hour slow: the file seems to be an hour old while it is being written.
    const write = (size: number) => {
      world.folder.write('a', size, world.clock.nowMs() - 3_600_000);
      const entry = world.folder.entries.get('a');
      if (entry !== undefined) entry.changedMs = entry.modifiedMs;
    };
    for (let size = 1; size < 40; size++) {
      write(size);
      await world.pass(1000);
    }
    expect(world.news()).toEqual([]);
    await world.pass(13_000);
    expect(world.news()).toEqual(['created a']);
  });
});

describe('several rules', () => {
  it('on one folder share its looks; each begins with its own', async () => {
    const world = open();
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
    const world = open();
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
    const world = open();
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
    const world = open();
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
    const world = open();
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
  const world = open();
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
