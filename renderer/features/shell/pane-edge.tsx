import { useRef } from 'react';
import { useSplitDrag } from '../../ui/split-pane/use-split-drag.ts';
import styles from './shell.module.css';

type Props = {
  readonly label: string;
  readonly orientation: 'horizontal' | 'vertical';
  /** Which side of the line has the size. */
  readonly sized: 'first' | 'second';
  readonly px: number;
  readonly minPx: number;
  readonly maxPx: number;
  readonly defaultPx: number;
  /** Of a line between panes: how far from the side of the window that the first (or second) pane is on. */
  readonly atPx?: number;
  readonly onSize: (px: number) => void;
};

/** The line at the edge of a pane: dragged, moved with the arrow keys, set back by a double click. */
export function PaneEdge({ label, orientation, sized, px, minPx, maxPx, defaultPx, atPx, onSize }: Props) {
  const root = useRef<HTMLDivElement>(null);
  const { held, handlers } = useSplitDrag({
    orientation,
    sized,
    size: px,
    unit: 'px',
    collapsed: false,
    root,
    limits: { minPx, maxPx: Math.max(minPx, maxPx) },
    totalPx: 0,
    defaultSize: defaultPx,
    onSizeChange: onSize,
  });
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- A separator with a value is a control.
    <div
      ref={root}
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={orientation === 'horizontal' ? 'vertical' : 'horizontal'}
      aria-valuenow={Math.round(px)}
      aria-valuemin={Math.round(minPx)}
      aria-valuemax={Math.round(Math.max(minPx, maxPx))}
      style={atPx === undefined ? undefined : { [sized === 'first' ? 'insetInlineStart' : 'insetInlineEnd']: atPx - 1 }}
      className={orientation === 'horizontal' ? styles.edge : styles.topEdge}
      data-held={held || undefined}
      {...handlers}
    />
  );
}
