import type { EngineEvent, Snapshot } from '../../shared/contract/events.ts';
import type { FeedTarget } from '../bridge/start-feed.ts';
import { applyToBrowser, useBrowserStore } from './browser-store.ts';
import { applyToConnections, resetConnections, useConnectionsStore } from './connections-store.ts';
import { useLinkStore } from './link-store.ts';
import { applyToListings, useListingStore } from './listing-store.ts';
import { applyToPreferences, resetPreferences, usePreferencesStore } from './preferences-store.ts';
import { applyToRules, resetRules, useRulesStore } from './rules-store.ts';
import { applyToProgress, useSelectionProgress } from './selection-progress-store.ts';
import { applyToTransfers, resetTransfers, useTransfersStore } from './transfers-store.ts';

/** The stores of the window, each changed at most once a batch, so that a batch costs one render. */
export const storesAsTarget: FeedTarget = {
  reset(snapshot: Snapshot) {
    useConnectionsStore.setState((state) => resetConnections(state, snapshot));
    useTransfersStore.setState((state) => resetTransfers(state, snapshot));
    useRulesStore.setState((state) => resetRules(state, snapshot));
    usePreferencesStore.setState((state) => resetPreferences(state, snapshot));
    // What was missed may have concerned the open place.
    useBrowserStore.setState((state) => ({ staleSerial: state.staleSerial + 1 }));
  },
  apply(events: readonly EngineEvent[]) {
    useConnectionsStore.setState((state) => events.reduce(applyToConnections, state));
    useTransfersStore.setState((state) => events.reduce(applyToTransfers, state));
    useRulesStore.setState((state) => events.reduce(applyToRules, state));
    usePreferencesStore.setState((state) => events.reduce(applyToPreferences, state));
    useListingStore.setState((state) => events.reduce(applyToListings, state));
    useSelectionProgress.setState((state) => events.reduce(applyToProgress, state));
    useBrowserStore.setState((state) => events.reduce(applyToBrowser, state));
  },
  link: (state) => useLinkStore.setState(state, true),
};
