import type { PreferencesChange } from '../../shared/domain/preferences.ts';
import type { SidePane } from '../features/shell/arrange.ts';
import { awaitPane } from '../features/shell/pane-focus.ts';
import { toggleNow } from '../features/shell/panes-store.ts';

/** By a key, the menu or the palette: who opens the second list goes on in it. Its button keeps the focus. */
export function toggleAndEnter(pane: SidePane, change: (change: PreferencesChange) => void): void {
  toggleNow(pane, change);
  if (pane === 'localPane') awaitPane(pane);
}
