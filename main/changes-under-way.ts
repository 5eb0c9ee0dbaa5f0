import type { CommandName } from '../shared/contract/commands.ts';
import type { Snapshot } from '../shared/contract/events.ts';
import type { Clock } from '../shared/domain/clock.ts';
import type { AuditActor } from '../shared/domain/audit.ts';
import type { AppError } from '../shared/errors.ts';
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

export type ChangesState = Snapshot['changes'];

export interface ChangesUnderWay {
  /** The same handlers; those that change something are counted while they run. */
  readonly handlers: Handlers;
  state(): ChangesState;
  /** Once none is under way, or after so long. */
  settled(patienceMs: number): Promise<void>;
}

type Handle = (input: unknown, asker?: AuditActor) => Promise<Result<unknown>>;

/** `tell` is called with each new state. */
export function countChanges(
  handlers: Handlers,
  clock: Pick<Clock, 'setTimer'>,
  tell: (state: ChangesState) => void,
): ChangesUnderWay {
  let state: ChangesState = { count: 0, failed: 0 };
  const waiting = new Set<() => void>();
  const become = (next: Partial<ChangesState>): void => {
    state = { ...state, ...next };
    tell(state);
    if (state.count === 0) for (const go of waiting) go();
  };
  const counted = (handle: Handle): Handle => {
    return async (input, asker) => {
      become({ count: state.count + 1 });
      let lastError: AppError | null = null;
      try {
        const answer = await handle(input, asker);
        // The command line says it where it was asked.
        if (asker !== 'command') lastError = failureOf(answer);
        return answer;
      } finally {
        const count = state.count - 1;
        become(lastError === null ? { count } : { count, failed: state.failed + 1, lastError });
      }
    };
  };
  const wrapped = Object.entries(handlers).map(([name, handle]) => [
    name,
    changing.has(name as CommandName) ? counted(handle as Handle) : handle,
  ]);
  return {
    handlers: Object.fromEntries(wrapped) as Handlers,
    state: () => state,
    settled: (patienceMs) =>
      new Promise((resolve) => {
        if (state.count === 0) return resolve();
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

/** Why it failed, or some of it; null: all is done. */
function failureOf(answer: Result<unknown>): AppError | null {
  if (!answer.ok) return answer.error;
  const { failed = [] } = (answer.value ?? {}) as { readonly failed?: readonly { readonly error: AppError }[] };
  return failed[0]?.error ?? null;
}
