import { describe, expect, it } from 'vitest';
import { type TreeNode, treeMove, treeRows } from '../../../../renderer/ui/tree/tree-rows.ts';

const nodes: TreeNode[] = [
  {
    id: 'a',
    label: 'Archive',
    children: [
      { id: 'a/1', label: 'January', children: null },
      { id: 'a/2', label: 'February', children: undefined },
    ],
  },
  { id: 'b', label: 'Bills', children: undefined },
  { id: 'c', label: 'Contracts', children: null },
];
const open = (...ids: string[]) => treeRows(nodes, new Set(ids));

describe('a tree as lines', () => {
  it('shows what is opened, with the place of each', () => {
    const lines = open('a').map(({ node, level, position, siblings, open }) => [
      node.id,
      level,
      position,
      siblings,
      open,
    ]);
    expect(lines).toEqual([
      ['a', 1, 1, 3, true],
      ['a/1', 2, 1, 2, null],
      ['a/2', 2, 2, 2, false],
      ['b', 1, 2, 3, false],
      ['c', 1, 3, 3, null],
    ]);
  });

  it('has no lines below a node that is still asking for them', () => {
    expect(open('b').map(({ node }) => node.id)).toEqual(['a', 'b', 'c']);
  });

  it.each([
    ['a', 'ArrowDown', { type: 'focus', id: 'a/1' }],
    ['a', 'ArrowUp', null],
    ['c', 'ArrowDown', null],
    ['b', 'Home', { type: 'focus', id: 'a' }],
    ['a', 'End', { type: 'focus', id: 'c' }],
    ['a', 'ArrowRight', { type: 'focus', id: 'a/1' }],
    ['b', 'ArrowRight', { type: 'toggle', id: 'b', open: true }],
    ['c', 'ArrowRight', null],
    ['a', 'ArrowLeft', { type: 'toggle', id: 'a', open: false }],
    ['a/2', 'ArrowLeft', { type: 'focus', id: 'a' }],
    ['b', 'ArrowLeft', null],
    ['c', 'j', { type: 'focus', id: 'a/1' }],
    ['a/1', 'j', null],
    ['a', ' ', null],
  ])('on %s, %s', (id, key, expected) => {
    expect(treeMove(open('a'), id, key, false)).toEqual(expected);
  });

  it('opens towards the other side where texts run from right to left', () => {
    expect(treeMove(open(), 'b', 'ArrowLeft', true)).toEqual({ type: 'toggle', id: 'b', open: true });
    expect(treeMove(open('a'), 'a', 'ArrowRight', true)).toEqual({ type: 'toggle', id: 'a', open: false });
  });
});
