import { describe, expect, it } from 'vitest';
import { arrangeColumns, fitColumns, layoutOf, shownColumns } from '../../../renderer/ui/grid/column-layout.ts';
import { insertionIndex, movedBy, movedTo, shownOrHidden, withWidth } from '../../../renderer/ui/grid/column-moves.ts';
import { commandForKey, type KeyPress } from '../../../renderer/ui/grid/grid-keys.ts';
import { gridTracks } from '../../../renderer/ui/grid/grid-tracks.ts';
import type { GridColumn } from '../../../renderer/ui/grid/grid-types.ts';
import { isTyping, nothingTyped, typedCharacter, typeOn } from '../../../renderer/ui/grid/type-ahead.ts';

const key = (name: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key: name,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...held,
});
const context = { active: 50, count: 100, pageRows: 10 };

describe('keys of the grid', () => {
  it.each([
    [key('ArrowDown'), 51, 'select'],
    [key('ArrowUp', { shiftKey: true }), 49, 'extend'],
    [key('PageDown', { ctrlKey: true }), 60, 'move'],
    [key('PageUp'), 40, 'select'],
    [key('Home', { ctrlKey: true, shiftKey: true }), 0, 'extendMore'],
    [key('End', { shiftKey: true }), 99, 'extend'],
    [key(' ', { ctrlKey: true }), 50, 'toggle'],
  ])('%o', (press, index, kind) => {
    expect(commandForKey(press, context)).toEqual({ type: 'select', event: { type: 'pick', index, kind } });
  });

  it('opens, previews, selects all and none', () => {
    expect(commandForKey(key('Enter'), context)).toEqual({ type: 'open' });
    expect(commandForKey(key(' '), context)).toEqual({ type: 'preview' });
    expect(commandForKey(key('a', { metaKey: true }), context)).toEqual({ type: 'select', event: { type: 'all' } });
    expect(commandForKey(key('Escape'), context)).toEqual({ type: 'select', event: { type: 'none' } });
  });

  it('leaves the others alone, and those of the system', () => {
    for (const press of [
      key('F2'),
      key('Delete'),
      key('ArrowLeft'),
      key('ArrowUp', { altKey: true }),
      key('ArrowUp', { metaKey: true }),
      key('Enter', { ctrlKey: true }),
      key('c', { ctrlKey: true }),
    ]) {
      expect(commandForKey(press, context)).toBeNull();
    }
    expect(commandForKey(key('End'), { ...context, count: 0 })).toBeNull();
  });

  it('begins at the first row when there is no cursor yet', () => {
    const first = { type: 'select', event: { type: 'pick', index: 0, kind: 'select' } };
    expect(commandForKey(key('ArrowDown'), { ...context, active: -1 })).toEqual(first);
  });
});

describe('typing in the grid', () => {
  const event = (name: string, held: object = {}) => ({
    ...key(name),
    isComposing: false,
    getModifierState: () => false,
    ...held,
  });

  it('goes on for a second, blanks included', () => {
    const n = typeOn(nothingTyped, 'n', 5000);
    expect(isTyping(n, 5999)).toBe(true);
    const both = typeOn(typeOn(n, ' ', 5900), 'a', 6800);
    expect(both.text).toBe('n a');
    expect(isTyping(both, 7800)).toBe(false);
    expect(typeOn(both, 'x', 7800).text).toBe('x');
  });

  it('takes characters and neither commands nor what is being composed', () => {
    expect(typedCharacter(event('ä'))).toBe('ä');
    expect(typedCharacter(event('😀'))).toBe('😀');
    expect(typedCharacter(event('Enter'))).toBeNull();
    expect(typedCharacter(event('Dead'))).toBeNull();
    expect(typedCharacter(event('a', { ctrlKey: true }))).toBeNull();
    expect(typedCharacter(event('a', { isComposing: true }))).toBeNull();
    expect(typedCharacter(event('@', { ctrlKey: true, altKey: true, getModifierState: () => true }))).toBe('@');
  });
});

const column = (id: string, more: Partial<GridColumn<string>> = {}): GridColumn<string> => ({
  id,
  header: id,
  widthPx: 100,
  minPx: 60,
  render: (row) => row,
  ...more,
});
const columns = [column('name', { grows: true }), column('size'), column('date'), column('class')];
const order = (layout: { readonly order: readonly string[] }) => layout.order.join(' ');

