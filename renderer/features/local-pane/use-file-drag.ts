import { type DragEvent, useCallback } from 'react';
import { useHeld } from '../../listing/use-held.ts';
import type { Listing } from '../../listing/use-listing.ts';
import { useDragStore } from '../../stores/drag-store.ts';

/** Marks a drag as one of this window's rows. */
const rowsType = 'application/x-bucket-brigade-rows';

/** Dragging files towards the list of objects: the engine holds what is selected from the start of the drag to its end. */
export function useFileDrag(folder: string, listing: Listing) {
  const held = useHeld();
  const { hold, rowAt } = listing;
  const { status, selectedItems } = listing;

  const onRowDragStart = useCallback(
    (index: number, event: DragEvent<HTMLElement>) => {
      const row = rowAt(index);
      if (!row) return event.preventDefault();
      event.dataTransfer.effectAllowed = 'copy';
      event.dataTransfer.setData(rowsType, '');
      const answer = hold();
      const items = Math.max(1, selectedItems);
      const alone = {
        items,
        folders: row.type === 'hostFolder' ? 1 : 0,
        bytes: row.type === 'hostFile' ? row.sizeBytes : 0,
      };
      const drag = {
        source: { type: 'files' as const, folder },
        summary: status?.selection.items === items ? status.selection : alone,
        names: [row.name],
        held: answer.then((result) => (result.ok ? result.value.selectionId : null)),
      };
      useDragStore.setState({ drag });
      // What the engine holds is what will be uploaded: the sentence says that.
      void answer.then((result) => {
        const now = useDragStore.getState().drag;
        if (!result.ok || now?.held !== drag.held) return;
        useDragStore.setState({ drag: { ...now, names: result.value.names, summary: result.value.summary } });
      });
    },
    [folder, hold, rowAt, status, selectedItems],
  );

  const onRowDragEnd = useCallback(
    (event: DragEvent<HTMLElement>) => {
      const { drag } = useDragStore.getState();
      useDragStore.setState({ drag: null });
      // Whoever took the drop releases it when the job has begun.
      if (drag && event.dataTransfer.dropEffect === 'none') {
        void drag.held.then((selectionId) => selectionId !== null && held.release(selectionId));
      }
    },
    [held],
  );
  return { onRowDragStart, onRowDragEnd };
}
