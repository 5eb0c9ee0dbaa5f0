import { ChevronDown, ChevronUp } from 'lucide-react';
import { classNames } from '../class-names.ts';
import styles from './grid.module.css';
import type { GridColumn, GridSort } from './grid-types.ts';

type Props<Row> = {
  readonly columns: readonly GridColumn<Row>[];
  readonly sort: GridSort;
  readonly onSort: (columnId: string, descending: boolean) => void;
};

export function GridHead<Row>({ columns, sort, onSort }: Props<Row>) {
  return (
    <div role="rowgroup" className={styles.head}>
      <div role="row" aria-rowindex={1} className={styles.row}>
        {columns.map((column, index) => {
          const sorted = sort.by === column.id;
          const Arrow = sort.descending ? ChevronDown : ChevronUp;
          return (
            <div
              key={column.id}
              role="columnheader"
              aria-colindex={index + 1}
              aria-sort={sorted ? (sort.descending ? 'descending' : 'ascending') : 'none'}
              className={classNames(styles.cell, column.align === 'end' && styles.end)}
            >
              <button
                type="button"
                className={styles.sort}
                onClick={() => onSort(column.id, sorted && !sort.descending)}
              >
                {column.header}
                {sorted ? <Arrow size={12} aria-hidden /> : null}
              </button>
            </div>
          );
        })}
      </div>
    </div>
  );
}
