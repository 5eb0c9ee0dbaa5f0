import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { isInCover } from '../automation/index/cover.ts';
import { changeOf, type Difference } from '../automation/index/merge-diff.ts';
import type {
  Cover,
  LookedRow,
  LookRequest,
  LookSummary,
  RuleKeys,
  SeenObject,
  StagedChange,
} from '../automation/object-index.ts';
import { mapDatabaseError } from './database-error.ts';
import { migrate } from './migrate.ts';
import {
  beginLook,
  type IndexMarks,
  isElsewhere,
  nextPass,
  withWellFormedKey,
  writeDifference,
} from './object-index-look.ts';
import { createIndexRows } from './object-index-rows.ts';
import { indexApplicationId, indexMigrations } from './object-index-schema.ts';
import { sortingPath } from './object-index-sorting.ts';

export type KeyNow = { readonly key: string; readonly now: SeenObject | null };

/** An open look fails by its first failure, and has given itself up then. */
export type IndexLook = {
  take(rows: readonly LookedRow[]): Result<void>;
  end(): Result<LookSummary>;
  giveUp(): void;
};

/** ObjectIndex on a file, in this thread: see there. One call at a time, and none beside an open look. */
export type ObjectIndexDatabase = {
  readonly indexId: string;
  beginLook(request: LookRequest): Result<IndexLook>;
  update(keys: readonly KeyNow[]): Result<LookSummary>;
  count(keys: RuleKeys): Result<number>;
  staged(afterId: number, limit: number): Result<readonly StagedChange[]>;
  forget(throughId: number): Result<void>;
  servedMarks(): Result<ReadonlyMap<string, number>>;
  dropMarks(ids: readonly string[]): Result<void>;
  /** Gives up an open look. Idempotent. */
  close(): void;
};

/** Reading every page of a bigger file would take too long; SQLite still notices a broken page when it reads it. */
const maxCheckedBytes = 128 * 1024 * 1024;

/**
 * Opens the index of a bucket or folder, or makes it. One that cannot be read, is another program's or of a newer version is put
 * aside as `<file>.unreadable`, in place of an earlier one, and a new one is begun ([A9]); so it is with one that turns out to
 * be broken later: that call and all after it fail with DatabaseCorrupt, and to open it again makes the new one.
 */
export function openObjectIndexDatabase(filePath: string): Result<ObjectIndexDatabase> {
  try {
    mkdirSync(dirname(filePath), { recursive: true, mode: 0o700 });
    let db = openFile(filePath);
    if (db === null) {
      putAside(filePath);
      db = openFile(filePath);
    }
    return db === null ? err(appError('DatabaseCorrupt', { path: filePath })) : ok(indexOn(db));
  } catch (error) {
    return err(mapDatabaseError(error, filePath));
  }
}

/** Deletes the files of an index that nobody has open. Idempotent. */
export function removeObjectIndexFiles(filePath: string): Result<void> {
  try {
    const own = ['', '-journal', '.unreadable', '.unreadable-journal'].map((end) => filePath + end);
    for (const path of [...own, sortingPath(filePath)]) rmSync(path, { force: true });
    return ok();
  } catch (error) {
    return err(mapDatabaseError(error, filePath));
  }
}

/** Null: unreadable. */
function openFile(filePath: string): Database.Database | null {
  // Left between the two steps of putAside: it would be rolled back into another file than it was made for.
  if (!existsSync(filePath)) rmSync(`${filePath}-journal`, { force: true });
  let db: Database.Database | undefined;
  try {
    db = new Database(filePath);
    // Not WAL: a first look writes every page once instead of twice, and no log as large as the index stays behind.
    // TRUNCATE syncs the end of a transaction. Were one undone by a power cut, ids of its changes would be given again.
    db.pragma('journal_mode = TRUNCATE');
    db.pragma('synchronous = FULL');
    db.pragma('fullfsync = ON');
    // Pages of a long look go to the disk before its end rather than stay in memory ([A8]).
    db.pragma('cache_size = -8000');
    if (isOurs(db)) {
      migrate(db, indexMigrations, indexApplicationId);
      return db;
    }
  } catch (error) {
    db?.close();
    if (mapDatabaseError(error, filePath).code === 'DatabaseCorrupt') return null;
    throw error;
  }
  db.close();
  return null;
}

function isOurs(db: Database.Database): boolean {
  const pragma = (name: string): number => db.pragma(name, { simple: true }) as number;
  const isEmpty = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;
  if (isEmpty) return pragma('application_id') === 0;
  if (pragma('application_id') !== indexApplicationId) return false;
  if (pragma('user_version') > (indexMigrations.at(-1)?.version ?? 0)) return false;
  if (pragma('page_count') * pragma('page_size') > maxCheckedBytes) return true;
  return db.pragma('quick_check(1)', { simple: true }) === 'ok';
}

