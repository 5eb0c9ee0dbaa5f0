import { useEffect, useRef, useState } from 'react';

const settleMs = 120;

/**
 * The key once it has stayed the same for 120 ms, null until then; without the wait when the one before had been there
 * for long. Arrow keys held down go past many rows that nobody wants anything to be loaded for.
 */
export function useSettledKey(key: string | null): string | null {
  const [settled, setSettled] = useState<string | null>(null);
  const changedMs = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const nowMs = performance.now();
    const isHurried = nowMs - changedMs.current < 2 * settleMs;
    changedMs.current = nowMs;
    const timer = setTimeout(() => setSettled(key), isHurried ? settleMs : 0);
    return () => clearTimeout(timer);
  }, [key]);
  return settled === key ? settled : null;
}
