import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import type { Result } from '../../../shared/result.ts';
import { useAnswer } from '../../bridge/use-answer.ts';
import { useSettledKey } from '../../preview/use-settled-key.ts';

type Asking = 'objects.stat' | 'objects.tags' | 'objects.versions' | 'buckets.location';

/**
 * What the engine answers about the row that is shown; null until it has. An answer about a row that was shown before is
 * dropped. `version` changes with the object: it is asked about again. Without an input nothing is asked.
 */
export function useDetails<N extends Asking>(
  name: N,
  input: CommandInput<N> | null,
  version: string,
): Result<CommandOutput<N>> | null {
  const isSettled = useSettledKey(input === null ? null : JSON.stringify([input, version])) !== null;
  return useAnswer(name, input, version, isSettled);
}
