import { create } from 'zustand';
import type { SelectionSummary } from '../../shared/domain/listing.ts';
import type { BucketPlace } from './place.ts';

/**
 * What is being dragged from one pane of this window. A browser tells a drop target nothing about what is over it, so
 * the pane where the drag began says it here. What the engine holds for it: `takeDrag` of listing/row-drag.ts.
 */
export type Drag = {
  readonly source:
    | { readonly type: 'objects'; readonly place: BucketPlace }
    | { readonly type: 'files'; readonly folder: string };
  readonly summary: SelectionSummary;
  /** The first few, for a sentence. */
  readonly names: readonly string[];
};

export const useDragStore = create<{ readonly drag: Drag | null }>()(() => ({ drag: null }));
