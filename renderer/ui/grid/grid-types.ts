import type { DragEvent, ReactNode, Ref } from 'react';
import type { GridLayout } from './column-layout.ts';
import type { GridCursor } from './grid-selection.ts';
import type { Intervals, SelectionChange } from './intervals.ts';

export type GridColumn<Row> = {
  readonly id: string;
  readonly header: string;
  /** At most this wide, in CSS pixels, unless chosen otherwise or it grows. */
  readonly widthPx: number;
  /** At least this wide; default 48. */
  readonly minPx?: number;
  /** Takes the width that the others leave. */
  readonly grows?: boolean;
  /** The width that was given to it by hand. */
  readonly chosenPx?: number;
  /** Not shown. The first column always is. */
  readonly hidden?: boolean;
  /** Left out for now, for lack of room: see fitColumns. */
  readonly noRoom?: boolean;
  /** At least this wide as long as there is room for it, see fitColumns. */
  readonly roomyPx?: number;
  readonly align?: 'start' | 'end';
  readonly soft?: boolean;
  readonly render: (row: Row) => ReactNode;
};

export type GridSort = { readonly by: string; readonly descending: boolean };

export type GridRowState = {
  /** Was cut, is about to go: shown dimmed. */
  readonly cut?: boolean;
};

/** What the grid says by itself. The feature brings the texts, in the window's language. */
export type GridWords = {
  readonly sortAscending: string;
  readonly sortDescending: string;
  readonly moveBack: string;
  readonly moveOn: string;
  readonly fit: string;
  readonly reset: string;
};

export type GridHandle = {
  /** Scrolls as little as it takes to have the row in view. */
  readonly reveal: (index: number) => void;
  /** Gives the focus to the active row, or to the grid when it has no rows; what is in view stays. */
  readonly focus: () => void;
  /** The same with the row in view, for a person who comes to the list. */
  readonly enter: () => void;
};

/**
 * Mouse: a click selects, Ctrl/Cmd adds or takes away, Shift extends from the anchor (with Ctrl/Cmd in addition to what
 * is selected), a double click opens, a press beside the rows selects none.
 * Keys: arrows, Home, End and the page keys move and select, with Shift extend, with Ctrl move the focus only;
 * Ctrl+Space toggles, Space previews, Enter opens, Ctrl/Cmd+A selects all, Escape none, characters go to `onType`.
 * What the grid handles is prevented and goes no further; all other keys bubble.
 */
export type GridProps<Row> = {
  readonly label: string;
  readonly words: GridWords;
  /** All of them in their order, see `arrangeColumns`. */
  readonly columns: readonly GridColumn<Row>[];
  /** Left out: the columns cannot be changed. Null: as they are by default. */
  readonly onColumnsChange?: ((layout: GridLayout | null) => void) | undefined;
  readonly count: number;
  /** Nothing is known yet: the `count` rows only stand for what is on its way and cannot be used. */
  readonly placeholders?: boolean | undefined;
  /** Undefined while the row has not been read yet. */
  readonly rowAt: (index: number) => Row | undefined;
  /** At least those in view. */
  readonly selected: Intervals;
  readonly cursor: GridCursor;
  /** `change` is null when only the focus moved. */
  readonly onSelect: (change: SelectionChange | null, cursor: GridCursor) => void;
  readonly onOpen: (index: number) => void;
  readonly onPreview?: ((index: number) => void) | undefined;
  /** What was typed without a pause of a second, to go to the row whose name begins with it. */
  readonly onType?: ((text: string) => void) | undefined;
  /** The rows in view and a margin, last included. */
  readonly onRange: (first: number, last: number) => void;
  /** Left out, both: the rows have an order of their own, and the headers only say what is below them. */
  readonly sort?: GridSort | undefined;
  readonly onSort?: ((columnId: string, descending: boolean) => void) | undefined;
  readonly dropIndex?: number | undefined;
  readonly rowState?: ((row: Row) => GridRowState | undefined) | undefined;
  /** Left out: rows cannot be dragged. By then the row is selected. */
  readonly onRowDragStart?: ((index: number, event: DragEvent<HTMLElement>) => void) | undefined;
  readonly onRowDragEnd?: ((event: DragEvent<HTMLElement>) => void) | undefined;
  /** Takes the place of the first cell of this row; keys in it are its own. */
  readonly editing?: { readonly index: number; readonly content: ReactNode } | undefined;
  /** Changes when the content is another one: the grid scrolls to its start. */
  readonly contentKey: string;
  readonly handle?: Ref<GridHandle> | undefined;
};
