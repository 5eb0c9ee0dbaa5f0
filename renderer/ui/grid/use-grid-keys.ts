import { type KeyboardEvent, useRef } from 'react';
import { commandForKey } from './grid-keys.ts';
import { type SelectionEvent } from './grid-selection.ts';
import type { GridProps } from './grid-types.ts';
import { isTyping, nothingTyped, typedCharacter, typeOn } from './type-ahead.ts';

type On<Row> = Pick<GridProps<Row>, 'count' | 'cursor' | 'selected' | 'onOpen' | 'onPreview' | 'onType'> & {
  readonly pageRows: () => number;
  readonly apply: (event: SelectionEvent) => void;
  /** The scrolling element, which has the focus itself while there are no rows. */
  readonly scroller: () => HTMLElement | null;
};

/** The keys of the rows. Those of the header and of an editor in a row are not touched. */
export function useGridKeys<Row>(on: On<Row>): (event: KeyboardEvent) => void {
  const typedRef = useRef(nothingTyped);
  return (event) => {
    const { target } = event;
    const inRow = target instanceof HTMLElement && target.dataset['rowIndex'] !== undefined;
    if ((!inRow && target !== on.scroller()) || event.nativeEvent.isComposing) return;
    if (handle(event)) {
      event.preventDefault();
      event.stopPropagation();
    }
  };

  function handle(event: KeyboardEvent): boolean {
    const active = Math.max(0, on.cursor.active);
    const typing = isTyping(typedRef.current, event.timeStamp);
    const character = typedCharacter(event.nativeEvent);
    if (on.onType && character !== null && (character !== ' ' || typing)) {
      typedRef.current = typeOn(typedRef.current, character, event.timeStamp);
      on.onType(typedRef.current.text);
      return true;
    }
    const command = commandForKey(event, { active: on.cursor.active, count: on.count, pageRows: on.pageRows() });
    if (command === null) return false;
    typedRef.current = nothingTyped;
    switch (command.type) {
      case 'open':
        on.onOpen(active);
        return true;
      case 'preview':
        on.onPreview?.(active);
        return on.onPreview !== undefined;
      case 'select':
        on.apply(command.event);
        // With nothing selected Escape is somebody else's too: it closes a preview or empties a filter.
        return command.event.type !== 'none' || on.selected.length > 0;
    }
  }
}
