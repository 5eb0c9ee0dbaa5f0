import { type DragEvent, type MouseEvent, useRef } from 'react';
import { meaningOfPress, type SelectionEvent } from './grid-selection.ts';
import type { GridProps } from './grid-types.ts';

const isMac = /mac/i.test(navigator.platform);

/** The row an event is in; null beside the rows and in an editor, whose clicks are its own. */
function rowIndexOf(event: { readonly target: EventTarget }): number | null {
  if (!(event.target instanceof Element) || event.target.closest('[data-grid-editor]')) return null;
  const row = event.target.closest('[data-row-index]');
  return row instanceof HTMLElement ? Number(row.dataset['rowIndex']) : null;
}

type On<Row> = Pick<GridProps<Row>, 'selected' | 'onOpen' | 'onRowDragStart' | 'onRowDragEnd'> & {
  readonly apply: (event: SelectionEvent) => void;
};

/** The mouse in the rows, for the element around them: rows have no handlers of their own and need not be drawn again. */
export function useGridPointer<Row>(on: On<Row>) {
  const laterRef = useRef<{ readonly index: number; readonly event: SelectionEvent } | null>(null);
  return {
    onMouseDown: (event: MouseEvent) => {
      laterRef.current = null;
      const contextual = event.button === 2 || (isMac && event.button === 0 && event.ctrlKey);
      if (event.button !== 0 && !contextual) return;
      const command = isMac ? event.metaKey : event.ctrlKey || event.metaKey;
      const index = rowIndexOf(event);
      if (index === null) {
        if (event.target === event.currentTarget && !command && !event.shiftKey) on.apply({ type: 'none' });
        return;
      }
      const modifiers = { shift: event.shiftKey, command };
      const { now, later } = meaningOfPress({ index, button: contextual ? 'context' : 'main', modifiers }, on.selected);
      if (later) laterRef.current = { index, event: later };
      if (now) on.apply(now);
    },
    onClick: (event: MouseEvent) => {
      const later = laterRef.current;
      laterRef.current = null;
      if (later && rowIndexOf(event) === later.index) on.apply(later.event);
    },
    onDoubleClick: (event: MouseEvent) => {
      const index = rowIndexOf(event);
      if (index !== null && event.button === 0 && !event.shiftKey && !event.ctrlKey && !event.metaKey) on.onOpen(index);
    },
    onDragStart: (event: DragEvent<HTMLElement>) => {
      laterRef.current = null;
      const index = rowIndexOf(event);
      if (index !== null) on.onRowDragStart?.(index, event);
    },
    onDragEnd: (event: DragEvent<HTMLElement>) => on.onRowDragEnd?.(event),
  };
}
