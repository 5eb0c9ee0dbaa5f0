import type { Database, Statement } from 'better-sqlite3';
import type { GroupCommit } from './group-commit.ts';

export type Statements = {
  /** For writes, inside a commit. Prepared once. */
  readonly sql: (text: string) => Statement;
  /** For reads: sees every write that was issued before. */
  readonly read: (text: string) => Statement;
};

/** The statements of a journal, by their text. */
export function createStatements(db: Database, commit: Pick<GroupCommit, 'flush'>): Statements {
  const prepared = new Map<string, Statement>();
  const sql = (text: string): Statement => {
    let statement = prepared.get(text);
    if (!statement) prepared.set(text, (statement = db.prepare(text)));
    return statement;
  };
  return {
    sql,
    read(text) {
      commit.flush();
      return sql(text);
    },
  };
}

/** `?, ?, ?` for a list of values. */
export function placeholdersFor(values: readonly unknown[]): string {
  return values.map(() => '?').join(', ');
}
