import { create } from 'zustand';
import type { EngineEvent, Snapshot } from '../../shared/contract/events.ts';
import {
  changePreferences,
  defaultPreferences,
  type Preferences,
  type PreferencesChange,
} from '../../shared/domain/preferences.ts';

export type PreferencesState = {
  /** False until the first snapshot: nothing is saved before. */
  readonly loaded: boolean;
  /** As they are shown: what the engine knows, and on top what has been changed here since. */
  readonly preferences: Preferences;
  /** Changed here and not saved yet; null when all is. */
  readonly pending: PreferencesChange | null;
};

export const initialPreferences: PreferencesState = { loaded: false, preferences: defaultPreferences, pending: null };

export function resetPreferences(state: PreferencesState, snapshot: Snapshot): PreferencesState {
  return { ...state, loaded: true, preferences: withPending(snapshot.preferences, state.pending) };
}

/** Pure. An older state that comes while a pane is being dragged does not move it back. */
export function applyToPreferences(state: PreferencesState, event: EngineEvent): PreferencesState {
  if (event.type !== 'preferences.changed') return state;
  return { ...state, preferences: withPending(event.preferences, state.pending) };
}

/** Pure. Shows a change at once; it is to be saved. */
export function changeHere(state: PreferencesState, change: PreferencesChange): PreferencesState {
  return {
    ...state,
    preferences: changePreferences(state.preferences, change),
    pending: mergeChanges(state.pending, change),
  };
}

/** Pure. The later change wins, entry by entry. */
export function mergeChanges(before: PreferencesChange | null, change: PreferencesChange): PreferencesChange {
  if (before === null) return change;
  return {
    ...before,
    ...change,
    ...(before.layout || change.layout ? { layout: { ...before.layout, ...change.layout } } : {}),
    ...(before.columns || change.columns ? { columns: { ...before.columns, ...change.columns } } : {}),
  };
}

function withPending(preferences: Preferences, pending: PreferencesChange | null): Preferences {
  return pending === null ? preferences : changePreferences(preferences, pending);
}

export const usePreferencesStore = create<PreferencesState>()(() => initialPreferences);
