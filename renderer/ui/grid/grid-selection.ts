import { type Intervals, includes, type SelectionChange } from './intervals.ts';

/** The row that has the focus and the row that a range starts from; -1: none yet. */
export type GridCursor = { readonly active: number; readonly anchor: number };

export const noCursor: GridCursor = { active: -1, anchor: -1 };

/** `select` alone, `extend` from the anchor, `move` the focus only, `toggle` in addition. */
export type PickKind = 'select' | 'extend' | 'extendMore' | 'move' | 'toggle';

export type SelectionEvent =
  | { readonly type: 'pick'; readonly index: number; readonly kind: PickKind }
  | { readonly type: 'all' }
  | { readonly type: 'none' };

/** `change` is null when only the focus moved. */
export type SelectionStep = { readonly cursor: GridCursor; readonly change: SelectionChange | null };

/**
 * Pure. What a click or key means, as file managers have it: the anchor is the row last selected or toggled by itself;
 * a range takes the place of the selection (`extend`) or is added to it (`extendMore`) and leaves the anchor where it is.
 */
export function selectionStep(cursor: GridCursor, event: SelectionEvent): SelectionStep {
  switch (event.type) {
    case 'all':
      return { cursor, change: { mode: 'all' } };
    case 'none':
      return { cursor: { active: cursor.active, anchor: cursor.active }, change: { mode: 'none' } };
    case 'pick':
      return pick(cursor, event.index, event.kind);
  }
}

function pick(cursor: GridCursor, index: number, kind: PickKind): SelectionStep {
  const one = [{ from: index, to: index }];
  const here = { active: index, anchor: index };
  switch (kind) {
    case 'select':
      return { cursor: here, change: { mode: 'only', intervals: one } };
    case 'toggle':
      return { cursor: here, change: { mode: 'toggle', intervals: one } };
    case 'move':
      return { cursor: { active: index, anchor: cursor.anchor }, change: null };
    case 'extend':
    case 'extendMore': {
      const anchor = cursor.anchor < 0 ? Math.max(0, cursor.active) : cursor.anchor;
      const intervals = [{ from: Math.min(anchor, index), to: Math.max(anchor, index) }];
      return {
        cursor: { active: index, anchor },
        change: { mode: kind === 'extend' ? 'only' : 'add', intervals },
      };
    }
  }
}

export type Modifiers = { readonly shift: boolean; readonly command: boolean };

export function kindOfClick({ shift, command }: Modifiers): PickKind {
  if (shift) return command ? 'extendMore' : 'extend';
  return command ? 'toggle' : 'select';
}

export function kindOfKey({ shift, command }: Modifiers): PickKind {
  if (shift) return command ? 'extendMore' : 'extend';
  return command ? 'move' : 'select';
}

export type Press = {
  readonly index: number;
  readonly button: 'main' | 'context';
  readonly modifiers: Modifiers;
};

/** What a press does at once, and what only its release does, when it did not become a drag. */
export type PressMeaning = { readonly now: SelectionEvent | null; readonly later: SelectionEvent | null };

/**
 * Pure. A press on a selected row may begin a drag of all that is selected, so it takes nothing from the selection until
 * the button is up; a right press there is about the whole selection.
 */
export function meaningOfPress(press: Press, selected: Intervals): PressMeaning {
  const { index, modifiers } = press;
  const was = includes(selected, index);
  const event = (kind: PickKind): SelectionEvent => ({ type: 'pick', index, kind });
  if (press.button === 'context') return { now: event(was ? 'move' : 'select'), later: null };
  const kind = kindOfClick(modifiers);
  if (!was || kind === 'extend' || kind === 'extendMore') return { now: event(kind), later: null };
  return { now: event('move'), later: event(kind) };
}
