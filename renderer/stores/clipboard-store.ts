import { create } from 'zustand';
import type { SelectionId } from '../../shared/domain/ids.ts';
import type { ListingRow, SelectionSummary } from '../../shared/domain/listing.ts';
import type { Drag } from './drag-store.ts';

/** What was copied or cut in one pane of this window, kept by the engine until something else is or the window goes. */
export type Clip = {
  readonly mode: 'copy' | 'cut';
  readonly source: Drag['source'];
  readonly selectionId: SelectionId;
  readonly summary: SelectionSummary;
  /** The first few. */
  readonly names: readonly string[];
  /** The first thousand, to dim those that were cut and to duplicate. */
  readonly rows: readonly ListingRow[];
};

export const useClipboardStore = create<{ readonly clip: Clip | null }>()(() => ({ clip: null }));