/** The journal follows its file: alone it is removed by the next opening. */
function putAside(filePath: string): void {
  rmSync(`${filePath}.unreadable-journal`, { force: true });
  renameSync(filePath, `${filePath}.unreadable`);
  if (existsSync(`${filePath}-journal`)) renameSync(`${filePath}-journal`, `${filePath}.unreadable-journal`);
}

function indexOn(db: Database.Database): ObjectIndexDatabase {
  const filePath = db.name;
  const rows = createIndexRows(db);
  const marks = marksOn(db);
  let openLook: { giveUp(): void } | null = null;

  const giveUpLook = (): void => {
    try {
      openLook?.giveUp();
    } catch {
      // A disk that does not even take this back: the next opening does, from the journal.
      db.close();
    }
    openLook = null;
  };
  /** What fails is undone, whatever it was in. */
  const guard = <T>(work: () => T): Result<T> => {
    if (!db.open) return err(appError('DatabaseCorrupt', { path: filePath }));
    try {
      return ok(work());
    } catch (error) {
      giveUpLook();
      const failure = mapDatabaseError(error, filePath);
      if (failure.code === 'DatabaseCorrupt') {
        db.close();
        putAside(filePath);
      }
      return err(failure);
    }
  };
  const inTransaction = <T>(work: () => T): Result<T> => guard(() => db.transaction(work).immediate());

  return {
    indexId: db.prepare('SELECT index_id FROM meta').pluck().get() as string,
    beginLook(request) {
      const elsewhere = guard(() => isElsewhere(db, request));
      if (!elsewhere.ok) return elsewhere;
      if (elsewhere.value) return err(appError('SourceChanged', { path: filePath }));
      const begun = guard(() => beginLook(db, rows, marks, request));
      if (!begun.ok) return begun;
      const look = begun.value;
      openLook = look;
      return ok({
        take: (looked) => guard(() => look.take(looked)),
        end: () => {
          const ended = guard(() => look.end());
          openLook = null;
          return ended;
        },
        giveUp: giveUpLook,
      });
    },
    update: (keys) =>
      inTransaction(() => {
        const pass = nextPass(db);
        const told = marks.covers();
        let changes = 0;
        for (const each of keys.map(withWellFormedKey)) {
          const difference = differenceOf(rows.find(each.key), each, told);
          if (difference !== null) changes += writeDifference(rows, pass, difference);
        }
        db.prepare('UPDATE meta SET pass = ?').run(pass);
        return { pass, objects: keys.length, changes };
      }),
    count: (keys) => guard(() => rows.count(keys)),
    staged: (afterId, limit) => guard(() => rows.staged(afterId, limit)),
    forget: (throughId) => inTransaction(() => rows.forget(throughId)),
    servedMarks: () => guard(() => marks.served()),
    dropMarks: (ids) => inTransaction(() => ids.forEach((id) => marks.drop(id))),
    close() {
      giveUpLook();
      db.close();
    },
  };
}

function differenceOf(was: SeenObject | null, { key, now }: KeyNow, told: readonly Cover[]): Difference | null {
  const type = changeOf(was, now);
  const object = type === 'removed' ? was : now;
  if (type === null || object === null) return null;
  const isTold = told.some((cover) => isInCover(cover, key));
  return {
    object: { ...object, key },
    was,
    write: type === 'removed' ? 'drop' : 'put',
    stage: isTold ? [{ type, mark: null }] : [],
  };
}

function marksOn(db: Database.Database): IndexMarks & { drop(id: string): void } {
  const served = db.prepare<[], [string, number]>('SELECT id, pass FROM mark').raw();
  const covers = db
    .prepare<[], [string, number]>('SELECT DISTINCT prefix, is_recursive FROM mark ORDER BY is_recursive DESC, prefix')
    .raw();
  const serve = db.prepare<[string, string, number, number]>('INSERT INTO mark VALUES (?, ?, ?, ?)');
  const drop = db.prepare<[string]>('DELETE FROM mark WHERE id = ?');
  return {
    served: () => new Map(served.all()),
    covers: () => covers.all().map(([prefix, isRecursive]) => ({ prefix, recursive: isRecursive === 1 })),
    serve: ({ id, cover }, pass) => void serve.run(id, cover.prefix, cover.recursive ? 1 : 0, pass),
    drop: (id) => void drop.run(id),
  };
}
