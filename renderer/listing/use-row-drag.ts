import { type DragEvent, useCallback, useMemo } from 'react';
import type { ListingRow, SelectionSummary } from '../../shared/domain/listing.ts';
import { describeError } from '../../shared/words/describe-error.ts';
import type { Drag } from '../stores/drag-store.ts';
import { useToast } from '../ui/toast/toast.tsx';
import { beginDrag, takeDrag } from './row-drag.ts';
import { type HeldCommands, type TransferTo, useHeld } from './use-held.ts';
import type { Listing } from './use-listing.ts';

/** Marks a drag as one of this window's rows. */
const rowsType = 'application/x-bucket-brigade-rows';

type How = {
  /** Null: rows of this list cannot be dragged. */
  readonly source: Drag['source'] | null;
  readonly effects: 'copy' | 'copyMove';
  /** What else the drag carries; called as it begins. */
  readonly onStart?: (data: DataTransfer, row: ListingRow, items: number) => void;
};

/** Dragging rows out of a list: the engine holds what is selected from the start of the drag to its end. */
export function useRowDrag({ hold, rowAt, status, selectedItems }: Listing, { source, effects, onStart }: How) {
  const held = useHeld();
  const onRowDragStart = useCallback(
    (index: number, event: DragEvent<HTMLElement>) => {
      const row = rowAt(index);
      if (!source || !row) return event.preventDefault();
      const items = Math.max(1, selectedItems);
      event.dataTransfer.effectAllowed = effects;
      event.dataTransfer.setData(rowsType, '');
      onStart?.(event.dataTransfer, row, items);
      const known = status?.selection.items === items ? status.selection : summaryOf(row, items);
      beginDrag({ source, summary: known, names: [row.name] }, hold());
    },
    [hold, rowAt, status, selectedItems, source, effects, onStart],
  );
  /** After a drop as well: by then the one it was dropped on has taken the drag. */
  const onRowDragEnd = useCallback(() => {
    void takeDrag().then((selectionId) => selectionId !== null && held.release(selectionId));
  }, [held]);
  return useMemo(() => ({ onRowDragStart, onRowDragEnd }), [onRowDragStart, onRowDragEnd]);
}

/** Takes what is dropped: starts the transfer and lets go of what was held for it. To be called in the event itself. */
export function useTakeDrop(): (to: TransferTo, options: Parameters<HeldCommands['transfer']>[2]) => void {
  const held = useHeld();
  const toast = useToast();
  return useCallback(
    (to, options) => {
      void takeDrag().then(async (selectionId) => {
        if (selectionId === null) return;
        const answer = await held.transfer(selectionId, to, options);
        held.release(selectionId);
        if (!answer.ok) toast(describeError(answer.error).message);
      });
    },
    [held, toast],
  );
}

function summaryOf(row: ListingRow, items: number): SelectionSummary {
  const isContainer = row.type !== 'object' && row.type !== 'hostFile';
  return { items, folders: isContainer ? 1 : 0, bytes: 'sizeBytes' in row ? row.sizeBytes : 0 };
}
