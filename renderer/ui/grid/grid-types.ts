import type { ReactNode } from 'react';

export type GridColumn<Row> = {
  readonly id: string;
  readonly header: string;
  /** A track of `grid-template-columns`. */
  readonly track: string;
  readonly align?: 'start' | 'end';
  readonly soft?: boolean;
  readonly render: (row: Row) => ReactNode;
};

export type GridSort = { readonly by: string; readonly descending: boolean };
/** How a click or key picks: alone, up to here from the anchor, or in addition. */
export type PickMode = 'only' | 'range' | 'toggle';

export type GridProps<Row> = {
  readonly label: string;
  readonly columns: readonly GridColumn<Row>[];
  readonly count: number;
  /** Undefined while the row has not been read yet. */
  readonly rowAt: (index: number) => Row | undefined;
  readonly isSelected: (row: Row) => boolean;
  /** -1: none yet; the first row takes the focus then. */
  readonly activeIndex: number;
  readonly onPick: (index: number, mode: PickMode) => void;
  /** Moves the focus without changing what is selected. */
  readonly onFocusRow: (index: number) => void;
  readonly onOpen: (index: number) => void;
  readonly onSelectAll: () => void;
  /** The rows in view (and a margin), last included. */
  readonly onRange: (first: number, last: number) => void;
  readonly sort: GridSort;
  readonly onSort: (columnId: string) => void;
  readonly dropIndex?: number | undefined;
  /** Changes when the content is another one: the grid scrolls to its start. */
  readonly contentKey: string;
};
