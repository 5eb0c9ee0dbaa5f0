import { create } from 'zustand';
import type { PreferencesChange } from '../../../shared/domain/preferences.ts';
import { usePreferencesStore } from '../../stores/preferences-store.ts';
import { arrange, type Arrangement, type SidePane, togglePane } from './arrange.ts';

export type PanesState = {
  /** The pane that is shown over the list because there is no room beside it. */
  readonly over: SidePane | null;
  readonly size: { readonly widthPx: number; readonly heightPx: number };
};

const sizeNow = () => ({ widthPx: window.innerWidth, heightPx: window.innerHeight });

export const usePanesStore = create<PanesState>()(() => ({ over: null, size: sizeNow() }));
window.addEventListener('resize', () => usePanesStore.setState({ size: sizeNow() }));

function arrangementNow(): Arrangement {
  const { over, size } = usePanesStore.getState();
  return arrange(usePreferencesStore.getState().preferences.layout, size, over);
}

type Change = (change: PreferencesChange) => void;

/** Opens or closes a pane. */
export function toggleNow(pane: SidePane, change: Change): void {
  const { over } = usePanesStore.getState();
  const next = togglePane(pane, arrangementNow(), over);
  usePanesStore.setState({ over: next.over });
  if (Object.keys(next.layout).length > 0) change({ layout: next.layout });
}

export function closeOver(): void {
  if (usePanesStore.getState().over !== null) usePanesStore.setState({ over: null });
}

const openKeys = { sidebar: 'sidebarOpen', localPane: 'localPaneOpen', inspector: 'inspectorOpen' } as const;

/**
 * Other features open a pane by its preference (the list's "Show information" does): where it has no room it is shown over
 * the list. Returns the function that ends it.
 */
export function watchOpenedPanes(): () => void {
  return usePreferencesStore.subscribe(({ pending }, before) => {
    for (const pane of ['sidebar', 'localPane', 'inspector'] as const) {
      const key = openKeys[pane];
      const isAsked = pending?.layout?.[key] === true && before.pending?.layout?.[key] !== true;
      if (isAsked && !arrangementNow().fits[pane]) usePanesStore.setState({ over: pane });
    }
  });
}

/** Whether the pane is on screen, beside the list or over it. */
export function usePaneOpen(pane: SidePane): boolean {
  const layout = usePreferencesStore((state) => state.preferences.layout);
  return usePanesStore(({ over, size }) => arrange(layout, size, over).places[pane] !== 'hidden');
}
