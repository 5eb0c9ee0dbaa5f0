import { appError } from '../../../shared/errors.ts';
import { err, type Result } from '../../../shared/result.ts';
import type { TempCommit } from './commit-many.ts';
import type { FileTasks } from './file-tasks.ts';

type Waiting = { readonly file: TempCommit; readonly settle: (result: Result<void>) => void };

const maxBatch = 256;
/** So that the disk is not waited for by all others; more of them would make small groups. */
const batchesAtOnce = 2;

/**
 * Commits files in groups: those that are finished while the last groups are on their way to the disk go together. A
 * group costs about as many syncs of the file system's journal as a few files.
 */
export function createCommitGatherer(
  tasks: Pick<FileTasks, 'commitMany'>,
): (file: TempCommit) => Promise<Result<void>> {
  const waiting: Waiting[] = [];
  let underWay = 0;
  let isScheduled = false;

  function schedule(): void {
    if (isScheduled || waiting.length === 0 || underWay >= batchesAtOnce) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      void commitBatch(waiting.splice(0, maxBatch));
      schedule();
    });
  }

  async function commitBatch(batch: readonly Waiting[]): Promise<void> {
    underWay += 1;
    const results = await tasks.commitMany(batch.map(({ file }) => file));
    underWay -= 1;
    for (const [index, { settle }] of batch.entries()) {
      settle(results.ok ? (results.value[index] ?? err(appError('UnexpectedFailure', {}))) : results);
    }
    schedule();
  }

  return (file) =>
    new Promise((settle) => {
      waiting.push({ file, settle });
      schedule();
    });
}
