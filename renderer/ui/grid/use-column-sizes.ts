import type { RefObject } from 'react';
import { layoutOf, shownColumns } from './column-layout.ts';
import { withWidth, withWidths } from './column-moves.ts';
import { gridTracks } from './grid-tracks.ts';
import type { GridColumn, GridProps } from './grid-types.ts';

type Input<Row> = Pick<GridProps<Row>, 'columns' | 'onColumnsChange'> & {
  readonly scrollerRef: RefObject<HTMLElement | null>;
};

export type ColumnSizes = {
  /** A column being resized: `preview` shows a width at once, without drawing a row again; `end` keeps it. */
  readonly begin: (id: string) => {
    startPx: number;
    preview: (px: number) => void;
    end: () => void;
    cancel: () => void;
  };
  readonly resizeBy: (id: string, deltaPx: number) => void;
  /** As wide as what is in view needs. */
  readonly fit: (id: string) => void;
};

/** Widths of columns, read from and written to the document: the grid's rows all take them from one property. */
export function useColumnSizes<Row>({ columns, onColumnsChange, scrollerRef }: Input<Row>): ColumnSizes {
  const cells = (id: string) => [
    ...(scrollerRef.current?.querySelectorAll(`[data-column-id="${CSS.escape(id)}"]`) ?? []),
  ];
  const frozen = () => {
    const widths = columns.flatMap(({ id }): [string, number][] => {
      const [head] = cells(id);
      return head ? [[id, head.getBoundingClientRect().width]] : [];
    });
    return withWidths(columns, new Map(widths));
  };
  const show = (changed: readonly GridColumn<Row>[]) => {
    const { tracks, leastPx } = gridTracks(shownColumns(changed));
    setTracks(tracks, `${leastPx}px`);
  };
  const setTracks = (tracks: string, least: string) => {
    scrollerRef.current?.style.setProperty('--grid-columns', tracks);
    scrollerRef.current?.style.setProperty('--grid-least', least);
  };
  const widthOf = (all: readonly GridColumn<Row>[], id: string) =>
    all.find((column) => column.id === id)?.chosenPx ?? 0;

  return {
    begin(id) {
      const start = frozen();
      let now = start;
      return {
        startPx: widthOf(start, id),
        preview(px) {
          now = withWidth(start, id, px);
          show(now);
        },
        end() {
          if (now !== start) onColumnsChange?.(layoutOf(now));
        },
        cancel: () => show(columns),
      };
    },
    resizeBy(id, deltaPx) {
      const start = frozen();
      onColumnsChange?.(layoutOf(withWidth(start, id, widthOf(start, id) + deltaPx)));
    },
    fit(id) {
      const start = frozen();
      const shown = shownColumns(start);
      const tracks = shown.map((column) => (column.id === id ? 'max-content' : `${column.chosenPx ?? 0}px`));
      // Each row is a grid of its own: for a moment each cell is as wide as its content.
      setTracks(tracks.join(' '), '0px');
      const widest = Math.max(0, ...cells(id).map((cell) => cell.getBoundingClientRect().width));
      show(columns);
      onColumnsChange?.(layoutOf(withWidth(start, id, Math.ceil(widest) + 1)));
    },
  };
}
