import { type CommandName, type CommandOutput, commands } from '../../shared/contract/commands.ts';
import { type EventBatch, eventBatchSchema } from '../../shared/contract/events.ts';
import { appError, appErrorSchema } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';

/** Reads what came over the wire as the Result of the command; anything else becomes UnexpectedFailure. */
export function parseAnswer<N extends CommandName>(name: N, raw: unknown): Result<CommandOutput<N>> {
  if (typeof raw === 'object' && raw !== null && 'ok' in raw) {
    if (raw.ok === true && 'value' in raw) {
      const value = commands[name].output.safeParse(raw.value);
      if (value.success) return ok(value.data as CommandOutput<N>);
      return err(appError('UnexpectedFailure', { command: name }, value.error.message));
    }
    if (raw.ok === false && 'error' in raw) {
      const error = appErrorSchema.safeParse(raw.error);
      if (error.success) return err(error.data);
    }
  }
  return err(appError('UnexpectedFailure', { command: name }, 'The answer is not a result.'));
}

/** Null when it is no batch of this contract: the gap that it leaves makes the feed ask for a snapshot. */
export function parseBatch(raw: unknown): EventBatch | null {
  const batch = eventBatchSchema.safeParse(raw);
  return batch.success ? batch.data : null;
}
