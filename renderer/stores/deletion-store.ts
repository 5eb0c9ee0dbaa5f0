import { create } from 'zustand';
import type { EngineEvent } from '../../shared/contract/events.ts';

/** How far a deletion is: what of it is done, and what of it could not be done. */
export type DeletionProgress = { readonly deletedCount: number; readonly failedCount: number };

/** The deletions that this window has begun, by what is held for them; null until the engine has told of one. */
export type DeletionState = { readonly underWay: Readonly<Record<string, DeletionProgress | null>> };

export const initialDeletions: DeletionState = { underWay: {} };

/** Pure. */
export function beginDeletion(state: DeletionState, selectionId: string): DeletionState {
  return { underWay: { ...state.underWay, [selectionId]: null } };
}

/** Pure. Those of other windows are theirs. */
export function applyToDeletions(state: DeletionState, event: EngineEvent): DeletionState {
  if (event.type !== 'selection.deleting' || !(event.selectionId in state.underWay)) return state;
  const { selectionId, deletedCount, failedCount } = event;
  return { underWay: { ...state.underWay, [selectionId]: { deletedCount, failedCount } } };
}

/** Pure. */
export function endDeletion(state: DeletionState, selectionId: string): DeletionState {
  const { [selectionId]: _, ...underWay } = state.underWay;
  return { underWay };
}

export const useDeletionStore = create<DeletionState>()(() => initialDeletions);
