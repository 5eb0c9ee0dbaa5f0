import { create } from 'zustand';
import type { EngineEvent } from '../../shared/contract/events.ts';
import { childToward, concerns, type Place, placeKey, samePlace } from './place.ts';
import type { RulePage } from './rules-store.ts';

/** How a place looked when it was left. */
export type PlaceMemory = {
  readonly filter: string;
  /** The last row in view. */
  readonly lastRow: number;
  /** Name of the row with the focus. */
  readonly active: string | null;
  readonly selected: readonly string[];
};

/** How the open place was come to: what is to be selected there, or that it is to look as it did when it was left. */
export type Arrival =
  | { readonly type: 'new'; readonly select: string | null }
  | { readonly type: 'again'; readonly memory: PlaceMemory | null };

export type BrowserState = {
  readonly place: Place | null;
  readonly arrival: Arrival;
  readonly back: readonly Place[];
  readonly forward: readonly Place[];
  /** By the key of the place. */
  readonly memories: Readonly<Record<string, PlaceMemory>>;
  /** Grows when something in the open place was changed by the engine: it is to be listed again. */
  readonly staleSerial: number;
  /** A page of the rules stands in front of the place, until one goes to any place. */
  readonly rulePage: RulePage | null;
};

const plainArrival: Arrival = { type: 'new', select: null };
export const initialBrowser: BrowserState = {
  place: null,
  arrival: plainArrival,
  back: [],
  forward: [],
  memories: {},
  staleSerial: 0,
  rulePage: null,
};
const keptHistory = 100;

/** Pure. On the way up, the folder or bucket that one comes from is selected. The open place is listed again. */
export function goTo(state: BrowserState, place: Place): BrowserState {
  if (state.place && samePlace(state.place, place)) {
    return { ...state, staleSerial: state.staleSerial + 1, rulePage: null };
  }
  const back = state.place ? [...state.back, state.place].slice(-keptHistory) : state.back;
  const select = state.place ? childToward(place, state.place) : null;
  return { ...state, place, arrival: { type: 'new', select }, back, forward: [], rulePage: null };
}

/** Pure. Goes there and selects the row of that name. */
export function goToRow(state: BrowserState, place: Place, name: string): BrowserState {
  return { ...goTo(state, place), arrival: { type: 'new', select: name } };
}

/** Pure. */
export function showRules(state: BrowserState, rulePage: RulePage): BrowserState {
  return { ...state, rulePage };
}

/** Pure. From a page of the rules, to the place that it stands in front of. */
export function goBack(state: BrowserState): BrowserState {
  if (state.rulePage !== null) return { ...state, rulePage: null };
  const place = state.back.at(-1);
  if (!place) return state;
  const forward = state.place ? [state.place, ...state.forward] : state.forward;
  return { ...state, place, arrival: arriveAgain(state, place), back: state.back.slice(0, -1), forward };
}

export function goForward(state: BrowserState): BrowserState {
  if (state.rulePage !== null) return state;
  const [place, ...forward] = state.forward;
  if (!place) return state;
  const back = state.place ? [...state.back, state.place] : state.back;
  return { ...state, place, arrival: arriveAgain(state, place), back, forward };
}

const arriveAgain = (state: BrowserState, place: Place): Arrival => ({
  type: 'again',
  memory: state.memories[placeKey(place)] ?? null,
});

/** Pure. The places left last, as many as the history has. */
export function rememberPlace(state: BrowserState, place: Place, memory: PlaceMemory): BrowserState {
  const { [placeKey(place)]: _, ...others } = state.memories;
  const kept = Object.entries(others).slice(1 - keptHistory);
  return { ...state, memories: { ...Object.fromEntries(kept), [placeKey(place)]: memory } };
}

/** Pure. Leaves every place of a connection that no longer exists. */
export function dropConnection(state: BrowserState, connectionId: string): BrowserState {
  const keep = (place: Place) => place.connectionId !== connectionId;
  const place = state.place && keep(state.place) ? state.place : null;
  return { ...state, place, back: state.back.filter(keep), forward: state.forward.filter(keep) };
}

/** Pure. A change of what the open place shows makes its list stale. */
export function applyToBrowser(state: BrowserState, event: EngineEvent): BrowserState {
  if (event.type !== 'objects.changed' || !state.place || !concerns(state.place, event)) return state;
  return { ...state, staleSerial: state.staleSerial + 1 };
}

export const useBrowserStore = create<BrowserState>()(() => initialBrowser);
