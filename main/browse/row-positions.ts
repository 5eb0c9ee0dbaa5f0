import type { Interval, ListingWindow } from '../../shared/domain/listing.ts';

/** In order, without overlap, cut to positions below `count`. Pure. */
export function normalIntervals(intervals: readonly Interval[], count: number): Interval[] {
  const sorted = intervals
    .map(({ from, to }) => ({ from, to: Math.min(to, count - 1) }))
    .filter(({ from, to }) => from <= to)
    .sort((a, b) => a.from - b.from);
  const merged: Interval[] = [];
  for (const next of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && next.from <= last.to + 1) last.to = Math.max(last.to, next.to);
    else merged.push(next);
  }
  return merged;
}

/** The positions of a window for which `has` says yes. Pure. */
export function intervalsWhere({ from, count }: ListingWindow, end: number, has: (position: number) => boolean) {
  const intervals: Interval[] = [];
  for (let position = from; position < Math.min(from + count, end); position++) {
    if (!has(position)) continue;
    const last = intervals.at(-1);
    if (last !== undefined && last.to === position - 1) last.to = position;
    else intervals.push({ from: position, to: position });
  }
  return intervals;
}

/**
 * Visits the rows which were at these positions when only the first `taken` rows of the table were in the order. Looks
 * through the order up to the last position when others have come since (`complete` false).
 */
export function visitRowsAt(
  order: { readonly length: number; at(position: number): number },
  intervals: readonly Interval[],
  then: { readonly taken: number; readonly complete: boolean },
  visit: (row: number) => void,
): void {
  const wanted = normalIntervals(intervals, order.length);
  if (then.complete) {
    for (const { from, to } of wanted) {
      for (let position = from; position <= to; position++) visit(order.at(position));
    }
    return;
  }
  let old = -1;
  let position = 0;
  for (const { from, to } of wanted) {
    for (; position < order.length && old < to; position++) {
      const row = order.at(position);
      if (row >= then.taken) continue;
      old += 1;
      if (old >= from) visit(row);
    }
  }
}
