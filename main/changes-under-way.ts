import type { CommandName } from '../shared/contract/commands.ts';
import type { Clock } from '../shared/domain/clock.ts';
import type { AuditActor } from '../shared/domain/audit.ts';
import type { Result } from '../shared/result.ts';
import type { Handlers } from './ipc/router.ts';

/** What changes objects or buckets while it runs. No journal has it: cut off, it stays half done. */
const changing: ReadonlySet<CommandName> = new Set<CommandName>([
  'buckets.create',
  'buckets.remove',
  'objects.createFolder',
  'objects.delete',
  'objects.restoreVersion',
  'objects.setHeaders',
  'objects.setTags',
  'selection.delete',
  'selection.tag',
  'selection.undelete',
]);

export interface ChangesUnderWay {
  /** The same handlers; those that change something are counted while they run. */
  readonly handlers: Handlers;
  count(): number;
  /** Once none is under way, or after so long. */
  settled(patienceMs: number): Promise<void>;
}

type Handle = (input: unknown, asker?: AuditActor) => Promise<Result<unknown>>;

/** `tell` is called with each new count. */
export function countChanges(
  handlers: Handlers,
  clock: Pick<Clock, 'setTimer'>,
  tell: (count: number) => void,
): ChangesUnderWay {
  let count = 0;
  const waiting = new Set<() => void>();
  const add = (change: 1 | -1): void => {
    count += change;
    tell(count);
    if (count === 0) for (const go of waiting) go();
  };
  const counted = (handle: Handle): Handle => {
    return async (...given) => {
      add(1);
      try {
        return await handle(...given);
      } finally {
        add(-1);
      }
    };
  };
  const wrapped = Object.entries(handlers).map(([name, handle]) => [
    name,
    changing.has(name as CommandName) ? counted(handle as Handle) : handle,
  ]);
  return {
    handlers: Object.fromEntries(wrapped) as Handlers,
    count: () => count,
    settled: (patienceMs) =>
      new Promise((resolve) => {
        if (count === 0) return resolve();
        const go = (): void => {
          cancel();
          waiting.delete(go);
          resolve();
        };
        const cancel = clock.setTimer(patienceMs, go);
        waiting.add(go);
      }),
  };
}
