import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { TakeChanges } from '../change-source.ts';
import type { ObjectIndex } from '../object-index.ts';

/** Changes handed over at once. */
const maxBatch = 500;

export type DeliveryOptions = {
  readonly folder: string;
  readonly take: TakeChanges;
  /** Removals are forgotten without being told. */
  readonly leavesRemovals: boolean;
  readonly signal: AbortSignal;
};

/**
 * Hands over what is staged and forgets it, batch by batch, until nothing is left ([A2]). Ends at the first failure; what
 * has not been taken stays staged.
 */
export async function deliverChanges(
  index: ObjectIndex,
  { folder, take, leavesRemovals, signal }: DeliveryOptions,
): Promise<Result<void>> {
  for (;;) {
    if (signal.aborted) return err(appError('Cancelled'));
    const staged = await index.staged(0, maxBatch);
    if (!staged.ok) return staged;
    const last = staged.value.at(-1);
    if (last === undefined) return ok();
    const changes = leavesRemovals ? staged.value.filter(({ type }) => type !== 'removed') : staged.value;
    if (changes.length > 0) {
      const served = await index.servedMarks();
      if (!served.ok) return served;
      const place = { type: 'folder', folder } as const;
      const taken = await take({ place, indexId: index.indexId, changes, served: served.value });
      if (!taken.ok) return taken;
    }
    const forgotten = await index.forget(last.id);
    if (!forgotten.ok) return forgotten;
  }
}
