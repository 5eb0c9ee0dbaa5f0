import { create } from 'zustand';
import type { EngineEvent } from '../../shared/contract/events.ts';
import type { ListingStatus } from '../../shared/domain/listing.ts';
import { concerns, type Place, samePlace } from './place.ts';

export type BrowserState = {
  readonly place: Place | null;
  readonly back: readonly Place[];
  readonly forward: readonly Place[];
  /** Grows when something in the open place was changed by the engine: it is to be listed again. */
  readonly staleSerial: number;
  /** Newest status of each listing that this window has open. */
  readonly statuses: Readonly<Record<string, ListingStatus>>;
};

export const initialBrowser: BrowserState = { place: null, back: [], forward: [], staleSerial: 0, statuses: {} };
const keptHistory = 100;

export function goTo(state: BrowserState, place: Place): BrowserState {
  if (state.place && samePlace(state.place, place)) return { ...state, staleSerial: state.staleSerial + 1 };
  const back = state.place ? [...state.back, state.place].slice(-keptHistory) : state.back;
  return { ...state, place, back, forward: [] };
}

export function goBack(state: BrowserState): BrowserState {
  const place = state.back.at(-1);
  if (!place) return state;
  const forward = state.place ? [state.place, ...state.forward] : state.forward;
  return { ...state, place, back: state.back.slice(0, -1), forward };
}

export function goForward(state: BrowserState): BrowserState {
  const [place, ...forward] = state.forward;
  if (!place) return state;
  return { ...state, place, back: state.place ? [...state.back, state.place] : state.back, forward };
}

/** Pure. Leaves every place of a connection that no longer exists. */
export function dropConnection(state: BrowserState, connectionId: string): BrowserState {
  const keep = (place: Place) => place.connectionId !== connectionId;
  const place = state.place && keep(state.place) ? state.place : null;
  return { ...state, place, back: state.back.filter(keep), forward: state.forward.filter(keep) };
}

/** Pure. A listing's status only goes forward: an older version that arrives late is dropped. */
export function applyToBrowser(state: BrowserState, event: EngineEvent): BrowserState {
  if (event.type === 'listing.changed') return takeStatus(state, event.status);
  if (event.type === 'objects.changed') {
    if (!state.place || !concerns(state.place, event)) return state;
    return { ...state, staleSerial: state.staleSerial + 1 };
  }
  return state;
}

export function takeStatus(state: BrowserState, status: ListingStatus): BrowserState {
  const known = state.statuses[status.listingId];
  if (known && known.version > status.version) return state;
  return { ...state, statuses: { ...state.statuses, [status.listingId]: status } };
}

export function dropStatus(state: BrowserState, listingId: string): BrowserState {
  const { [listingId]: _, ...statuses } = state.statuses;
  return { ...state, statuses };
}

export const useBrowserStore = create<BrowserState>()(() => initialBrowser);
