import { shallow } from 'zustand/shallow';
import type { EngineClient } from '../../shared/contract/client.ts';
import type { CommandOutput } from '../../shared/contract/commands.ts';
import type { ListingRow, ListingStatus, ListingView, SelectionChange } from '../../shared/domain/listing.ts';
import type { ListingId } from '../../shared/domain/ids.ts';
import { type AppError, appError } from '../../shared/errors.ts';
import { err, type Result } from '../../shared/result.ts';
import { type GridCursor, noCursor } from '../ui/grid/grid-selection.ts';
import type { Intervals } from '../ui/grid/intervals.ts';
import { createCursorTracker, type CursorTracker, type Found, type Wanted } from './cursor-tracker.ts';
import { type ListingSource, openInput } from './listing-source.ts';
import { createRowPages, type RowPages } from './row-pages.ts';
import { readSelectedRows } from './selected-rows.ts';
import { createSelectionSync, type SelectionSync } from './selection-sync.ts';

export type ListingSnapshot = {
  /** Null until the listing is open. */
  readonly status: ListingStatus | null;
  /** Why it could not be opened. */
  readonly error: AppError | null;
  readonly rowAt: (index: number) => ListingRow | undefined;
  /** Positions that are selected, as far as they are near those in view. */
  readonly selected: Intervals;
  /** How many items are selected in all, with what has just been asked for. */
  readonly selectedItems: number;
  /** The row with the focus and the anchor of ranges; they stay with their rows. */
  readonly cursor: GridCursor;
  /** Grows when the active row is one that was waited for: it is to be brought into view. */
  readonly revealed: number;
};

export const emptySnapshot: ListingSnapshot = {
  status: null,
  error: null,
  rowAt: () => undefined,
  selected: [],
  selectedItems: 0,
  cursor: noCursor,
  revealed: 0,
};

export type HeldSelection = CommandOutput<'selection.hold'>;

export type ListingSession = {
  /** A status that came as an event, of whatever listing. */
  takeStatus(status: ListingStatus): void;
  setView(view: ListingView): void;
  /** Lists the place again beside what is shown. */
  refresh(): void;
  wantRange(first: number, last: number): void;
  /** What a click or key in the grid asked for. */
  select(change: SelectionChange | null, cursor: GridCursor): void;
  /** Selects it as soon as it is listed, unless something else is selected before. */
  want(wanted: Wanted): void;
  /** Null when no row has that name. */
  find(text: string, match: 'exact' | 'prefix', from?: number): Promise<Found | null>;
  /** What is selected, with everything that was asked for before, kept by the engine until released. */
  hold(): Promise<Result<HeldSelection>>;
  /** The first `limit` selected rows that pass the filter, in the order of the list. */
  selectedRows(limit: number): Promise<Result<ListingRow[]>>;
  close(): void;
};

type Shown = {
  readonly id: ListingId;
  readonly pages: RowPages;
  readonly selection: SelectionSync;
  readonly cursor: CursorTracker;
  status: ListingStatus;
  /** Views that were asked for and have not been answered yet. */
  viewsUnderWay: number;
  /** The version since which the rows are in the order of the latest view. */
  orderedSince: number;
  /** The version whose summary of the selection came with an answer: events of the same version may be older. */
  summaryVersion: number;
};

/**
 * One place on screen: opens its listing, reads the rows in view as they change, keeps the selection in step, and
 * closes the listing when the place is left. `publish` is called with every change.
 */
