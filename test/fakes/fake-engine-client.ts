import type { CommandInput, CommandName, CommandOutput } from '../../shared/contract/commands.ts';
import type { EngineEvent, EventBatch, Snapshot } from '../../shared/contract/events.ts';
import type { EngineClient } from '../../shared/contract/client.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';

export type EngineAnswers = {
  [N in CommandName]?: (input: CommandInput<N>) => Result<CommandOutput<N>> | Promise<Result<CommandOutput<N>>>;
};

export type FakeEngine = EngineClient & {
  /** Sends one batch with the next number. */
  tell(...events: EngineEvent[]): void;
  /** Sends a batch as it is, for gaps and replays. */
  tellBatch(batch: EventBatch): void;
  readonly calls: { readonly name: CommandName; readonly input: unknown }[];
  seq: number;
};

/** An engine that answers what the test says, and Unsupported to everything else. */
export function createFakeEngine(answers: EngineAnswers, snapshot: () => Omit<Snapshot, 'seq'>): FakeEngine {
  const listeners = new Set<(batch: EventBatch) => void>();
  const all: EngineAnswers = { 'events.snapshot': () => ok({ seq: fake.seq, ...snapshot() }), ...answers };
  const fake: FakeEngine = {
    seq: 0,
    calls: [],
    async call<N extends CommandName>(name: N, input: CommandInput<N>): Promise<Result<CommandOutput<N>>> {
      fake.calls.push({ name, input });
      const answer = all[name];
      return answer ? answer(input) : err(appError('Unsupported', { command: name }));
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tell(...events) {
      fake.seq += 1;
      fake.tellBatch({ seq: fake.seq, events });
    },
    tellBatch(batch) {
      for (const listener of listeners) listener(batch);
    },
  };
  return fake;
}
