import { useChangePreferences } from '../bridge/use-change-preferences.ts';
import { cyclePanes } from '../features/shell/pane-focus.ts';
import { useUndo } from '../ui/toast/toast.tsx';
import { toggleAndEnter } from './toggle-pane.ts';
import { useShortcuts } from '../shortcuts/use-shortcuts.ts';
import { usePreferencesStore } from '../stores/preferences-store.ts';

type Input = {
  /** False before there is a connection: there is nothing beside the welcome. */
  readonly withPanes: boolean;
  readonly onPalette: () => void;
  readonly onShortcuts: () => void;
};

/** The keys of the window itself; those of the list and of other panes are theirs. */
export function useAppShortcuts({ withPanes, onPalette, onShortcuts }: Input): void {
  const change = useChangePreferences();
  const paneKeys = {
    sidebar: () => toggleAndEnter('sidebar', change),
    inspector: () => toggleAndEnter('inspector', change),
    localPane: () => toggleAndEnter('localPane', change),
    transfers: () => {
      const { transfersOpen } = usePreferencesStore.getState().preferences.layout;
      change({ layout: { transfersOpen: !transfersOpen } });
    },
    nextPane: () => cyclePanes(1),
    previousPane: () => cyclePanes(-1),
  };
  useShortcuts({ palette: onPalette, shortcuts: onShortcuts, undo: useUndo(), ...(withPanes ? paneKeys : {}) });
}
