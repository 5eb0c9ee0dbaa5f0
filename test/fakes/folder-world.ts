import { onTestFinished } from 'vitest';
import type { Mark } from '../../main/automation/object-index.ts';
import type { ChangeBatch, ChangeSource, WatchedFolderRule } from '../../main/automation/change-source.ts';
import { createFolderWatcher } from '../../main/automation/folders/folder-watcher.ts';
import type { FolderTrigger } from '../../shared/domain/rule-trigger.ts';
import { folderTriggerSchema } from '../../shared/domain/rule-trigger.ts';
import type { RuleId } from '../../shared/domain/ids.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok } from '../../shared/result.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';
import { createMemoryFolder, createMemoryNotes, type MemoryFolder } from './memory-folder.ts';
import { createMemoryObjectIndexes, type MemoryObjectIndexes } from './memory-object-indexes.ts';

/** What a rule was told of: `created a/b.txt`. */
type Told = {
  readonly ruleId: RuleId;
  readonly event: string;
  readonly type: string;
  readonly etag: string | null;
  readonly key: string;
};

export const watchedPath = '/watched';

export function folderRule(name: string, trigger: Partial<FolderTrigger> = {}, isOn = true): WatchedFolderRule {
  const whole = folderTriggerSchema.parse({
    type: 'folder',
    folder: watchedPath,
    on: ['created', 'updated', 'removed'],
    ...trigger,
  });
  const cover = { prefix: '', recursive: whole.recursive };
  const mark: Mark = { id: `${name}-begin`, cover, fromMs: whole.startFrom === 'all' ? null : 0, toMs: null };
  return { ruleId: name as RuleId, trigger: whole, marks: [mark], isOn };
}

export type FolderWorld = {
  readonly clock: ManualClock;
  readonly folder: MemoryFolder;
  readonly indexes: MemoryObjectIndexes;
  readonly told: Told[];
  readonly batches: ChangeBatch[];
  readonly unexpected: unknown[];
  source: ChangeSource<WatchedFolderRule>;
  refusesChanges: boolean;
  /** Taking changes throws. */
  breaks: boolean;
  /** What one rule was told since the last call. */
  news(name?: string): string[];
  /** Lets time pass, and everything happen that is due on the way. */
  pass(ms: number): Promise<void>;
  start(...rules: WatchedFolderRule[]): void;
  restart(): Promise<void>;
  /** Throws what was unexpected. */
  close(): Promise<void>;
};

/** As much as any chain of promises here is long. */
export async function settlePromises(): Promise<void> {
  for (let i = 0; i < 12; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** One for a test: closed at its end, which fails by what was unexpected. */
export function openFolderWorld(): FolderWorld {
  const world = createFolderWorld();
  onTestFinished(() => world.close());
  return world;
}

/** A folder trigger on a folder in memory, with a consumer that takes each change once. */
export function createFolderWorld(): FolderWorld {
  const clock = createManualClock();
  const folder = createMemoryFolder(watchedPath, clock);
  const indexes = createMemoryObjectIndexes();
  const notesAt = createMemoryNotes();
  const taken = new Set<string>();
  let rules: WatchedFolderRule[] = [];
  let read = 0;

  const open = () =>
    createFolderWatcher({
      indexes,
      clock,
      random: { next: () => 0.5 },
      folder: '/indexes',
      files: folder,
      watching: folder,
      notesAt,
      maxPending: 100,
      maxWatchedFiles: 2000,
      async take(batch) {
        if (world.breaks) throw new Error('a bug');
        if (world.refusesChanges) return err(appError('DatabaseLocked'));
        world.batches.push(batch);
        for (const change of batch.changes) {
          for (const { ruleId, marks, trigger } of rules) {
            const begun = batch.served.get(marks[0].id);
            const isOwn =
              change.mark === null
                ? begun !== undefined && begun < change.pass
                : marks.some(({ id }) => id === change.mark);
            const id = `${batch.indexId} ${change.id} ${ruleId}`;
            if (!isOwn || taken.has(id) || (!trigger.recursive && change.key.includes('/'))) continue;
            taken.add(id);
            const { type, etag, key } = change;
            world.told.push({ ruleId, type, etag, key, event: `${type} ${key}` });
          }
        }
        return ok();
      },
      onChanged: () => {},
      onUnexpected: (error) => void world.unexpected.push(error),
    });

  const world: FolderWorld = {
    clock,
    folder,
    indexes,
    told: [],
    batches: [],
    unexpected: [],
    source: open(),
    refusesChanges: false,
    breaks: false,
    news(name) {
      const news = world.told.slice(read).filter(({ ruleId }) => name === undefined || ruleId === name);
      read = world.told.length;
      return news.map(({ event }) => event);
    },
    async pass(ms) {
      await settlePromises();
      const endMs = clock.nowMs() + ms;
      clock.advance(0);
      await settlePromises();
      // Fine steps where something is going on; nothing depends on them.
      for (let steps = 0; clock.nowMs() < endMs; steps++) {
        clock.advance(Math.min(steps < 120 ? 500 : 5000, endMs - clock.nowMs()));
        await settlePromises();
      }
    },
    start(...next) {
      rules = next;
      world.source.watch(next);
    },
    async restart() {
      await world.source.close();
      world.source = open();
      world.source.watch(rules);
    },
    async close() {
      await world.source.close();
      if (world.unexpected.length > 0) throw new AggregateError(world.unexpected, 'unexpected');
    },
  };
  return world;
}
