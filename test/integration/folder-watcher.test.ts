import { appendFile, mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { ChangeSource, WatchedFolderRule } from '../../main/automation/change-source.ts';
import { createFolderWatcher } from '../../main/automation/folders/folder-watcher.ts';
import { nodeFolderFiles } from '../../main/automation/folders/node-folder-files.ts';
import type { StagedChange } from '../../main/automation/object-index.ts';
import { systemClock, systemRandom } from '../../main/system-clock.ts';
import type { FolderTrigger } from '../../shared/domain/rule-trigger.ts';
import { ok } from '../../shared/result.ts';
import { folderRule } from '../fakes/folder-world.ts';
import { createMemoryObjectIndexes } from '../fakes/memory-object-indexes.ts';

/** The real file system and its watches; nothing here goes by the clock but the quiet times. */
type Watched = {
  readonly folder: string;
  readonly rule: WatchedFolderRule;
  readonly source: ChangeSource<WatchedFolderRule>;
  readonly told: StagedChange[];
  readonly events: () => string[];
  readonly put: (key: string, text: string) => Promise<void>;
};

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function open(
  trigger: Partial<FolderTrigger> = {},
  prepare?: (folder: string) => Promise<void>,
): Promise<Watched> {
  const base = await mkdtemp(join(tmpdir(), 'brigade-folder-'));
  cleanUps.push(() => rm(base, { recursive: true, force: true }));
  const folder = join(base, 'watched');
  await mkdir(folder);
  await prepare?.(folder);
  const told: StagedChange[] = [];
  const rule = folderRule('rule', { folder, settleSeconds: 0.3, ...trigger });
  const source = createFolderWatcher({
    indexes: createMemoryObjectIndexes(),
    clock: systemClock,
    random: systemRandom,
    folder: join(base, 'indexes'),
    async take({ changes, served }) {
      const begun = served.get(rule.marks[0].id);
      for (const change of changes) {
        if (change.mark === null ? begun !== undefined && begun < change.pass : change.mark === rule.marks[0].id)
          told.push(change);
      }
      return ok();
    },
    onChanged: () => {},
    onUnexpected(error) {
      throw error;
    },
  });
  cleanUps.push(() => source.close());
  source.watch([rule]);
  const lookedAt = () => source.status(rule.ruleId).lastLookMs;
  await expect.poll(lookedAt).not.toBeNull();
  // There is a second look when the system's watches are there: what comes after it is found by them.
  const first = lookedAt();
  if (!rule.trigger.usePolling) await expect.poll(lookedAt).not.toBe(first);
  return {
    folder,
    rule,
    source,
    told,
    events: () => told.map(({ type, key }) => `${type} ${key}`).sort(),
    async put(key, text) {
      await mkdir(dirname(join(folder, key)), { recursive: true });
      await writeFile(join(folder, key), text);
    },
  };
}

describe('the real file system', () => {
  it('[A11] a file that is written slowly is told of once, whole', async () => {
    const { folder, told } = await open({ settleSeconds: 2 });
    for (let chunk = 0; chunk < 20; chunk++) {
      await appendFile(join(folder, 'slow'), 'x'.repeat(1000));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await expect.poll(() => told).toMatchObject([{ type: 'created', key: 'slow', sizeBytes: 20_000 }]);
  });

  it('a rename, a rewrite and a removal', async () => {
    const { folder, events, put, told } = await open({}, async (at) => {
      for (const name of ['kept', 'moved', 'rewritten', 'removed']) await writeFile(join(at, name), 'text');
    });
    await expect.poll(() => events()).toHaveLength(4);
    told.length = 0;
    await rename(join(folder, 'moved'), join(folder, 'renamed'));
    await put('rewritten', 'longer text');
    await rm(join(folder, 'removed'));
    await expect
      .poll(() => events())
      .toEqual(['created renamed', 'removed moved', 'removed removed', 'updated rewritten']);
  });

  it('a file that another takes the place of by a rename, as editors save', async () => {
    const { folder, events, put, told } = await open({}, (at) => writeFile(join(at, 'text'), 'one'));
    await expect.poll(() => events()).toEqual(['created text']);
    await put('text.part', 'two');
    await rename(join(folder, 'text.part'), join(folder, 'text'));
    await expect.poll(() => events()).toEqual(['created text', 'updated text']);
    expect(told.at(-1)).toMatchObject({ sizeBytes: 3 });
  });

  it('folders that are made, moved and removed with what is in them', async () => {
    const { folder, events, put, told } = await open();
    await put('one/two/a', 'a');
    await put('one/b', 'b');
    await expect.poll(() => events()).toEqual(['created one/b', 'created one/two/a']);
    told.length = 0;
    await rename(join(folder, 'one'), join(folder, 'other'));
    await expect
      .poll(() => events())
      .toEqual(['created other/b', 'created other/two/a', 'removed one/b', 'removed one/two/a']);
    told.length = 0;
    await rm(join(folder, 'other'), { recursive: true });
    await expect.poll(() => events()).toEqual(['removed other/b', 'removed other/two/a']);
  });

  it('2,000 files at once', async () => {
    const { put, told } = await open();
    const keys = Array.from({ length: 2000 }, (_, i) => `d${i % 40}/f${i}`);
    await Promise.all(keys.map((key) => put(key, key)));
    await expect.poll(() => told.length).toBe(2000);
    expect(told.map(({ key }) => key).sort()).toEqual(keys.sort());
  });

  it('[A14] names that differ in case or form only, and links', async () => {
    const { folder, events, put } = await open({}, async (at) => {
      await mkdir(join(at, '../outside'));
      await writeFile(join(at, '../outside/secret'), 'text');
    });
    const names = ['😀', '\uff61', 'two  spaces'];
    // Others fold some of these into one, or forbid them.
    if (process.platform === 'linux') names.push('a', 'A', 'é', 'e\u0301', 'a\\b', 'new\nline');
    for (const name of names) await put(`sub/${name}`, name);
    await symlink(join(folder, '../outside'), join(folder, 'folder link'));
    await symlink(join(folder, '../outside/secret'), join(folder, 'file link'));
    await expect.poll(() => events()).toEqual(names.map((name) => `created sub/${name}`).sort());
  });

  it('a copy that keeps an old time', async () => {
    const { folder, told } = await open();
    await writeFile(join(folder, 'copy.part'), 'text');
    await utimes(join(folder, 'copy.part'), 1_000_000_000, 1_000_000_000.5);
    await rename(join(folder, 'copy.part'), join(folder, 'copy'));
    await expect.poll(() => told).toMatchObject([{ key: 'copy', lastModified: '2001-09-09T01:46:40.500Z' }]);
  });

  it('only the files in the folder itself, for a rule without sub-folders', async () => {
    const { put, events } = await open({ recursive: false });
    await put('sub/a', 'a');
    await put('b', 'b');
    await expect.poll(() => events()).toEqual(['created b']);
  });

  it('[A13] with polling', async () => {
    const { put, events, source, rule } = await open({ usePolling: true });
    await put('a/b', 'b');
    expect((await source.lookNow(rule.ruleId)).ok).toBe(true);
    await expect.poll(() => events()).toEqual(['created a/b']);
  });
});

describe('[A12] a folder', () => {
  it('that is moved away and back says nothing but what happened in it', async () => {
    const { folder, source, rule, events, told, put } = await open({}, (at) => writeFile(join(at, 'kept'), 'text'));
    await expect.poll(() => events()).toEqual(['created kept']);
    told.length = 0;
    const away = `${folder}-away`;
    await rename(folder, away);
    expect(await source.lookNow(rule.ruleId)).toMatchObject({ error: { code: 'FileNotFound' } });
    await writeFile(join(away, 'meanwhile'), 'text');
    await rename(away, folder);
    // It is looked for every few seconds.
    await expect.poll(() => events()).toEqual(['created meanwhile']);
    expect(source.status(rule.ruleId).problem).toBeNull();
    await put('after', 'text');
    await expect.poll(() => events()).toEqual(['created after', 'created meanwhile']);
  });

  it('that an empty one has taken the place of says nothing', async () => {
    const { folder, source, rule, events, told } = await open({}, (at) => writeFile(join(at, 'kept'), 'text'));
    await expect.poll(() => events()).toEqual(['created kept']);
    told.length = 0;
    await rename(folder, `${folder}-away`);
    await mkdir(folder);
    await expect.poll(() => source.status(rule.ruleId).problem?.code).toBe('FolderReplaced');
    await rm(folder, { recursive: true });
    await rename(`${folder}-away`, folder);
    await expect.poll(() => source.status(rule.ruleId).problem).toBeNull();
    expect(events()).toEqual([]);
  });
});

it('watches work on a local disk', async () => {
  expect(await nodeFolderFiles.watchesWork(tmpdir())).toBe(true);
  expect(await nodeFolderFiles.watchesWork('//server/share')).toBe(false);
});
