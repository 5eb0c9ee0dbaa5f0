import { useCallback, useEffect, useRef } from 'react';
import type { ListingRow } from '../../../shared/domain/listing.ts';
import type { Listing } from '../../listing/use-listing.ts';
import { useInspectedStore } from '../../stores/inspected-store.ts';
import type { Place } from '../../stores/place.ts';
import type { GridHandle } from '../../ui/grid/grid-types.ts';

const nothing = { items: 0, folders: 0, bytes: 0 };

/** Tells the inspector and the quick look what they are about. */
export function useInspected(
  place: Place,
  listing: Listing,
  single: ListingRow | undefined,
  grid: { readonly current: GridHandle | null },
): void {
  const latest = useRef(listing);
  useEffect(() => {
    latest.current = listing;
  });
  const move = useCallback(
    (by: 1 | -1) => {
      const { cursor, status, select } = latest.current;
      const to = Math.min((status?.count ?? 0) - 1, Math.max(0, cursor.active + by));
      if (to < 0 || to === cursor.active) return;
      select({ mode: 'only', intervals: [{ from: to, to }] }, { active: to, anchor: to });
      grid.current?.reveal(to);
    },
    [grid],
  );
  const focus = useCallback(() => grid.current?.focus(), [grid]);
  const selection = listing.status?.selection ?? nothing;
  const row = single ?? null;
  const index = listing.cursor.active;
  const count = listing.status?.count ?? 0;
  useEffect(() => {
    const position = { index, count };
    useInspectedStore.setState({ inspected: { place, row, selection, position, move, focus } });
  }, [place, row, selection, index, count, move, focus]);
  useEffect(() => () => useInspectedStore.setState({ inspected: null, quickLook: false }), []);
}
