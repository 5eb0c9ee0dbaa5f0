import { useCallback, useEffect, useRef } from 'react';
import type { Listing } from '../../listing/use-listing.ts';
import { type Arrival, rememberPlace, useBrowserStore } from '../../stores/browser-store.ts';
import type { Place } from '../../stores/place.ts';
import type { GridHandle } from '../../ui/grid/grid-types.ts';

/** Names that are remembered of what is selected; more than that is not restored, nor a part of it. */
const keptNames = 1000;

/** The grid tells of this many rows more than are in view. */
const gridMargin = 10;

/**
 * Brings back how the place looked when it was left (back and forward), or selects the row that it was come for; and
 * remembers how it looks for the next time. Returns what is to be told of the rows in view.
 */
export function usePlaceMemory(
  place: Place,
  arrival: Arrival,
  listing: Listing,
  filter: string,
  grid: { readonly current: GridHandle | null },
): (first: number, last: number) => void {
  const latest = useRef({ listing, filter });
  const lastInView = useRef(0);
  const toReveal = useRef(arrival.type === 'again' ? (arrival.memory?.lastRow ?? null) : null);
  const { want, wantRange, status } = listing;

  useEffect(() => {
    latest.current = { listing, filter };
  });

  useEffect(() => {
    if (arrival.type === 'new') {
      if (arrival.select !== null) want({ name: arrival.select });
      return;
    }
    const { memory } = arrival;
    const name = memory?.active ?? memory?.selected[0];
    if (memory && name !== undefined) want({ name, names: memory.selected, quiet: true });
  }, [arrival, want]);

  const count = status?.count ?? 0;
  const isListed = status !== null && status.state !== 'listing';
  useEffect(() => {
    if (toReveal.current === null || (count <= toReveal.current && !isListed)) return;
    if (count > 0) grid.current?.reveal(Math.min(toReveal.current, count - 1));
    toReveal.current = null;
  }, [count, isListed, grid]);

  const { active } = listing.cursor;
  const wantsFocus = useRef(arrival.type === 'again');
  useEffect(() => {
    if (!wantsFocus.current || active < 0) return;
    wantsFocus.current = false;
    if (document.activeElement?.getAttribute('role') === 'grid') grid.current?.focus();
  }, [active, grid]);

  useEffect(
    () => () => {
      const { listing: left, filter: text } = latest.current;
      if (left.status === null) return;
      const selected = namesOf(left);
      const active = left.rowAt(left.cursor.active)?.name ?? null;
      const memory = { filter: text, lastRow: Math.max(0, lastInView.current), active, selected };
      useBrowserStore.setState((state) => rememberPlace(state, place, memory));
    },
    [place],
  );

  return useCallback(
    (first, last) => {
      const { status: now } = latest.current.listing;
      // The end of the list stays the end; elsewhere the last row in view may be cut off.
      lastInView.current = last + 1 >= (now?.count ?? 0) ? last : last - gridMargin - 1;
      wantRange(first, last);
    },
    [wantRange],
  );
}

/** All selected names, or none when they are too many or too far away. */
function namesOf({ selected, selectedItems, rowAt }: Listing): string[] {
  const names: string[] = [];
  if (selectedItems > keptNames) return [];
  for (const { from, to } of selected) {
    for (let at = from; at <= to; at += 1) {
      const row = rowAt(at);
      if (row) names.push(row.name);
    }
  }
  return names.length === selectedItems ? names : [];
}
