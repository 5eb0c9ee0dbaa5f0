import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { ListingRow, ListingView, SelectionChange } from '../../shared/domain/listing.ts';
import { appError } from '../../shared/errors.ts';
import { err, type Result } from '../../shared/result.ts';
import { useEngine } from '../bridge/engine-context.ts';
import { useLinkStore } from '../stores/link-store.ts';
import { dropStatus, useListingStore } from '../stores/listing-store.ts';
import type { GridCursor } from '../ui/grid/grid-selection.ts';
import type { Found, Wanted } from './cursor-tracker.ts';
import {
  emptySnapshot,
  type HeldSelection,
  type ListingSession,
  type ListingSnapshot,
  openListingSession,
} from './listing-session.ts';
import { type ListingSource, sourceKey } from './listing-source.ts';

/** What can be asked of the open listing. All of it stays the same object for as long as the component lives. */
export type ListingCommands = {
  readonly wantRange: (first: number, last: number) => void;
  /** What a click or key in the grid asked for. */
  readonly select: (change: SelectionChange | null, cursor: GridCursor) => void;
  /** Selects it and brings it into view as soon as it is listed, unless something else is selected before. */
  readonly want: (wanted: Wanted) => void;
  readonly find: (text: string, match: 'exact' | 'prefix', from?: number) => Promise<Found | null>;
  /** What is selected, kept by the engine until `selection.release`. */
  readonly hold: () => Promise<Result<HeldSelection>>;
  readonly selectedRows: (limit: number) => Promise<Result<ListingRow[]>>;
  /** Lists the place again beside what is shown. */
  readonly refresh: () => void;
  /** Opens it anew, after a failure. */
  readonly reopen: () => void;
};

export type Listing = ListingSnapshot & ListingCommands;

/**
 * The listing of a source: opened on arrival, closed on leaving. It is listed again whenever `staleSerial` becomes
 * another number.
 */
export function useListing(source: ListingSource, view: ListingView, staleSerial = 0): Listing {
  const engine = useEngine();
  const opened = useLinkStore((state) => state.opened);
  const [attempt, setAttempt] = useState(0);
  const [snapshot, setSnapshot] = useState<ListingSnapshot>(emptySnapshot);
  const sessionRef = useRef<ListingSession | null>(null);
  const viewRef = useRef(view);
  const staleRef = useRef(staleSerial);
  const key = sourceKey(source);
  const sourceRef = useRef(source);

  useEffect(() => {
    sourceRef.current = source;
  }, [source]);

  useEffect(() => {
    let latest: ListingSnapshot = emptySnapshot;
    const session = openListingSession(engine, sourceRef.current, viewRef.current, (next) => {
      latest = next;
      setSnapshot(next);
    });
    sessionRef.current = session;
    const endStore = useListingStore.subscribe((state, before) => {
      for (const status of Object.values(state.statuses)) {
        if (before.statuses[status.listingId] !== status) session.takeStatus(status);
      }
    });
    return () => {
      endStore();
      session.close();
      sessionRef.current = null;
      setSnapshot(emptySnapshot);
      const id = latest.status?.listingId;
      if (id !== undefined) useListingStore.setState((state) => dropStatus(state, id));
    };
    // A link that came up again leads to another engine or another session of it: its listings are new ones.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [engine, key, opened, attempt]);

  useEffect(() => {
    if (viewRef.current === view) return;
    viewRef.current = view;
    sessionRef.current?.setView(view);
  }, [view]);

  useEffect(() => {
    if (staleRef.current === staleSerial) return;
    staleRef.current = staleSerial;
    sessionRef.current?.refresh();
  }, [staleSerial]);

  const reopen = useCallback(() => setAttempt((last) => last + 1), []);
  const commands = useMemo<ListingCommands>(
    () => ({
      wantRange: (first, last) => sessionRef.current?.wantRange(first, last),
      select: (change, cursor) => sessionRef.current?.select(change, cursor),
      want: (wanted) => sessionRef.current?.want(wanted),
      find: (text, match, from) => sessionRef.current?.find(text, match, from) ?? Promise.resolve(null),
      hold: () => sessionRef.current?.hold() ?? Promise.resolve(err(appError('ListingNotFound'))),
      selectedRows: (limit) =>
        sessionRef.current?.selectedRows(limit) ?? Promise.resolve(err(appError('ListingNotFound'))),
      refresh: () => sessionRef.current?.refresh(),
      reopen,
    }),
    [reopen],
  );
  return useMemo(() => ({ ...snapshot, ...commands }), [snapshot, commands]);
}
