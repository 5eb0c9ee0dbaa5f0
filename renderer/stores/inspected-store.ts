import { create } from 'zustand';
import type { ListingRow, SelectionSummary } from '../../shared/domain/listing.ts';
import type { Place } from './place.ts';

/** What the inspector and the quick look are about: the focused row of the list and the selection around it. */
export type Inspected = {
  readonly place: Place;
  /** Null: nothing, or several rows, are selected. */
  readonly row: ListingRow | null;
  readonly selection: SelectionSummary;
  /** Where the row is in the list, from 0. */
  readonly position?: { readonly index: number; readonly count: number };
  /** Selects the row before or after, as the arrow keys do in the list. */
  readonly move: (by: 1 | -1) => void;
  /** Gives the keyboard back to the row, wherever it was moved to meanwhile. */
  readonly focus?: () => void;
};

export type InspectedState = {
  readonly inspected: Inspected | null;
  /** The large preview (Space) is open. */
  readonly quickLook: boolean;
};

export const useInspectedStore = create<InspectedState>()(() => ({ inspected: null, quickLook: false }));
