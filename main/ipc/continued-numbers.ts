import type { CommandOutput } from '../../shared/contract/commands.ts';
import type { EventBatch } from '../../shared/contract/events.ts';
import type { Result } from '../../shared/result.ts';

/** The batches and snapshots of one engine, with the numbers that whoever follows several of them is given. */
export interface NumberedEngine {
  batch(batch: EventBatch): EventBatch;
  /** Of an answer that holds a snapshot; others stay as they are. */
  answer<T>(command: string, answer: Result<T>): Result<T>;
}

/**
 * Each engine counts its batches from 1. Whoever follows one after the other is given numbers that go on, with one left out
 * between two engines: a gap, for which a snapshot is asked. With the new engine's own numbers its batches would pass for old ones.
 */
export function createContinuedNumbers() {
  let last = 0;
  let isFirst = true;
  const noted = (seq: number): number => {
    last = Math.max(last, seq);
    return seq;
  };
  return {
    /** The next engine. `gap`: for those who would else learn of it with its first batch only. */
    nextEngine(): NumberedEngine & { readonly gap: EventBatch } {
      const before = isFirst ? 0 : last + 2;
      isFirst = false;
      return {
        gap: { seq: noted(before), events: [] },
        batch: (batch) => ({ ...batch, seq: noted(batch.seq + before) }),
        answer: (command, answer) => {
          if (command !== 'events.snapshot' || !answer.ok) return answer;
          const snapshot = answer.value as CommandOutput<'events.snapshot'>;
          return { ok: true, value: { ...snapshot, seq: noted(snapshot.seq + before) } as typeof answer.value };
        },
      };
    },
  };
}
