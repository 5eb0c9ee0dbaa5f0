import { useMemo } from 'react';
import { useChangePreferences } from '../bridge/use-change-preferences.ts';
import { useAppInfo } from '../stores/app-info.ts';
import { usePreferencesStore } from '../stores/preferences-store.ts';

export type BackgroundSetting = {
  readonly id: 'keepRunning' | 'startAtLogin';
  readonly isOn: boolean;
  readonly toggle: () => void;
};

/** What the app does without its window. Empty in a browser, where an engine runs as long as its command. */
export function useBackgroundSettings(): readonly BackgroundSetting[] {
  const change = useChangePreferences();
  const { keepRunning, startAtLogin } = usePreferencesStore((state) => state.preferences);
  const isApp = useAppInfo((state) => state.info?.host === 'electron');
  return useMemo(
    () =>
      isApp
        ? [
            { id: 'keepRunning', isOn: keepRunning, toggle: () => change({ keepRunning: !keepRunning }) },
            { id: 'startAtLogin', isOn: startAtLogin, toggle: () => change({ startAtLogin: !startAtLogin }) },
          ]
        : [],
    [isApp, keepRunning, startAtLogin, change],
  );
}
