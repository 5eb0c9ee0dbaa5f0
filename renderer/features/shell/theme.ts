import { useEffect } from 'react';
import type { Preferences } from '../../../shared/domain/preferences.ts';
import { usePreferencesStore } from '../../stores/preferences-store.ts';

type Theme = Preferences['theme'];
const themeKey = 'brigade.theme';

/** Sets the look of the document; the tokens do the rest. */
function showTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

/** The look of last time, before the engine has told the preferences: the window does not flash in another one. */
export function showLastTheme(): void {
  const last = localStorage.getItem(themeKey);
  if (last === 'light' || last === 'dark') showTheme(last);
}

/** Keeps the document in the chosen look. */
export function useTheme(): void {
  const loaded = usePreferencesStore((state) => state.loaded);
  const theme = usePreferencesStore((state) => state.preferences.theme);
  useEffect(() => {
    if (!loaded) return;
    showTheme(theme);
    localStorage.setItem(themeKey, theme);
  }, [loaded, theme]);
}
