import type { Result } from '../result.ts';
import type { CommandInput, CommandName, CommandOutput } from './commands.ts';
import type { EventBatch } from './events.ts';

/** One way to talk to the engine, whether it is in this process, behind the local socket, IPC or a WebSocket. */
export interface EngineClient {
  call<N extends CommandName>(name: N, input: CommandInput<N>): Promise<Result<CommandOutput<N>>>;
  /** Batches from now on, in order; returns the function that ends it. */
  subscribe(listener: (batch: EventBatch) => void): () => void;
}
