import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { ChangeBatch, TakeChanges } from './change-source.ts';
import type { ObjectIndex } from './object-index.ts';

/** So many runs are journaled within a few milliseconds. */
const changesAtOnce = 500;

export type DeliveryOptions = {
  readonly place: ChangeBatch['place'];
  readonly take: TakeChanges;
  /** Removals are forgotten without being told: another folder has taken the place of the one that was watched. */
  readonly leavesRemovals?: boolean;
  readonly signal: AbortSignal;
};

/**
 * Hands over what is staged, the oldest first, and forgets each batch once it was taken ([A2]). Ends at the first failure; what
 * has not been taken stays staged, with all after it.
 */
export async function deliverChanges(
  index: ObjectIndex,
  { place, take, leavesRemovals = false, signal }: DeliveryOptions,
): Promise<Result<void>> {
  const served = await index.servedMarks();
  if (!served.ok) return served;
  for (;;) {
    if (signal.aborted) return err(appError('Cancelled'));
    const staged = await index.staged(0, changesAtOnce);
    if (!staged.ok) return staged;
    const last = staged.value.at(-1);
    if (last === undefined) return ok();
    const changes = leavesRemovals ? staged.value.filter(({ type }) => type !== 'removed') : staged.value;
    if (changes.length > 0) {
      const taken = await take({ place, indexId: index.indexId, changes, served: served.value, signal });
      if (!taken.ok) return taken;
    }
    const forgotten = await index.forget(last.id);
    if (!forgotten.ok) return forgotten;
  }
}
