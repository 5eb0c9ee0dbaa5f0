/** Positions `from` to `to`, both included. */
export type Interval = { readonly from: number; readonly to: number };

/** A set of positions: stretches in ascending order that neither overlap nor touch. */
export type Intervals = readonly Interval[];

/** What a click or key does to the selection. `all` and `none` are said as such: the grid does not know every row. */
export type SelectionChange =
  | { readonly mode: 'only' | 'add' | 'remove' | 'toggle'; readonly intervals: Interval[] }
  | { readonly mode: 'all' | 'none' };

/** Pure, like all of this file. Brings stretches in any order, overlapping or empty ones too, into the form of a set. */
export function normalize(stretches: Intervals): Interval[] {
  const sorted = stretches.filter(({ from, to }) => from <= to).sort((a, b) => a.from - b.from);
  const set: Interval[] = [];
  for (const next of sorted) {
    const last = set.at(-1);
    if (last && next.from <= last.to + 1) set[set.length - 1] = { from: last.from, to: Math.max(last.to, next.to) };
    else set.push(next);
  }
  return set;
}

/** Index of the first stretch that ends at or after `position`; the number of stretches when none does. */
function firstFrom(set: Intervals, position: number): number {
  let low = 0;
  let high = set.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((set[middle]?.to ?? 0) < position) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function includes(set: Intervals, position: number): boolean {
  const stretch = set[firstFrom(set, position)];
  return stretch !== undefined && stretch.from <= position;
}

export function union(a: Intervals, b: Intervals): Interval[] {
  return normalize([...a, ...b]);
}

/** What is in `a` and not in `b`. Both are sets. */
export function subtract(a: Intervals, b: Intervals): Interval[] {
  const left: Interval[] = [];
  for (const { from, to } of a) {
    let start = from;
    for (let index = firstFrom(b, from); index < b.length; index += 1) {
      const cut = b[index];
      if (!cut || cut.from > to) break;
      if (cut.from > start) left.push({ from: start, to: cut.from - 1 });
      start = cut.to + 1;
    }
    if (start <= to) left.push({ from: start, to });
  }
  return left;
}

/** What is in one of them only. Both are sets. */
export function toggle(a: Intervals, b: Intervals): Interval[] {
  return union(subtract(a, b), subtract(b, a));
}

/** What of the set lies in `from` to `to`. */
export function clip(set: Intervals, { from, to }: Interval): Interval[] {
  const inside: Interval[] = [];
  for (let index = firstFrom(set, from); index < set.length; index += 1) {
    const stretch = set[index];
    if (!stretch || stretch.from > to) break;
    const part = { from: Math.max(from, stretch.from), to: Math.min(to, stretch.to) };
    if (part.from <= part.to) inside.push(part);
  }
  return inside;
}

/** How many positions are in the set. */
export function size(set: Intervals): number {
  return set.reduce((sum, { from, to }) => sum + to - from + 1, 0);
}

/** The set after the change, in a list of `count` rows; rows that are not there are never in it. */
export function applyChange(set: Intervals, change: SelectionChange, count: number): Interval[] {
  const every = { from: 0, to: count - 1 };
  if (!('intervals' in change)) return change.mode === 'all' ? normalize([every]) : [];
  const changed = clip(normalize(change.intervals), every);
  switch (change.mode) {
    case 'only':
      return changed;
    case 'add':
      return union(set, changed);
    case 'remove':
      return subtract(set, changed);
    case 'toggle':
      return toggle(set, changed);
  }
}
