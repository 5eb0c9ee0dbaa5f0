import { useEffect, useState } from 'react';
import type { AppError } from '../../../../shared/errors.ts';
import { useEngine } from '../../../bridge/engine-context.ts';

export type NextTimes =
  | { readonly state: 'asking' }
  | { readonly state: 'known'; readonly timesMs: readonly number[]; readonly timeZone: string }
  | { readonly state: 'failed'; readonly error: AppError };

const waitMs = 200;

/** The next five times of a schedule, as the engine reads it; those of the text before stay until then. */
export function useNextTimes(cron: string, timeZone: string | undefined): NextTimes {
  const engine = useEngine();
  const [next, setNext] = useState<NextTimes>({ state: 'asking' });
  useEffect(() => {
    if (cron.trim() === '') return undefined;
    let left = false;
    const timer = setTimeout(() => {
      const input = { cron, count: 5, ...(timeZone === undefined ? {} : { timeZone }) };
      void engine.call('rules.nextTimes', input).then((answer) => {
        if (left) return;
        setNext(answer.ok ? { state: 'known', ...answer.value } : { state: 'failed', error: answer.error });
      });
    }, waitMs);
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [engine, cron, timeZone]);
  return next;
}
