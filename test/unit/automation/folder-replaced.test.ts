import { describe, expect, it } from 'vitest';
import { appError } from '../../../shared/errors.ts';
import { folderRule, type FolderWorld, openFolderWorld } from '../../fakes/folder-world.ts';

const rule = folderRule('rule');

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
    const world = openFolderWorld();
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
    const world = openFolderWorld();
    world.start(rule);
    await world.pass(1000);
    world.folder.root = null;
    await world.pass(20_000);
    expect(world.source.status(rule.ruleId).problem?.code).toBe('FileNotFound');
    expect(world.folder.openWatches.size).toBe(0);
  });

  it('that vanishes while a file in it settles says nothing of that file', async () => {
    const world = openFolderWorld();
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
    const world = openFolderWorld();
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
    const world = openFolderWorld();
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
    const world = openFolderWorld();
    world.start(rule);
    await world.pass(5000);
    world.folder.loses = () => true;
    world.folder.write('a', 1);
    world.clock.set(world.clock.nowMs() - 86_400_000);
    await world.pass(120_000);
    expect(world.news()).toEqual(['created a']);
  });

  it('whose index is broken is looked at with a new one', async () => {
    const world = openFolderWorld();
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
    const world = openFolderWorld();
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
    const world = openFolderWorld();
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
    const world = openFolderWorld();
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
    const world = openFolderWorld();
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
    const world = openFolderWorld();
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
