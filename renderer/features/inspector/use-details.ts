import { useEffect, useState } from 'react';
import type { CommandInput, CommandName, CommandOutput } from '../../../shared/contract/commands.ts';
import type { Result } from '../../../shared/result.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import { useSettledKey } from '../../preview/use-settled-key.ts';

type Asking = 'objects.stat' | 'objects.tags' | 'objects.versions' | 'buckets.location';
type Held<N extends CommandName> = { readonly key: string; readonly result: Result<CommandOutput<N>> };

/**
 * What the engine answers about the row that is shown; null until it has. An answer about a row that was shown before is
 * dropped. `version` changes with the object: it is asked about again. Without an input nothing is asked.
 */
export function useDetails<N extends Asking>(
  name: N,
  input: CommandInput<N> | null,
  version: string,
): Result<CommandOutput<N>> | null {
  const engine = useEngine();
  const key = input === null ? null : JSON.stringify([input, version]);
  const settled = useSettledKey(key);
  const [held, setHeld] = useState<Held<N> | null>(null);
  useEffect(() => {
    if (settled === null) return undefined;
    let left = false;
    const [asked] = JSON.parse(settled) as [CommandInput<N>];
    void engine.call(name, asked).then((result) => {
      if (!left) setHeld({ key: settled, result });
    });
    return () => {
      left = true;
    };
  }, [engine, name, settled]);
  return held !== null && held.key === key ? held.result : null;
}
