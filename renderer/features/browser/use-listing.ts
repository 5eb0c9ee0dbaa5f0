import { useCallback, useEffect, useRef, useState } from 'react';
import type { ListingRow, ListingView } from '../../../shared/domain/listing.ts';
import { ok, type Result } from '../../../shared/result.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import { dropStatus, useBrowserStore } from '../../stores/browser-store.ts';
import { useLinkStore } from '../../stores/link-store.ts';
import type { Place } from '../../stores/place.ts';
import { emptySnapshot, type ListingSession, type ListingSnapshot, openListingSession } from './listing-session.ts';

export type Listing = ListingSnapshot & {
  readonly wantRange: (first: number, last: number) => void;
  readonly readRows: (from: number, count: number) => Promise<Result<ListingRow[]>>;
  /** Opens it anew, after a failure or when asked to list again. */
  readonly reopen: () => void;
};

/** The listing of the open place: opened on arrival, closed on leaving, listed again when the place has changed. */
export function useListing(place: Place, view: ListingView): Listing {
  const engine = useEngine();
  const opened = useLinkStore((state) => state.opened);
  const [attempt, setAttempt] = useState(0);
  const [snapshot, setSnapshot] = useState<ListingSnapshot>(emptySnapshot);
  const sessionRef = useRef<ListingSession | null>(null);
  const viewRef = useRef(view);
  const { connectionId, bucket, prefix } = place;

  useEffect(() => {
    const session = openListingSession(engine, { connectionId, bucket, prefix }, viewRef.current, setSnapshot);
    sessionRef.current = session;
    const endStore = useBrowserStore.subscribe((state, before) => {
      for (const status of Object.values(state.statuses)) {
        if (before.statuses[status.listingId] !== status) session.takeStatus(status);
      }
      if (state.staleSerial !== before.staleSerial) session.relist();
    });
    return () => {
      endStore();
      session.close();
      sessionRef.current = null;
      setSnapshot(emptySnapshot);
      useBrowserStore.setState((state) =>
        Object.keys(state.statuses).reduce((left, id) => dropStatus(left, id), state),
      );
    };
    // A link that came up again leads to another engine or another session of it: its listings are new ones.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [engine, connectionId, bucket, prefix, opened, attempt]);

  useEffect(() => {
    if (viewRef.current === view) return;
    viewRef.current = view;
    sessionRef.current?.setView(view);
  }, [view]);

  const wantRange = useCallback((first: number, last: number) => sessionRef.current?.wantRange(first, last), []);
  const readRows = useCallback(
    (from: number, count: number) => sessionRef.current?.readRows(from, count) ?? Promise.resolve(ok<ListingRow[]>([])),
    [],
  );
  const reopen = useCallback(() => setAttempt((last) => last + 1), []);
  return { ...snapshot, wantRange, readRows, reopen };
}
