import type { Clock } from '../../../shared/domain/clock.ts';
import type { AppError } from '../../../shared/errors.ts';
import type { Result } from '../../../shared/result.ts';
import type { TakeChanges } from '../change-source.ts';
import type { ObjectIndex } from '../object-index.ts';
import { deliverChanges } from '../deliver-changes.ts';
import type { IdentityKeeper } from './folder-identity-keeper.ts';
import { retryPause } from './look-timing.ts';

export type FolderDeliveryOptions = {
  readonly folder: string;
  readonly clock: Clock;
  readonly take: TakeChanges;
  readonly identity: Pick<IdentityKeeper, 'isReplacing'>;
  readonly signal: AbortSignal;
  openIndex(): Promise<Result<ObjectIndex>>;
  /** There is a problem, or one less. */
  changed(): void;
};

/** Delivers what is staged: at the start, after each look and update, and again and again until it was taken ([A2]). */
export type FolderDelivery = {
  deliver(): Promise<Result<void>>;
  /** When it is to be called next by itself; infinity: when there is something new. */
  dueMs(): number;
  postpone(untilMs: number): void;
  problem(): AppError | null;
};

export function createFolderDelivery(options: FolderDeliveryOptions): FolderDelivery {
  let dueMs = options.clock.nowMs();
  let failures = 0;
  let problem: AppError | null = null;

  async function attempt(): Promise<Result<void>> {
    const index = await options.openIndex();
    if (!index.ok) return index;
    const replacing = await options.identity.isReplacing();
    if (!replacing.ok) return replacing;
    const place = { type: 'folder', folder: options.folder } as const;
    return deliverChanges(index.value, { ...options, place, leavesRemovals: replacing.value });
  }

  return {
    async deliver() {
      const delivered = await attempt();
      const before = problem;
      failures = delivered.ok ? 0 : failures + 1;
      problem = delivered.ok ? null : delivered.error;
      dueMs = delivered.ok ? Number.POSITIVE_INFINITY : options.clock.nowMs() + retryPause(failures, 0, true);
      if (before !== null || problem !== null) options.changed();
      return delivered;
    },
    dueMs: () => dueMs,
    postpone(untilMs) {
      dueMs = untilMs;
    },
    problem: () => problem,
  };
}
