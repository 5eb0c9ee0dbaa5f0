import type { Database } from 'better-sqlite3';
import type { OldState } from '../automation/index/merge-diff.ts';
import type { RuleKeys, SeenObject, StagedChange } from '../automation/object-index.ts';
import { createPathMatcher, pathBelow } from '../automation/match.ts';
import type { ChangeType } from '../../shared/domain/rule-trigger.ts';

type ObjectColumns = [
  key: string,
  sizeBytes: number,
  etag: string | null,
  lastModified: string | null,
  storageClass: string | null,
];
type ChangeColumns = [
  id: number,
  pass: number,
  type: ChangeType,
  mark: string | null,
  wasEtag: string | null,
  wasModified: string | null,
  ...ObjectColumns,
];

/** Nothing that begins with a prefix comes after the prefix with this behind it. */
const lastCharacter = '\u{10FFFF}\u{10FFFF}';

const objectColumns = 'key, size_bytes, etag, last_modified, storage_class';

/** The rows of an index's file, one statement each: transactions are the caller's. */
export type IndexRows = OldState & {
  find(key: string): SeenObject | null;
  count(keys: RuleKeys): number;
  put(object: SeenObject): void;
  drop(key: string): void;
  stage(pass: number, type: ChangeType, mark: string | null, object: SeenObject, was: SeenObject | null): void;
  staged(afterId: number, limit: number): StagedChange[];
  forget(throughId: number): void;
};

export function createIndexRows(db: Database): IndexRows {
  const find = db.prepare<[string], ObjectColumns>(`SELECT ${objectColumns} FROM object WHERE key = ?`).raw();
  const read = db
    .prepare<[string, number], ObjectColumns>(`SELECT ${objectColumns} FROM object WHERE key >= ? ORDER BY key LIMIT ?`)
    .raw();
  const put = db.prepare<ObjectColumns>(`INSERT OR REPLACE INTO object (${objectColumns}) VALUES (?, ?, ?, ?, ?)`);
  const drop = db.prepare<[string]>('DELETE FROM object WHERE key = ?');
  const wasColumns = 'was_etag, was_modified';
  const stage = db.prepare<[number, string, string | null, string | null, string | null, ...ObjectColumns]>(
    `INSERT INTO change (pass, type, mark, ${wasColumns}, ${objectColumns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const staged = db
    .prepare<[number, number], ChangeColumns>(
      `SELECT id, pass, type, mark, ${wasColumns}, ${objectColumns} FROM change WHERE id > ? ORDER BY id LIMIT ?`,
    )
    .raw();
  const forget = db.prepare<[number]>('DELETE FROM change WHERE id <= ?');
  const inCover = `FROM object WHERE key >= ? AND key < ? AND (? OR instr(substr(key, ?), '/') = 0)`;
  const count = db.prepare<[string, string, number, number], number>(`SELECT count(*) ${inCover}`).pluck();
  const keys = db.prepare<[string, string, number, number], string>(`SELECT key ${inCover}`).pluck();
  return {
    count({ prefix, recursive, match, ignore, ignoreText = '' }) {
      const bounds = [prefix, prefix + lastCharacter, Number(recursive), Array.from(prefix).length + 1] as const;
      if (match.length === 0 && ignore.length === 0 && ignoreText === '') return count.get(...bounds) ?? 0;
      const fits = createPathMatcher({ match, ignore, ignoreText });
      let fitting = 0;
      for (const key of keys.iterate(...bounds)) if (fits(pathBelow(prefix, key))) fitting += 1;
      return fitting;
    },
    find: (key) => objectFrom(find.get(key)),
    read: (fromKey, limit) => read.all(fromKey, limit).map(objectOf),
    put: (object) => void put.run(...columnsOf(object)),
    drop: (key) => void drop.run(key),
    stage: (pass, type, mark, object, was) =>
      void stage.run(pass, type, mark, was?.etag ?? null, was?.lastModified ?? null, ...columnsOf(object)),
    staged: (afterId, limit) =>
      staged.all(afterId, limit).map(([id, pass, type, mark, wasEtag, wasModified, ...columns]) => ({
        id,
        pass,
        type,
        mark,
        ...objectOf(columns),
        ...(wasEtag === null && wasModified === null ? {} : { was: { etag: wasEtag, lastModified: wasModified } }),
      })),
    forget: (throughId) => void forget.run(throughId),
  };
}

function columnsOf({ key, sizeBytes, etag, lastModified, storageClass }: SeenObject): ObjectColumns {
  return [key, sizeBytes, etag, lastModified, storageClass];
}

function objectOf([key, sizeBytes, etag, lastModified, storageClass]: ObjectColumns): SeenObject {
  return { key, sizeBytes, etag, lastModified, storageClass };
}

function objectFrom(columns: ObjectColumns | undefined): SeenObject | null {
  return columns === undefined ? null : objectOf(columns);
}
