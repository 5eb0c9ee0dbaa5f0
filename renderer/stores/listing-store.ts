import { create } from 'zustand';
import type { EngineEvent } from '../../shared/contract/events.ts';
import type { ListingStatus } from '../../shared/domain/listing.ts';

/** Newest status of each listing that was told of; whoever has a listing open drops its status on leaving. */
export type ListingState = { readonly statuses: Readonly<Record<string, ListingStatus>> };

/** Listings of other windows are told of too. */
const keptStatuses = 64;

export const initialListings: ListingState = { statuses: {} };

/** Pure. A listing's status only goes forward: an older version that arrives late is dropped. */
export function applyToListings(state: ListingState, event: EngineEvent): ListingState {
  return event.type === 'listing.changed' ? takeStatus(state, event.status) : state;
}

export function takeStatus(state: ListingState, status: ListingStatus): ListingState {
  const known = state.statuses[status.listingId];
  if (known && known.version > status.version) return state;
  const { [status.listingId]: _, ...others } = state.statuses;
  const kept = Object.entries(others).slice(1 - keptStatuses);
  return { statuses: { ...Object.fromEntries(kept), [status.listingId]: status } };
}

export function dropStatus(state: ListingState, listingId: string): ListingState {
  const { [listingId]: _, ...statuses } = state.statuses;
  return { statuses };
}

export const useListingStore = create<ListingState>()(() => initialListings);
