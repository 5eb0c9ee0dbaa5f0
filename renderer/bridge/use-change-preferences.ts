import { useCallback } from 'react';
import type { PreferencesChange } from '../../shared/domain/preferences.ts';
import { changeHere, usePreferencesStore } from '../stores/preferences-store.ts';
import { useEngine } from './engine-context.ts';
import type { EngineLink } from './engine-link.ts';
import { windowClock } from './window-clock.ts';

/** A pane that is dragged changes its size with every frame; it is saved once it rests. */
const saveAfterMs = 400;
let waiting: { readonly engine: EngineLink; readonly stopTimer: () => void } | null = null;

/** Changes what the window remembers: shown at once, saved a moment later. What cannot be saved stays for this window. */
export function useChangePreferences(): (change: PreferencesChange) => void {
  const engine = useEngine();
  return useCallback(
    (change) => {
      usePreferencesStore.setState((state) => changeHere(state, change));
      waiting?.stopTimer();
      waiting = { engine, stopTimer: windowClock.setTimer(saveAfterMs, () => void save(engine)) };
      // The same listener twice is one.
      window.addEventListener('pagehide', saveBeforeLeaving);
    },
    [engine],
  );
}

/** A window that is closed right after the last change keeps it. */
function saveBeforeLeaving(): void {
  if (waiting === null) return;
  waiting.stopTimer();
  void save(waiting.engine);
}

async function save(engine: EngineLink): Promise<void> {
  waiting = null;
  const { pending, loaded } = usePreferencesStore.getState();
  // Before the first snapshot the defaults are shown, and what is changed of them must not hide what was saved.
  if (pending === null || !loaded) return;
  await engine.call('preferences.set', { change: pending });
  usePreferencesStore.setState((state) => (state.pending === pending ? { pending: null } : {}));
}
