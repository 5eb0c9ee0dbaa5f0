import { type PointerEvent, useRef, useState } from 'react';
import { insertionIndex } from './column-moves.ts';

const startPx = 5;

type Drag = { readonly id: string; readonly startX: number; readonly pointerId: number };
/** The column being moved and the shown column before which it would be put. */
export type ColumnMove = { readonly id: string; readonly to: number };

/** Headers moved with the pointer. The handlers are for each header cell that can be moved. */
export function useColumnDrag(onMoved: (move: ColumnMove) => void) {
  const dragRef = useRef<Drag | null>(null);
  const swallowClick = useRef(false);
  const [move, setMove] = useState<ColumnMove | null>(null);

  const end = () => {
    dragRef.current = null;
    setMove(null);
  };
  return {
    move,
    cancel: end,
    /** True once after a drag: the click that ends it sorts nothing. */
    takeClick: () => {
      const swallowed = swallowClick.current;
      swallowClick.current = false;
      return swallowed;
    },
    handlers: (id: string) => ({
      onPointerDown: (event: PointerEvent<HTMLElement>) => {
        swallowClick.current = false;
        if (event.button === 0) dragRef.current = { id, startX: event.clientX, pointerId: event.pointerId };
      },
      onPointerMove: (event: PointerEvent<HTMLElement>) => {
        const drag = dragRef.current;
        if (!drag || drag.pointerId !== event.pointerId) return;
        if (!move && Math.abs(event.clientX - drag.startX) < startPx) return;
        const cell = event.currentTarget;
        if (!cell.hasPointerCapture(event.pointerId)) cell.setPointerCapture(event.pointerId);
        swallowClick.current = true;
        const to = insertionIndex(middlesOf(cell), event.clientX, getComputedStyle(cell).direction === 'rtl');
        if (move?.to !== to || move.id !== drag.id) setMove({ id: drag.id, to });
      },
      onPointerUp: () => {
        if (move) onMoved(move);
        end();
      },
      onPointerCancel: end,
    }),
  };
}

function middlesOf(cell: HTMLElement): number[] {
  return [...(cell.parentElement?.children ?? [])].map((header) => {
    const { left, width } = header.getBoundingClientRect();
    return left + width / 2;
  });
}
