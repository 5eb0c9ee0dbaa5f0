import type { Database } from 'better-sqlite3';
import { compareKeys } from '../../shared/domain/key-order.ts';
import { coverIncludes, isInCover } from '../automation/index/cover.ts';
import { createMergeDiff, type Difference, isInOrder, type MergeDiff } from '../automation/index/merge-diff.ts';
import type { Cover, LookedRow, LookRequest, LookSummary, Mark } from '../automation/object-index.ts';
import type { IndexRows } from './object-index-rows.ts';
import { createRowSorting, type RowSorting } from './object-index-sorting.ts';

/** A look in its transaction: nothing else may be done with the index until it has ended or was given up. May throw. */
export type OpenLook = {
  take(rows: readonly LookedRow[]): void;
  /** Commits. */
  end(): LookSummary;
  /** Nothing of it has happened. Idempotent. */
  giveUp(): void;
};

export type IndexMarks = {
  /** The pass that served each. */
  served(): Map<string, number>;
  covers(): Cover[];
  serve(mark: Mark, pass: number): void;
};

const pageRows = 2000;

export function beginLook(db: Database, rows: IndexRows, marks: IndexMarks, request: LookRequest): OpenLook {
  let merge: MergeDiff;
  let serving: readonly Mark[] = [];
  let pass = 0;
  let changes = 0;
  let sorting: RowSorting | null = null;

  const begin = (): void => {
    db.exec('BEGIN IMMEDIATE');
    pass = nextPass(db);
    const served = marks.served();
    const isDue = ({ id, cover }: Mark): boolean => !served.has(id) && coverIncludes(request.cover, cover);
    serving = request.marks.filter(isDue);
    merge = createMergeDiff({ cover: request.cover, marks: serving, toldCovers: marks.covers(), old: rows });
    changes = 0;
  };
  const write = (differences: Iterable<Difference>): void => {
    for (const difference of differences) changes += writeDifference(rows, pass, difference);
  };
  const endSorting = (): void => {
    sorting?.dispose();
    sorting = null;
  };
  const giveUp = (): void => {
    endSorting();
    // A full disk, among others, has rolled back by itself.
    if (db.inTransaction) db.exec('ROLLBACK');
  };

  /** What the index has of the cover, now, up to this key. */
  function* upTo(until: string): Generator<LookedRow> {
    for (let from = request.cover.prefix; ; ) {
      const page = rows.read(from, pageRows);
      for (const row of page) {
        if (compareKeys(row.key, until) > 0) return;
        if (isInCover(request.cover, row.key)) yield row;
      }
      const last = page.at(-1);
      if (last === undefined || page.length < pageRows) return;
      from = `${last.key}\u0000`;
    }
  }
  /**
   * The rows so far were in order, so what the index has of them now is what they said: it is kept aside, and the look begins
   * anew. An unsettled row of which the index has nothing is lost by that, and would have said nothing.
   */
  const beginSorting = (): RowSorting => {
    const started = createRowSorting(db.name);
    sorting = started;
    const until = merge.lastKey();
    if (until !== null) started.add(upTo(until));
    db.exec('ROLLBACK');
    begin();
    return started;
  };

  begin();
  return {
    take(looked) {
      const wellFormed = looked.every(({ key }) => key.isWellFormed()) ? looked : looked.map(withWellFormedKey);
      if (sorting === null && isInOrder(merge.lastKey(), wellFormed)) write(merge.take(wellFormed));
      else (sorting ?? beginSorting()).add(wellFormed);
    },
    end() {
      if (sorting !== null) for (const page of sorting.sorted()) write(merge.take(page));
      write(merge.end());
      for (const mark of serving) marks.serve(mark, pass);
      db.prepare('UPDATE meta SET pass = ?, looked_at = coalesce(looked_at, ?)').run(pass, request.lookedAt ?? null);
      endSorting();
      db.exec('COMMIT');
      return { pass, objects: merge.objects(), changes };
    },
    giveUp,
  };
}

/** Whether the index is of something else than the look would be at. */
export function isElsewhere(db: Database, { lookedAt }: LookRequest): boolean {
  const before = db.prepare('SELECT looked_at FROM meta').pluck().get() as string | null;
  return lookedAt !== undefined && before !== null && before !== lookedAt;
}

export function nextPass(db: Database): number {
  return 1 + (db.prepare('SELECT pass FROM meta').pluck().get() as number);
}

/** How many changes it has staged. */
export function writeDifference(rows: IndexRows, pass: number, { object, was, write, stage }: Difference): number {
  if (write === 'put') rows.put(object);
  else if (write === 'drop') rows.drop(object.key);
  for (const { type, mark } of stage)
    rows.stage(pass, type, mark, object, type === 'updated' && mark === null ? was : null);
  return stage.length;
}

/** Half a character, which Windows allows in names, has no bytes of its own: U+FFFD stands for it, here as there. */
export function withWellFormedKey<T extends { readonly key: string }>(row: T): T {
  return { ...row, key: row.key.toWellFormed() };
}