describe('columns', () => {
  it('are arranged by a layout that may know others, the first always first and shown', () => {
    const arranged = arrangeColumns(columns, {
      order: ['gone', 'class', 'name', 'date'],
      hidden: ['name', 'date'],
      widthsPx: { size: 140 },
    });
    expect(arranged.map(({ id, hidden, chosenPx }) => [id, hidden, chosenPx])).toEqual([
      ['name', false, undefined],
      ['class', false, undefined],
      ['date', true, undefined],
      ['size', false, 140],
    ]);
    expect(arrangeColumns(columns, layoutOf(arranged))).toEqual(arranged);
    expect(arrangeColumns(columns, undefined)).toEqual(columns);
  });

  it('move among those shown and never before the first', () => {
    expect(order(movedTo(columns, 'class', 1))).toBe('name class size date');
    expect(order(movedTo(columns, 'class', 0))).toBe('name class size date');
    expect(order(movedTo(columns, 'size', 4))).toBe('name date class size');
    expect(order(movedTo(columns, 'name', 3))).toBe('name size date class');
    expect(order(movedBy(columns, 'size', 1))).toBe('name date size class');
    expect(order(movedBy(columns, 'size', -1))).toBe('name size date class');
    expect(order(movedBy(columns, 'class', 1))).toBe('name size date class');
    const some = arrangeColumns(columns, shownOrHidden(columns, 'date'));
    expect(order(movedBy(some, 'size', 1))).toBe('name date class size');
    expect(layoutOf(some).hidden).toEqual(['date']);
    expect(shownOrHidden(some, 'date').hidden).toEqual([]);
  });

  it('give way from the last on where they have no room, but for the first and those of a chosen width', () => {
    const left = (all: readonly GridColumn<string>[], roomPx: number) =>
      fitColumns(all, roomPx).flatMap(({ id, noRoom }) => (noRoom ? [id] : []));
    expect(left(columns, 240)).toEqual([]);
    expect(left(columns, 239)).toEqual(['class']);
    expect(left(columns, 130)).toEqual(['date', 'class']);
    expect(left(columns, 1)).toEqual(['size', 'date', 'class']);
    expect(left(withWidth(columns, 'class', 90), 239)).toEqual(['date']);
    expect(left(arrangeColumns(columns, shownOrHidden(columns, 'size')), 239)).toEqual([]);
  });

  it('leave what room there is to the one that grows, up to its usual width', () => {
    const nameAt = (roomPx: number) => gridTracks(shownColumns(fitColumns(columns, roomPx)));
    const rest = 'minmax(60px, 100px) minmax(60px, 100px) minmax(60px, 100px)';
    expect(nameAt(240)).toEqual({ tracks: `minmax(60px, 1fr) ${rest}`, leastPx: 240 });
    expect(nameAt(262)).toEqual({ tracks: `minmax(76px, 1fr) ${rest}`, leastPx: 240 });
    expect(nameAt(900)).toEqual({ tracks: `minmax(100px, 1fr) ${rest}`, leastPx: 240 });
  });

  it('that gave way keep their place in what is remembered, and are given room when they are asked for', () => {
    const narrow = fitColumns(columns, 239);
    expect(shownColumns(narrow).map(({ id }) => id)).toEqual(['name', 'size', 'date']);
    expect(layoutOf(narrow)).toEqual(layoutOf(columns));
    expect(shownOrHidden(narrow, 'class')).toEqual({ ...layoutOf(columns), widthsPx: { class: 100 } });
  });

  it('are put where the pointer is, mirrored from right to left', () => {
    const middles = [100, 250, 350];
    expect([50, 240, 260, 900].map((x) => insertionIndex(middles, x, false))).toEqual([1, 1, 2, 3]);
    expect([950, 260, 240, 10].map((x) => insertionIndex([900, 250, 150], x, true))).toEqual([1, 1, 2, 3]);
  });

  it('keep their least width and need it of the grid', () => {
    expect(withWidth(columns, 'size', 10)[1]?.chosenPx).toBe(60);
    expect(gridTracks(withWidth(columns, 'size', 140))).toEqual({
      tracks: 'minmax(60px, 1fr) 140px minmax(60px, 100px) minmax(60px, 100px)',
      leastPx: 320,
    });
  });
});
