import { createContext, useContext } from 'react';
import type { EngineLink } from './engine-link.ts';

export const EngineContext = createContext<EngineLink | null>(null);

/** The engine that this window talks to. */
export function useEngine(): EngineLink {
  const link = useContext(EngineContext);
  if (!link) throw new Error('useEngine outside of EngineContext');
  return link;
}
