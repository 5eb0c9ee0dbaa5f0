import { create } from 'zustand';
import type { ListingRow, SelectionSummary } from '../../shared/domain/listing.ts';
import type { BucketPlace, Place } from './place.ts';

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

/** Asks for a folder and downloads one version of an object into it, which need not be the newest. */
export type DownloadVersion = (place: BucketPlace, key: string, versionId: string) => void;

export type InspectedState = {
  readonly inspected: Inspected | null;
  /** The large preview (Space) is open. */
  readonly quickLook: boolean;
  /** The object whose versions are shown (`bucket/key`); they are listed only when somebody asks for them. */
  readonly versionsOf: string | null;
  /** Grows with what this window changes of objects that no listing shows: tags and metadata are then asked for again. */
  readonly edits: number;
};

export const useInspectedStore = create<InspectedState>()(() => ({
  inspected: null,
  quickLook: false,
  versionsOf: null,
  edits: 0,
}));

/** Something of an object has been changed here. */
export function noteEdit(): void {
  useInspectedStore.setState(({ edits }) => ({ edits: edits + 1 }));
}
