import { useCallback, useRef, useState } from 'react';
import type { ListingRow } from '../../../shared/domain/listing.ts';
import { allSelected, noSelection, type Selection, selectOnly, toggleRow, withoutRows } from './selection.ts';
import type { Listing } from './use-listing.ts';

type PickMode = 'only' | 'range' | 'toggle';

/** What is selected in the list, which row has the focus, and where a range starts. */
export function useSelection(listing: Listing) {
  const [selection, setSelection] = useState<Selection>(noSelection);
  const [activeIndex, setActiveIndex] = useState(-1);
  const anchorRef = useRef(0);
  const askedRef = useRef(0);
  const { rowAt, readRows } = listing;

  const pick = useCallback(
    (index: number, mode: PickMode) => {
      setActiveIndex(index);
      const asked = ++askedRef.current;
      if (mode === 'range') {
        const from = Math.min(anchorRef.current, index);
        const count = Math.abs(anchorRef.current - index) + 1;
        const known: ListingRow[] = [];
        for (let at = from; at < from + count; at += 1) {
          const row = rowAt(at);
          if (row) known.push(row);
        }
        if (known.length === count) return setSelection(selectOnly(known));
        void readRows(from, count).then((answer) => {
          if (answer.ok && asked === askedRef.current) setSelection(selectOnly(answer.value));
        });
        return;
      }
      anchorRef.current = index;
      const take = (row: ListingRow) =>
        setSelection((before) => (mode === 'toggle' ? toggleRow(before, row) : selectOnly([row])));
      const row = rowAt(index);
      if (row) return take(row);
      // Home and End reach rows that have not been read yet.
      void readRows(index, 1).then((answer) => {
        const read = answer.ok ? answer.value[0] : undefined;
        if (read && asked === askedRef.current) take(read);
      });
    },
    [rowAt, readRows],
  );

  const clear = useCallback(() => {
    askedRef.current += 1;
    anchorRef.current = 0;
    setSelection(noSelection);
    setActiveIndex(-1);
  }, []);
  const selectAll = useCallback(() => setSelection(allSelected), []);
  const drop = useCallback((ids: ReadonlySet<string>) => setSelection((before) => withoutRows(before, ids)), []);
  return { selection, activeIndex, pick, focusRow: setActiveIndex, selectAll, clear, drop };
}
