import { create } from 'zustand';
import type { EngineEvent, Snapshot } from '../../shared/contract/events.ts';
import { defaultPreferences, type Preferences } from '../../shared/domain/preferences.ts';

export type PreferencesState = {
  /** False until the first snapshot: nothing is saved before. */
  readonly loaded: boolean;
  readonly preferences: Preferences;
};

export const initialPreferences: PreferencesState = { loaded: false, preferences: defaultPreferences };

export function resetPreferences(_state: PreferencesState, snapshot: Snapshot): PreferencesState {
  return { loaded: true, preferences: snapshot.preferences };
}

/** Pure. */
export function applyToPreferences(state: PreferencesState, event: EngineEvent): PreferencesState {
  return event.type === 'preferences.changed' ? { ...state, preferences: event.preferences } : state;
}

export const usePreferencesStore = create<PreferencesState>()(() => initialPreferences);
