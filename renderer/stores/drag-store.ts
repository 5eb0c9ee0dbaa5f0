import { create } from 'zustand';
import type { SelectionId } from '../../shared/domain/ids.ts';
import type { SelectionSummary } from '../../shared/domain/listing.ts';
import type { BucketPlace } from './place.ts';

/**
 * What is being dragged from one pane of this window. A browser tells a drop target nothing about what is over it, so
 * the pane where the drag began says it here.
 */
export type Drag = {
  readonly source:
    | { readonly type: 'objects'; readonly place: BucketPlace }
    | { readonly type: 'files'; readonly folder: string };
  readonly summary: SelectionSummary;
  /** The first few, for a sentence. */
  readonly names: readonly string[];
  /** Kept by the engine since the drag began; null when it could not be. */
  readonly held: Promise<SelectionId | null>;
};

export const useDragStore = create<{ readonly drag: Drag | null }>()(() => ({ drag: null }));
