import { describe, expect, it } from 'vitest';
import { folderRule, openFolderWorld } from '../../fakes/folder-world.ts';

const rule = folderRule('rule');

describe('watches that are long in coming', () => {
  it('hold up nothing; there is another look when they have come', async () => {
    const world = openFolderWorld();
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
    const world = openFolderWorld();
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

describe('[A13] where nothing tells of changes', () => {
  it('the folder is looked at again and again, and the rule says so', async () => {
    const world = openFolderWorld();
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
    const world = openFolderWorld();
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
    const world = openFolderWorld();
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
