import type { Database } from 'better-sqlite3';
import { err, ok, type Result } from '../../shared/result.ts';
import { mapDatabaseError } from './database-error.ts';

export type GroupCommit = {
  /** Resolves when the change has reached the disk. Changes are applied in the order they were given. */
  write(change: () => void): Promise<Result<void>>;
  /** Commits what waits now, so that a read sees it. */
  flush(): void;
};

export type GroupCommitHooks = {
  /** After the changes of a commit, in the same transaction. */
  readonly beforeCommit?: () => void;
  /** None of the changes has happened. */
  readonly afterFailure?: () => void;
};

/**
 * Gathers the writes of one turn of the event loop in a transaction: a thousand finished files cost one fsync. When
 * the commit fails, all of its writes fail with the same reason and none of them is kept.
 */
export function createGroupCommit(db: Database, hooks: GroupCommitHooks = {}): GroupCommit {
  let waiting: { change: () => void; settle: (outcome: Promise<Result<void>>) => void }[] = [];
  let scheduled = false;

  function flush(): void {
    if (waiting.length === 0) return;
    const batch = waiting;
    waiting = [];
    const outcome = apply(batch.map(({ change }) => change));
    for (const { settle } of batch) settle(outcome);
  }

  /** A rejection is a bug (wrong SQL, a broken constraint): it goes to whoever waits, not to the timer that commits. */
  async function apply(changes: readonly (() => void)[]): Promise<Result<void>> {
    try {
      db.transaction(() => {
        for (const change of changes) change();
        hooks.beforeCommit?.();
      }).immediate();
      return ok();
    } catch (error) {
      hooks.afterFailure?.();
      return err(mapDatabaseError(error, db.name));
    }
  }

  return {
    write(change) {
      return new Promise((resolve) => {
        waiting.push({ change, settle: resolve });
        if (scheduled) return;
        scheduled = true;
        setImmediate(() => {
          scheduled = false;
          flush();
        });
      });
    },
    flush,
  };
}
