import { type PointerEvent, useRef } from 'react';
import styles from './grid.module.css';
import type { ColumnSizes } from './use-column-sizes.ts';

type Props = { readonly id: string; readonly sizes: ColumnSizes };
type Pull = ReturnType<ColumnSizes['begin']> & { readonly startX: number; readonly sign: 1 | -1 };

/** The edge of a header that is pulled to resize the column; a double click fits it. Keys do the same at the header. */
export function ColumnEdge({ id, sizes }: Props) {
  const pullRef = useRef<Pull | null>(null);
  const end = (keep: boolean) => {
    if (keep) pullRef.current?.end();
    else pullRef.current?.cancel();
    pullRef.current = null;
  };
  return (
    <span
      aria-hidden
      className={styles.edge}
      onPointerDown={(event: PointerEvent<HTMLElement>) => {
        event.stopPropagation();
        if (event.button !== 0) return;
        // The header is not pressed, and keeps or gets no focus.
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        const sign = getComputedStyle(event.currentTarget).direction === 'rtl' ? -1 : 1;
        pullRef.current = { ...sizes.begin(id), startX: event.clientX, sign };
      }}
      onPointerMove={(event) => {
        const pull = pullRef.current;
        if (pull) pull.preview(pull.startPx + (event.clientX - pull.startX) * pull.sign);
      }}
      onPointerUp={() => end(true)}
      onPointerCancel={() => end(false)}
      onClick={(event) => event.stopPropagation()}
      onDoubleClick={() => sizes.fit(id)}
    />
  );
}