export function openListingSession(
  engine: EngineClient,
  source: ListingSource,
  initialView: ListingView,
  publish: (snapshot: ListingSnapshot) => void,
): ListingSession {
  let view = initialView;
  let shown: Shown | null = null;
  let opening = false;
  let closed = false;
  let range = { first: 0, last: 60 };
  let wanted: Wanted | null = null;
  const early = new Map<ListingId, ListingStatus>();

  const tell = (error: AppError | null = null) => {
    if (closed) return;
    const current = shown;
    if (current === null) return publish({ ...emptySnapshot, error });
    publish({
      status: current.status,
      error,
      rowAt: (index) => current.pages.rowAt(index),
      selected: current.selection.selected(),
      selectedItems: current.selection.expectedItems() ?? current.status.selection.items,
      cursor: current.cursor.now(),
      revealed: current.cursor.revealed(),
    });
  };

  const make = (id: ListingId, status: ListingStatus): Shown => {
    const failed = (error: AppError) => {
      if (shown?.id === id) lost(error);
    };
    const answered = (next: ListingStatus) => take(listing, next, true);
    const changed = () => listing === shown && tell();
    const rows = () => {
      listing.cursor.check();
      changed();
    };
    const pages = createRowPages(engine, id, { status: answered, rows, failed });
    const on = { status: answered, change: changed, failed };
    const selection = createSelectionSync(engine, id, () => listing.status, on);
    const cursor = createCursorTracker(
      {
        find: (text, match, from) => find(listing, text, match, from),
        rowAt: (index) => pages.rowAt(index),
        versionAt: (index) => pages.versionAt(index),
        readRow: async (index) => {
          const answer = await engine.call('listing.rows', { listingId: id, from: index, count: 1 });
          return answer.ok ? { row: answer.value.rows[0], version: answer.value.status.version } : null;
        },
        version: () => listing.status.version,
        liesAsSeen: (seen, now) =>
          listing.viewsUnderWay === 0 &&
          seen.version >= listing.orderedSince &&
          // Listed again, a row whose size or time has changed may lie elsewhere among the same rows.
          (view.sortBy === 'name' || shallow(seen.row, now.row)),
        select: (change, version, placeAnew) => selection.select(change, version, placeAnew),
      },
      changed,
    );
    const listing: Shown = {
      id,
      status,
      viewsUnderWay: 0,
      orderedSince: -1,
      summaryVersion: -1,
      pages,
      selection,
      cursor,
    };
    return listing;
  };

  const find = async (listing: Shown, text: string, match: 'exact' | 'prefix', from = 0): Promise<Found | null> => {
    if (text === '') return null;
    const answer = await engine.call('listing.find', { listingId: listing.id, text, match, from });
    if (!answer.ok || listing !== shown) return null;
    take(listing, answer.value.status, true);
    if (answer.value.position === null) return null;
    return { version: answer.value.status.version, position: answer.value.position };
  };

  /** The engine keeps a limited number of listings; one that it has dropped is opened anew. */
  const lost = (error: AppError) => {
    if (error.code !== 'ListingNotFound' || closed) return;
    shown?.selection.end();
    shown = null;
    void open();
  };

  const open = async () => {
    if (opening) return;
    opening = true;
    const asked = view;
    const answer = await engine.call('listing.open', openInput(source, asked));
    opening = false;
    if (!answer.ok) return tell(answer.error);
    const { listingId } = answer.value;
    if (closed) return void engine.call('listing.close', { listingId });
    shown = make(listingId, answer.value);
    const listing = shown;
    const earlier = early.get(listingId);
    early.clear();
    if (earlier) take(listing, earlier, false);
    listing.pages.want(range.first, range.last, listing.status);
    listing.selection.wantRange(range.first, range.last);
    if (asked !== view) void sendView(listing);
    if (wanted) listing.cursor.want(wanted);
    wanted = null;
    tell();
  };

  const sendView = async (listing: Shown) => {
    listing.viewsUnderWay += 1;
    const answer = await engine.call('listing.setView', { listingId: listing.id, view });
    listing.viewsUnderWay -= 1;
    if (answer.ok) {
      listing.orderedSince = answer.value.version;
      take(listing, answer.value, true);
    } else if (listing === shown) lost(answer.error);
  };

  /** `answered`: it came with an answer, so its summary is not older than what this window has asked for. */
  const take = (listing: Shown, status: ListingStatus, answered: boolean) => {
    if (status.version < listing.status.version) return;
    const keepsSummary = !answered && status.version === listing.summaryVersion;
    // An answer may have been written before the event that overtook it: that lists again is only ever told by events.
    const isOvertaken =
      answered &&
      status.version === listing.status.version &&
      status.state === 'listing' &&
      listing.status.state !== 'listing';
    listing.status = {
      ...(isOvertaken ? { ...listing.status, selection: status.selection } : status),
      ...(keepsSummary ? { selection: listing.status.selection } : {}),
    };
    if (answered) listing.summaryVersion = status.version;
    if (listing !== shown) return;
    listing.pages.want(range.first, range.last, listing.status);
    listing.selection.check();
    listing.cursor.check();
    tell();
  };

  void open();
  return {
    takeStatus(status) {
      if (shown?.id === status.listingId) take(shown, status, false);
      else if (opening) early.set(status.listingId, status);
    },
    setView(changed) {
      view = changed;
      if (shown) void sendView(shown);
    },
    refresh() {
      const listing = shown;
      if (!listing) return void open();
      void engine.call('listing.refresh', { listingId: listing.id }).then((answer) => {
        if (listing !== shown) return;
        if (answer.ok) take(listing, answer.value, true);
        else lost(answer.error);
      });
    },
    wantRange(first, last) {
      range = { first, last };
      shown?.pages.want(first, last, shown.status);
      shown?.selection.wantRange(first, last);
    },
    select: (change, cursor) => shown?.cursor.take(change, cursor),
    want(next) {
      if (shown) shown.cursor.want(next);
      else wanted = next;
    },
    find: async (text, match, from) => (shown ? find(shown, text, match, from) : null),
    async hold() {
      const listing = shown;
      if (!listing) return err(appError('ListingNotFound'));
      await listing.selection.settled();
      return engine.call('selection.hold', { listingId: listing.id });
    },
    async selectedRows(limit) {
      const listing = shown;
      if (!listing) return err(appError('ListingNotFound'));
      await listing.selection.settled();
      return readSelectedRows(engine, listing.id, limit);
    },
    close() {
      closed = true;
      shown?.selection.end();
      if (shown) void engine.call('listing.close', { listingId: shown.id });
    },
  };
}
