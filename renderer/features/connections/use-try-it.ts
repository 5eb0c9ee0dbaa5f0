import { useCallback, useState } from 'react';
import type { ConnectionView } from '../../../shared/domain/connection.ts';
import type { AppError } from '../../../shared/errors.ts';
import { useEngine } from '../../bridge/engine-context.ts';

/** Starts the server on this computer and opens its buckets. */
export function useTryIt(onReady: (connection: ConnectionView) => void) {
  const engine = useEngine();
  const [starting, setStarting] = useState(false);
  const [error, setError] = useState<AppError | null>(null);
  const start = useCallback(async () => {
    setStarting(true);
    setError(null);
    const answer = await engine.call('thisComputer.start', {});
    setStarting(false);
    if (answer.ok) onReady(answer.value.connection);
    else setError(answer.error);
  }, [engine, onReady]);
  return { starting, error, start };
}
