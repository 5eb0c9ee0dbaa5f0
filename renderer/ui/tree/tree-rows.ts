import { findTyped } from '../grid/type-ahead.ts';
import type { ReactNode } from 'react';

export type TreeNode = {
  readonly id: string;
  readonly label: string;
  readonly icon?: ReactNode;
  /** `null`: it has none and cannot be opened; `undefined`: not known yet, asked for when it is opened. */
  readonly children?: readonly TreeNode[] | null | undefined;
};

/** One line of a tree as it is shown, with what assistive technology wants to know of its place. */
export type TreeRow = {
  readonly node: TreeNode;
  readonly level: number;
  readonly position: number;
  readonly siblings: number;
  readonly parentId: string | null;
  /** null: cannot be opened. */
  readonly open: boolean | null;
};

/** The lines in sight, from the top. Pure. */
export function treeRows(nodes: readonly TreeNode[], opened: ReadonlySet<string>): TreeRow[] {
  const rows: TreeRow[] = [];
  const add = (list: readonly TreeNode[], level: number, parentId: string | null) => {
    list.forEach((node, index) => {
      const open = node.children === null ? null : opened.has(node.id);
      rows.push({ node, level, position: index + 1, siblings: list.length, parentId, open });
      if (open && node.children) add(node.children, level + 1, node.id);
    });
  };
  add(nodes, 1, null);
  return rows;
}

export type TreeMove =
  | { readonly type: 'focus'; readonly id: string }
  | { readonly type: 'toggle'; readonly id: string; readonly open: boolean };

/** What a key on the line with `id` does, by the tree pattern of ARIA; null: nothing. `mirrored`: right to left. */
export function treeMove(rows: readonly TreeRow[], id: string, key: string, mirrored: boolean): TreeMove | null {
  const index = rows.findIndex((row) => row.node.id === id);
  const row = rows[index];
  if (!row) return null;
  const focus = (target: TreeRow | undefined): TreeMove | null =>
    target ? { type: 'focus', id: target.node.id } : null;
  const inwards = mirrored ? 'ArrowLeft' : 'ArrowRight';
  const outwards = mirrored ? 'ArrowRight' : 'ArrowLeft';
  if (key === 'ArrowDown') return focus(rows[index + 1]);
  if (key === 'ArrowUp') return focus(rows[index - 1]);
  if (key === 'Home') return focus(rows[0]);
  if (key === 'End') return focus(rows.at(-1));
  if (key === inwards && row.open === false) return { type: 'toggle', id, open: true };
  if (key === inwards && row.open) return focus(rows.find((one) => one.parentId === id));
  if (key === outwards && row.open) return { type: 'toggle', id, open: false };
  if (key === outwards) return focus(rows.find((one) => one.node.id === row.parentId));
  return key.length === 1 && key !== ' ' ? focus(rowTyped(rows, index, key)) : null;
}

function rowTyped(rows: readonly TreeRow[], index: number, key: string): TreeRow | undefined {
  const labels = rows.map(({ node }) => node.label);
  return rows[findTyped(labels, index, key) ?? -1];
}
