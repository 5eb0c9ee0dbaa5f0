import type { MenuContent } from '../menu/menu.tsx';
import { type GridLayout, shownColumns } from './column-layout.ts';
import { movedBy, shownOrHidden } from './column-moves.ts';
import type { GridProps, GridSort } from './grid-types.ts';

type Input<Row> = Pick<GridProps<Row>, 'columns' | 'words'> & {
  readonly sort: GridSort;
  readonly onSort: (columnId: string, descending: boolean) => void;
  /** The column whose header was clicked. */
  readonly columnId: string;
  readonly onColumnsChange: (layout: GridLayout | null) => void;
  readonly onFit: (id: string) => void;
};

/** The menu of a header: everything about columns that a drag or a key does, and which of them are shown. */
export function headMenu<Row>(input: Input<Row>): MenuContent {
  const { columns, columnId, sort, words, onColumnsChange, onSort } = input;
  const shown = shownColumns(columns);
  const at = shown.findIndex(({ id }) => id === columnId);
  const isSortedBy = (descending: boolean) => sort.by === columnId && sort.descending === descending;
  return [
    [false, true].map((descending) => ({
      id: descending ? 'descending' : 'ascending',
      label: descending ? words.sortDescending : words.sortAscending,
      checked: isSortedBy(descending),
      radio: true,
      run: () => onSort(columnId, descending),
    })),
    [
      { id: 'fit', label: words.fit, run: () => input.onFit(columnId) },
      {
        id: 'back',
        label: words.moveBack,
        disabled: at < 2,
        run: () => onColumnsChange(movedBy(columns, columnId, -1)),
      },
      {
        id: 'on',
        label: words.moveOn,
        disabled: at < 1 || at === shown.length - 1,
        run: () => onColumnsChange(movedBy(columns, columnId, 1)),
      },
    ],
    columns.slice(1).map((column) => ({
      id: `column ${column.id}`,
      label: column.header,
      checked: shown.includes(column),
      run: () => onColumnsChange(shownOrHidden(columns, column.id)),
    })),
    [{ id: 'reset', label: words.reset, run: () => onColumnsChange(null) }],
  ];
}
