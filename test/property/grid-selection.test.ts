import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type GridCursor,
  kindOfClick,
  kindOfKey,
  meaningOfPress,
  noCursor,
  type SelectionEvent,
  selectionStep,
} from '../../renderer/ui/grid/grid-selection.ts';
import {
  applyChange,
  clip,
  includes,
  type Interval,
  normalize,
  type SelectionChange,
  size,
  subtract,
  toggle,
  union,
} from '../../renderer/ui/grid/intervals.ts';

const most = 40;
const position = fc.integer({ min: 0, max: most - 1 });
const stretch = fc.record({ from: position, to: position });
const stretches = fc.array(stretch, { maxLength: 12 });
const set = stretches.map(normalize);

/** The naive model: every position by itself. */
function positions(intervals: readonly Interval[]): Set<number> {
  const all = new Set<number>();
  for (const { from, to } of intervals) for (let at = from; at <= to; at += 1) all.add(at);
  return all;
}

/** The same of what has to be in the form of a set: ascending, apart from each other. */
function positionsOfSet(intervals: readonly Interval[]): Set<number> {
  for (const [at, { from, to }] of intervals.entries()) {
    if (from > to || from <= (intervals[at - 1]?.to ?? -2) + 1) throw new Error(`No set: ${JSON.stringify(intervals)}`);
  }
  return positions(intervals);
}

describe('sets of positions', () => {
  it('are brought into one form whatever they are made of', () => {
    fc.assert(
      fc.property(stretches, (all) => {
        expect(positionsOfSet(normalize(all))).toEqual(positions(all));
      }),
    );
  });

  it('know what is in them and how much it is', () => {
    fc.assert(
      fc.property(set, position, (all, at) => {
        expect(includes(all, at)).toBe(positions(all).has(at));
        expect(size(all)).toBe(positions(all).size);
      }),
    );
  });

  it('are added, taken away and toggled as sets are', () => {
    fc.assert(
      fc.property(set, set, (a, b) => {
        const [inA, inB] = [positions(a), positions(b)];
        expect(positionsOfSet(union(a, b))).toEqual(inA.union(inB));
        expect(positionsOfSet(subtract(a, b))).toEqual(inA.difference(inB));
        expect(positionsOfSet(toggle(a, b))).toEqual(inA.symmetricDifference(inB));
      }),
    );
  });

  it('are clipped to a stretch', () => {
    fc.assert(
      fc.property(set, stretch, (all, window) => {
        const inside = [...positions(all)].filter((at) => at >= window.from && at <= window.to);
        expect(positionsOfSet(clip(all, window))).toEqual(new Set(inside));
      }),
    );
  });

  it('never hold a row that is not there, and change as they are told', () => {
    const change = fc.oneof(
      fc.record({ mode: fc.constantFrom('only', 'add', 'remove', 'toggle'), intervals: stretches }),
      fc.record({ mode: fc.constantFrom('all', 'none') }),
    ) as fc.Arbitrary<SelectionChange>;
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), fc.integer({ min: 0, max: most }), (changes, count) => {
        let now: Interval[] = [];
        let model = new Set<number>();
        for (const one of changes) {
          now = applyChange(now, one, count);
          model = naiveChange(model, one, count);
          expect(positionsOfSet(now)).toEqual(model);
        }
      }),
    );
  });
});

function naiveChange(before: Set<number>, change: SelectionChange, count: number): Set<number> {
  const every = Array.from({ length: count }, (_, at) => at);
  if (!('intervals' in change)) return new Set(change.mode === 'all' ? every : []);
  const meant = positions(change.intervals);
  return new Set(
    every.filter((at) => {
      if (change.mode === 'only') return meant.has(at);
      if (change.mode === 'add') return before.has(at) || meant.has(at);
      if (change.mode === 'remove') return before.has(at) && !meant.has(at);
      return before.has(at) !== meant.has(at);
    }),
  );
}

/** What a person does, and the selection as a file manager has it, row by row. */
type Act = {
  readonly how: 'click' | 'key';
  readonly index: number;
  readonly shift: boolean;
  readonly command: boolean;
};

const act: fc.Arbitrary<Act> = fc.record({
  how: fc.constantFrom('click', 'key'),
  index: position,
  shift: fc.boolean(),
  command: fc.boolean(),
});

describe('selecting', () => {
  it('does what a naive file manager does, click by click and key by key', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
        let cursor: GridCursor = noCursor;
        let selected: Interval[] = [];
        const model = { anchor: -1, active: -1, selected: new Set<number>() };
        for (const { how, index, shift, command } of acts) {
          const kind = (how === 'click' ? kindOfClick : kindOfKey)({ shift, command });
          const step = selectionStep(cursor, { type: 'pick', index, kind });
          cursor = step.cursor;
          if (step.change) selected = applyChange(selected, step.change, most);

          if (shift) {
            if (model.anchor < 0) model.anchor = Math.max(0, model.active);
            if (!command) model.selected.clear();
            const [low, high] = [Math.min(model.anchor, index), Math.max(model.anchor, index)];
            for (let at = low; at <= high; at += 1) model.selected.add(at);
          } else if (!command) {
            model.selected = new Set([index]);
            model.anchor = index;
          } else if (how === 'click') {
            if (!model.selected.delete(index)) model.selected.add(index);
            model.anchor = index;
          }
          model.active = index;

          expect(positionsOfSet(selected)).toEqual(model.selected);
          expect(cursor).toEqual({ active: model.active, anchor: model.anchor });
        }
      }),
    );
  });

  it('makes the same of a press and its release as of a click, without taking anything away before the release', () => {
    fc.assert(
      fc.property(set, position, fc.boolean(), fc.boolean(), (before, index, shift, command) => {
        const modifiers = { shift, command };
        const { now, later } = meaningOfPress({ index, button: 'main', modifiers }, before);
        const run = (cursor: GridCursor, selected: readonly Interval[], event: SelectionEvent | null) => {
          if (!event) return { cursor, selected };
          const step = selectionStep(cursor, event);
          return { cursor: step.cursor, selected: step.change ? applyChange(selected, step.change, most) : selected };
        };
        const start: GridCursor = { active: 3, anchor: 5 };
        const pressed = run(start, before, now);
        const released = run(pressed.cursor, pressed.selected, later);
        const clicked = run(start, before, { type: 'pick', index, kind: kindOfClick(modifiers) });
        expect(positions(released.selected)).toEqual(positions(clicked.selected));
        expect(released.cursor).toEqual(clicked.cursor);
        // A drag may begin: all that was selected goes with it.
        if (includes(before, index) && !shift) expect(pressed.selected).toEqual(before);
      }),
    );
  });

  it('selects with the right button only what is not selected yet', () => {
    fc.assert(
      fc.property(set, position, (before, index) => {
        const press = { index, button: 'context', modifiers: { shift: false, command: false } } as const;
        const { now, later } = meaningOfPress(press, before);
        expect(later).toBeNull();
        const change = now ? selectionStep(noCursor, now).change : null;
        expect(change === null).toBe(includes(before, index));
      }),
    );
  });

  it('forgets the anchor with the selection', () => {
    const step = selectionStep({ active: 7, anchor: 2 }, { type: 'none' });
    expect(step).toEqual({ cursor: { active: 7, anchor: 7 }, change: { mode: 'none' } });
  });
});
