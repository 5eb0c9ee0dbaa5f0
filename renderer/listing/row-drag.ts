import type { SelectionId } from '../../shared/domain/ids.ts';
import type { Result } from '../../shared/result.ts';
import { type Drag, useDragStore } from '../stores/drag-store.ts';
import type { HeldSelection } from './listing-session.ts';

/** What the engine holds for the drag under way; there is one drag at a time. */
let holding: Promise<SelectionId | null> | null = null;

/** Begins a drag: `drag` is what is known of it at once, the names and sizes of all that is held come a moment later. */
export function beginDrag(drag: Drag, held: Promise<Result<HeldSelection>>): void {
  const mine = held.then((answer) => (answer.ok ? answer.value.selectionId : null));
  holding = mine;
  useDragStore.setState({ drag });
  void held.then((answer) => {
    if (!answer.ok || holding !== mine) return;
    const { names, summary } = answer.value;
    useDragStore.setState((state) => (state.drag ? { drag: { ...state.drag, names, summary } } : state));
  });
}

/** Ends the drag. Who takes it has to release what was held for it; null when it was taken before, or could not be held. */
export function takeDrag(): Promise<SelectionId | null> {
  const taken = holding;
  holding = null;
  useDragStore.setState({ drag: null });
  return taken ?? Promise.resolve(null);
}
