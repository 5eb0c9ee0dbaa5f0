import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { appError } from '../../shared/errors.ts';
import { createFolderWorld, folderRule, type FolderWorld } from '../fakes/folder-world.ts';

const keys = ['a', 'b', 'sub/a', 'sub/b', 'sub/deep/a', 'other/A', 'other/a'];
const key = fc.constantFrom(...keys);

const operation = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('write' as const), key, size: fc.integer({ min: 0, max: 3e8 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('copy' as const), key, agoMs: fc.integer({ min: -1e9, max: 1e9 }) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('remove' as const), key }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('rename' as const), key, to: key }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 20_000 }) }) },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom(
        ...([
          'look',
          'restart',
          'losesHints',
          'unreadable',
          'gone',
          'emptyMountPoint',
          'database',
          'refused',
          'off',
        ] as const),
      )
      .map((what) => ({ do: what })),
  },
  { weight: 2, arbitrary: fc.constant({ do: 'mend' as const }) },
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

const rule = folderRule('rule', { settleSeconds: 1 });

/** The folder as the person has it, whatever the source can see of it. */
type Drama = {
  readonly world: FolderWorld;
  /** Taken out and put aside. */
  disk: Map<string, never> | null;
  /** Keys that were away at any time since the rule was last told that they are there. */
  readonly away: Set<string>;
  heard: number;
  readonly known: Map<string, string | null>;
};

function mend({ world, ...drama }: Drama): void {
  const { folder, indexes } = world;
  folder.loses = () => false;
  folder.failing.clear();
  folder.root = { device: 'disk', inode: '2' };
  if (drama.disk !== null) for (const [name, entry] of drama.disk) folder.entries.set(name, entry);
  indexes.failWith(null);
  world.refusesChanges = false;
  world.start(rule);
}

async function perform(drama: Drama, op: Operation): Promise<void> {
  const { world } = drama;
  const { folder } = world;
  // Nobody writes on a disk that is not there.
  const isThere = folder.root?.inode === '2';
  switch (op.do) {
    case 'write':
    case 'copy':
      world.clock.advance(1);
      if (isThere)
        folder.write(op.key, 'size' in op ? op.size : 5, 'agoMs' in op ? world.clock.nowMs() - op.agoMs : undefined);
      break;
    case 'remove':
      if (!isThere) break;
      folder.remove(op.key);
      drama.away.add(op.key);
      break;
    case 'rename':
      if (!isThere || op.key === op.to || !folder.entries.has(op.key)) break;
      folder.rename(op.key, op.to);
      drama.away.add(op.key);
      break;
    case 'pass':
      await world.pass(op.ms);
      break;
    case 'look':
      void world.source.lookNow(rule.ruleId);
      // A person who looks at another folder takes it; that is another test.
      if (isThere) await world.pass(0);
      else await world.restart();
      break;
    case 'restart':
      await world.restart();
      break;
    case 'losesHints':
      folder.loses = () => true;
      break;
    case 'unreadable':
      folder.failing.set('sub', 'LocalAccessDenied');
      break;
    case 'gone':
      if (isThere) folder.root = null;
      break;
    case 'emptyMountPoint':
      if (!isThere) break;
      drama.disk = new Map(folder.entries) as Map<string, never>;
      folder.entries.clear();
      folder.root = { device: 'other', inode: '77' };
      break;
    case 'database':
      world.indexes.failWith(appError('DatabaseLocked'));
      break;
    case 'refused':
      world.refusesChanges = true;
      break;
    case 'off':
      world.start({ ...rule, isOn: false });
      break;
    case 'mend':
      mend(drama);
      drama.disk = null;
      break;
  }
  hear(drama);
}

/** Each event must be news, and each removal true. */
function hear(drama: Drama): void {
  const { world, known, away } = drama;
  for (const { type, key, etag } of world.told.slice(drama.heard)) {
    if (type === 'removed') {
      expect(known.has(key), `removed ${key}, which was never told of`).toBe(true);
      expect(away.has(key), `removed ${key}, which was always there`).toBe(true);
      known.delete(key);
      continue;
    }
    expect(known.has(key), `${type} ${key}`).toBe(type === 'updated');
    expect(known.get(key), `${key} was told twice`).not.toBe(etag);
    known.set(key, etag);
    if (world.folder.entries.has(key)) away.delete(key);
  }
  drama.heard = world.told.length;
}

test('[A1] [A10]-[A12] whatever happens and fails, the last state of every file is told once, and no removal on doubt', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 40 }), async (operations) => {
      const world = createFolderWorld();
      const drama: Drama = { world, disk: null, away: new Set(), heard: 0, known: new Map() };
      world.start(rule);
      await world.pass(100);
      for (const op of operations) await perform(drama, op);
      await perform(drama, { do: 'mend' });
      await world.pass(700_000);
      hear(drama);
      const there = new Map<string, string>();
      for (const [name, { inode, modifiedMs }] of world.folder.entries)
        there.set(name, `${inode}-${BigInt(modifiedMs) * 1_000_000n}`);
      expect(drama.known).toEqual(there);
      expect(world.source.status(rule.ruleId)).toMatchObject({ problem: null, notice: null });
      await world.close();
    }),
    { numRuns: 60 },
  );
});
