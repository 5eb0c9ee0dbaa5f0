import { useCallback, useEffect, useRef, useState } from 'react';
import type { Listing } from './use-listing.ts';
import type { GridHandle } from '../ui/grid/grid-types.ts';

export type Search = { readonly text: string; readonly found: boolean };

/** What was typed stays in the status line for this long. */
const shownMs = 1500;

/** Goes to the row whose name begins with what is typed in the list; the engine finds it among all rows. */
export function useTypeAhead(listing: Listing, grid: { readonly current: GridHandle | null }) {
  const [search, setSearch] = useState<Search | null>(null);
  const asked = useRef(0);
  const { find, select, cursor } = listing;
  const active = useRef(cursor.active);
  useEffect(() => {
    active.current = cursor.active;
  });

  useEffect(() => {
    if (search === null) return;
    const timer = setTimeout(() => setSearch(null), shownMs);
    return () => clearTimeout(timer);
  }, [search]);

  const onType = useCallback(
    async (text: string) => {
      const mine = ++asked.current;
      // The first letter goes on to the next row with it; more letters may fit the row that is there.
      const from = Math.max(0, active.current) + (text.length === 1 && active.current >= 0 ? 1 : 0);
      const found = await find(text, 'prefix', from);
      if (mine !== asked.current) return;
      setSearch({ text, found: found !== null });
      if (!found) return;
      const { position } = found;
      select({ mode: 'only', intervals: [{ from: position, to: position }] }, { active: position, anchor: position });
      grid.current?.reveal(position);
    },
    [find, select, grid],
  );
  return { search, onType: useCallback((text: string) => void onType(text), [onType]) };
}
