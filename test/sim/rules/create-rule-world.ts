import SqliteDatabase, { type Database } from 'better-sqlite3';
import type { RuleJournal } from '../../../main/automation/rule-journal.ts';
import { createRuleJournal } from '../../../main/db/rule-journal.ts';
import type { RuleId } from '../../../shared/domain/ids.ts';
import { openMemoryDatabase } from '../../fakes/memory-database.ts';
import type { Dice } from '../dice.ts';
import { createDisk } from '../disk.ts';
import type { Trace } from '../trace.ts';
import { createWorld, type World } from '../world.ts';
import { createObserver, type Observer } from './observer.ts';
import { createOrigins, type Origins } from './origins.ts';
import type { RuleWorld } from './rule-world.ts';

/** What is committed, with the rules read again only after somebody has written something. */
function cachedReader(db: Database): RuleJournal {
  const reader = createRuleJournal(db);
  const writes = db.prepare('SELECT total_changes()').pluck();
  let at: unknown = null;
  let rules: ReturnType<RuleJournal['rules']> = [];
  return {
    ...reader,
    rules() {
      const now = writes.get();
      if (now !== at) [at, rules] = [now, reader.rules()];
      return rules;
    },
  };
}

let empty: Buffer | null = null;
/** A database of the present schema; migrated once. */
function freshDatabase(): Database {
  if (empty === null) {
    const made = openMemoryDatabase();
    empty = made.serialize();
    made.close();
  }
  const db = new SqliteDatabase(empty);
  db.pragma('foreign_keys = ON');
  return db;
}

/** Europe's changes of daylight saving, two hours before; and any day. */
const startTimes = [
  '2026-03-28T23:20Z',
  '2026-10-24T23:20Z',
  '2026-03-29T00:15Z',
  '2026-10-25T00:05Z',
  '2026-06-10T12:00Z',
];

export function createRuleWorld(dice: Dice, trace: Trace, horizonMs: number): RuleWorld {
  const startMs = Date.parse(dice.pick(startTimes)) + dice.int(3_600_000);
  const world = createWorld(dice, trace, horizonMs, startMs);
  const { scheduler } = world;
  const [one, other] = world.connections as [World['connections'][0], World['connections'][0]];
  // By two addresses of one server nobody can tell its buckets apart; and whether clocks differ is another matter.
  const second = other.host === 'alias.test' ? { ...other, host: one.host } : other;
  const connections = [one, second].map((connection) => ({ ...connection, skewMs: 0 }));
  // Bytes that change on their way are the business of the transfers' own simulation.
  world.sky.weather = { ...world.sky.weather, corruptUp: 0, corruptDown: 0 };
  const db = freshDatabase();
  const hasClockJumps = dice.chance(0.2);
  const ruleWorld: RuleWorld = Object.assign(world, {
    connections,
    db,
    reader: cachedReader(db),
    indexFiles: new Map(),
    notes: new Map(),
    wallOffsetMs: 0,
    hasClockJumps,
    jumps: [],
    isAllPaused: false,
    isFolderGone: false,
    hintLoss: dice.pick([0, 0, 0.1, 0.5, 1]),
    watchLimit: dice.chance(0.15),
    notices: new Map(),
    touched: new Set<number>(),
    jobsCancelled: 0,
    edited: new Set<RuleId>(),
    removedRules: 0,
    versionFailures: new Map(),
    isCutting: false,
    deaths: 0,
    nowMs: () => Math.floor(scheduler.nowMs()) + ruleWorld.wallOffsetMs,
    observer: null as unknown as Observer,
    origins: null as unknown as Origins,
    disk: createDisk(
      dice,
      () => scheduler.steps,
      () => scheduler.nowMs() + ruleWorld.wallOffsetMs,
    ),
  });
  Object.assign(ruleWorld, { observer: createObserver(ruleWorld), origins: createOrigins(ruleWorld) });
  return ruleWorld;
}
