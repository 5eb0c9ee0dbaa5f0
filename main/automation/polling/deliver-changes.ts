import { ok, type Result } from '../../../shared/result.ts';
import type { ChangeBatch, TakeChanges } from '../change-source.ts';
import type { ObjectIndex } from '../object-index.ts';

/** So many runs are journaled within a few milliseconds. */
const changesAtOnce = 500;

/**
 * Hands over all that is staged, oldest first, and forgets each batch once it was taken ([A2]). The first that is not stays, with
 * all after it: its failure is the outcome.
 */
export async function deliverChanges(
  index: ObjectIndex,
  place: ChangeBatch['place'],
  served: ReadonlyMap<string, number>,
  take: TakeChanges,
): Promise<Result<void>> {
  for (;;) {
    const staged = await index.staged(0, changesAtOnce);
    if (!staged.ok) return staged;
    const last = staged.value.at(-1);
    if (last === undefined) return ok();
    const taken = await take({ place, indexId: index.indexId, changes: staged.value, served });
    if (!taken.ok) return taken;
    const forgotten = await index.forget(last.id);
    if (!forgotten.ok) return forgotten;
  }
}
