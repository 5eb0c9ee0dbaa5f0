import { create } from 'zustand';
import type { EngineEvent } from '../../shared/contract/events.ts';

/** How far something is that is done with a selection: what of it is done, and what of it could not be done. */
export type SelectionProgress = { readonly doneCount: number; readonly failedCount: number };

/** What this window has begun, by what is held for it; null until the engine has told of it. */
export type SelectionProgressState = { readonly underWay: Readonly<Record<string, SelectionProgress | null>> };

export const initialProgress: SelectionProgressState = { underWay: {} };

/** Pure. */
export function beginProgress(state: SelectionProgressState, selectionId: string): SelectionProgressState {
  return { underWay: { ...state.underWay, [selectionId]: null } };
}

/** Pure. What other windows do is theirs. */
export function applyToProgress(state: SelectionProgressState, event: EngineEvent): SelectionProgressState {
  if (event.type !== 'selection.progress' || !(event.selectionId in state.underWay)) return state;
  const { selectionId, doneCount, failedCount } = event;
  return { underWay: { ...state.underWay, [selectionId]: { doneCount, failedCount } } };
}

/** Pure. */
export function endProgress(state: SelectionProgressState, selectionId: string): SelectionProgressState {
  const { [selectionId]: _, ...underWay } = state.underWay;
  return { underWay };
}

export const useSelectionProgress = create<SelectionProgressState>()(() => initialProgress);
