import { ChevronRight } from 'lucide-react';
import { type KeyboardEvent, useRef } from 'react';
import { Spinner } from '../feedback/spinner.tsx';
import styles from './tree.module.css';
import { type TreeNode, type TreeRow, treeMove, treeRows } from './tree-rows.ts';

type Props = {
  readonly label: string;
  readonly nodes: readonly TreeNode[];
  readonly opened: ReadonlySet<string>;
  /** Opening a node whose children are not known: whoever holds the nodes fetches them. */
  readonly onToggle: (id: string, open: boolean) => void;
  readonly selectedId: string | null;
  readonly onSelect: (id: string) => void;
  /** Enter or a double click. */
  readonly onActivate?: (id: string) => void;
  /** Stands in for children that are on their way. */
  readonly loadingText: string;
};

/** Folders in folders. Selection follows the focus, as in the folder pickers of desktops. */
export function Tree({ label, nodes, opened, onToggle, selectedId, onSelect, onActivate, loadingText }: Props) {
  const root = useRef<HTMLDivElement>(null);
  const rows = treeRows(nodes, opened);
  const tabStop = rows.some((row) => row.node.id === selectedId) ? selectedId : (rows[0]?.node.id ?? null);
  const focusLine = (id: string) => {
    const lines = root.current?.querySelectorAll<HTMLElement>('[role="treeitem"]') ?? [];
    [...lines].find((line) => line.dataset['id'] === id)?.focus();
  };

  const onKeyDown = (event: KeyboardEvent, row: TreeRow) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { id } = row.node;
    if (event.key === 'Enter' && onActivate) onActivate(id);
    else if (event.key === 'Enter' || event.key === ' ') onSelect(id);
    else {
      const mirrored = getComputedStyle(event.currentTarget).direction === 'rtl';
      const move = treeMove(rows, id, event.key, mirrored);
      if (!move) return;
      if (move.type === 'toggle') onToggle(move.id, move.open);
      else {
        onSelect(move.id);
        focusLine(move.id);
      }
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div ref={root} role="tree" aria-label={label} className={styles.tree}>
      {rows.map((row) => (
        <TreeLine
          key={row.node.id}
          row={row}
          selected={row.node.id === selectedId}
          tabStop={row.node.id === tabStop}
          loadingText={loadingText}
          onKeyDown={onKeyDown}
          onSelect={() => onSelect(row.node.id)}
          onActivate={() => onActivate?.(row.node.id)}
          onToggle={() => onToggle(row.node.id, row.open === false)}
        />
      ))}
    </div>
  );
}

type LineProps = {
  readonly row: TreeRow;
  readonly selected: boolean;
  readonly tabStop: boolean;
  readonly loadingText: string;
  readonly onKeyDown: (event: KeyboardEvent, row: TreeRow) => void;
  readonly onSelect: () => void;
  readonly onActivate: () => void;
  readonly onToggle: () => void;
};

function TreeLine({ row, selected, tabStop, loadingText, onKeyDown, onSelect, onActivate, onToggle }: LineProps) {
  const loads = row.open === true && row.node.children === undefined;
  return (
    <div
      role="treeitem"
      tabIndex={tabStop ? 0 : -1}
      data-id={row.node.id}
      aria-level={row.level}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-expanded={row.open ?? undefined}
      aria-selected={selected}
      aria-busy={loads || undefined}
      className={styles.row}
      style={{ paddingInlineStart: `${4 + (row.level - 1) * 16}px` }}
      onClick={onSelect}
      onDoubleClick={onActivate}
      onKeyDown={(event) => onKeyDown(event, row)}
    >
      {row.open === null ? (
        <span className={styles.twist} />
      ) : (
        // For the mouse; the keyboard has the arrow keys and the state is on the line.
        <span
          className={styles.twist}
          aria-hidden
          onClick={(event) => {
            event.stopPropagation();
            onToggle();
          }}
        >
          <ChevronRight size={14} />
        </span>
      )}
      {row.node.icon}
      <span className={styles.label} title={row.node.label}>
        {row.node.label}
      </span>
      {loads ? (
        <span className={styles.loading}>
          <Spinner size={12} />
          {loadingText}
        </span>
      ) : null}
    </div>
  );
}
