import { type CSSProperties, type ReactNode, useId, useLayoutEffect, useRef, useState } from 'react';
import { classNames } from '../class-names.ts';
import styles from './split-pane.module.css';
import { splitLimits } from './split-size.ts';
import { useSplitDrag } from './use-split-drag.ts';

export type SplitPaneProps = {
  /** `horizontal`: side by side; `vertical`: one above the other. */
  readonly orientation: 'horizontal' | 'vertical';
  /** Which pane has the size; the other takes the rest. */
  readonly sized: 'first' | 'second';
  /** Of the sized pane: CSS pixels, or a part (0 to 1) of the whole with `unit="fraction"`. */
  readonly size: number;
  readonly unit?: 'px' | 'fraction';
  /** In the unit of `size`; while dragging at every move. */
  readonly onSizeChange: (size: number) => void;
  /** In the unit of `size`: what a double click goes back to. */
  readonly defaultSize: number;
  readonly minPx: number;
  readonly maxPx?: number;
  /** What the other pane keeps. */
  readonly otherMinPx?: number;
  /** The sized pane is away; without `onCollapsedChange` the person cannot close it here. */
  readonly collapsed?: boolean;
  readonly onCollapsedChange?: (collapsed: boolean) => void;
  /** The name of the separator: "Width of the sidebar". */
  readonly label: string;
  readonly first: ReactNode;
  readonly second: ReactNode;
};

/**
 * Two panes and a line between them that can be dragged. On the line: arrows move it (Shift: more), Home and End go to
 * the limits, Enter closes and opens the sized pane, a double click goes back to the default. A closed pane is not
 * rendered, and its line is there only for as long as it is held.
 */
export function SplitPane(props: SplitPaneProps) {
  const { orientation, sized, size, unit = 'px', minPx, maxPx, otherMinPx = 0, collapsed = false } = props;
  const root = useRef<HTMLDivElement>(null);
  const paneId = useId();
  const totalPx = useTotal(root, orientation);
  const limits = splitLimits(minPx, maxPx, totalPx, otherMinPx);
  const drag = useSplitDrag({ ...props, unit, collapsed, root, limits, totalPx });
  const wanted = unit === 'px' ? `${size}px` : `${size * 100}%`;
  const most = `calc(100% - ${otherMinPx}px)`;
  const style = {
    '--size': `clamp(${minPx}px, ${wanted}, max(${minPx}px, ${maxPx === undefined ? most : `min(${maxPx}px, ${most})`}))`,
  } as CSSProperties;
  const pane = (which: 'first' | 'second', content: ReactNode) => {
    const isSized = which === sized;
    if (isSized && collapsed) return null;
    return (
      <div key={which} id={isSized ? paneId : undefined} className={classNames(styles.pane, isSized && styles.sized)}>
        {content}
      </div>
    );
  };
  return (
    <div ref={root} className={classNames(styles.root, styles[orientation])} style={style}>
      {pane('first', props.first)}
      <div
        key="line"
        role="separator"
        tabIndex={0}
        aria-label={props.label}
        aria-orientation={orientation === 'horizontal' ? 'vertical' : 'horizontal'}
        aria-controls={collapsed ? undefined : paneId}
        aria-valuemin={props.onCollapsedChange === undefined ? minPx : 0}
        aria-valuemax={Math.round(limits.maxPx)}
        aria-valuenow={collapsed ? 0 : Math.round(drag.px)}
        className={styles.line}
        data-collapsed={collapsed || undefined}
        data-held={drag.held || undefined}
        {...drag.handlers}
      />
      {pane('second', props.second)}
    </div>
  );
}

function useTotal(root: React.RefObject<HTMLDivElement | null>, orientation: 'horizontal' | 'vertical'): number {
  const [total, setTotal] = useState(0);
  useLayoutEffect(() => {
    const element = root.current;
    if (!element) return undefined;
    const measure = () => setTotal(orientation === 'horizontal' ? element.clientWidth : element.clientHeight);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [root, orientation]);
  return total;
}
