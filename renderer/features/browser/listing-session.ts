import type { EngineClient } from '../../../shared/contract/client.ts';
import type { ListingRow, ListingStatus, ListingView } from '../../../shared/domain/listing.ts';
import type { ListingId } from '../../../shared/domain/ids.ts';
import type { AppError } from '../../../shared/errors.ts';
import { ok, type Result } from '../../../shared/result.ts';
import type { Place } from '../../stores/place.ts';
import { createRowPages } from './row-pages.ts';

export type ListingSnapshot = {
  /** Null until the listing is open. */
  readonly status: ListingStatus | null;
  /** Why it could not be opened. */
  readonly error: AppError | null;
  readonly rowAt: (index: number) => ListingRow | undefined;
};

export const emptySnapshot: ListingSnapshot = { status: null, error: null, rowAt: () => undefined };

/** At least this long between two listings of the same place: a running upload changes it all the time. */
const relistPauseMs = 1000;
const readAtOnce = 1000;

type Shown = { readonly id: ListingId; readonly pages: ReturnType<typeof createRowPages>; status: ListingStatus };

export type ListingSession = {
  /** A status that came as an event, of whatever listing. */
  takeStatus(status: ListingStatus): void;
  setView(view: ListingView): void;
  /** Lists the place again beside what is shown, which is replaced once the new listing is through. */
  relist(): void;
  wantRange(first: number, last: number): void;
  /** Rows by position, read from the engine. */
  readRows(from: number, count: number): Promise<Result<ListingRow[]>>;
  close(): void;
};

/**
 * One place on screen. Opens a listing, reads the pages of rows in view as they change, and closes the listing when
 * the place is left. `publish` is called with every change.
 */
export function openListingSession(
  engine: EngineClient,
  place: Place,
  initialView: ListingView,
  publish: (snapshot: ListingSnapshot) => void,
): ListingSession {
  let view = initialView;
  let shown: Shown | null = null;
  let next: Shown | null = null;
  let opening = false;
  let wantsRelist = false;
  let closed = false;
  let range = { first: 0, last: 60 };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const early = new Map<ListingId, ListingStatus>();

  const tell = (error: AppError | null = null) => {
    if (closed) return;
    const current = shown;
    publish({ status: current?.status ?? null, error, rowAt: (index) => current?.pages.rowAt(index) });
  };
  const readVisible = () => shown?.pages.want(range.first, range.last, shown.status);
  const close = (listing: Shown | null) => {
    if (listing) void engine.call('listing.close', { listingId: listing.id });
  };

  const open = async () => {
    opening = true;
    const input = place.bucket === null ? {} : { bucket: place.bucket, prefix: place.prefix };
    const asked = view;
    const answer = await engine.call('listing.open', { connectionId: place.connectionId, ...input, view: asked });
    opening = false;
    if (!answer.ok) {
      if (!closed && !shown) tell(answer.error);
      return;
    }
    const id = answer.value.listingId;
    const listing: Shown = {
      id,
      status: newer(answer.value, early.get(id)),
      pages: createRowPages(
        engine,
        id,
        (status) => take(listing, status),
        () => listing === shown && tell(),
      ),
    };
    early.clear();
    if (closed) return close(listing);
    if (asked !== view) void sendView(listing);
    if (shown) next = listing;
    else shown = listing;
    take(listing, listing.status);
    if (wantsRelist && timer === undefined) scheduleRelist();
  };

  const sendView = async (listing: Shown) => {
    const answer = await engine.call('listing.setView', { listingId: listing.id, view });
    if (answer.ok) take(listing, answer.value);
  };

  const take = (listing: Shown, status: ListingStatus) => {
    listing.status = newer(listing.status, status);
    if (listing === next && listing.status.state !== 'listing') {
      close(shown);
      shown = listing;
      next = null;
      scheduleRelist();
    }
    if (listing !== shown) return;
    readVisible();
    tell();
  };

  const scheduleRelist = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
      if (wantsRelist) relistNow();
    }, relistPauseMs);
  };

  const relistNow = () => {
    if (closed || opening || next || timer !== undefined) return;
    wantsRelist = false;
    void open();
  };

  void open();
  return {
    takeStatus(status) {
      if (shown?.id === status.listingId) take(shown, status);
      else if (next?.id === status.listingId) take(next, status);
      else if (opening) early.set(status.listingId, status);
    },
    setView(changed) {
      view = changed;
      if (shown) void sendView(shown);
      if (next) void sendView(next);
    },
    relist() {
      wantsRelist = true;
      relistNow();
    },
    wantRange(first, last) {
      range = { first, last };
      readVisible();
    },
    async readRows(from, count) {
      const rows: ListingRow[] = [];
      const listing = shown;
      if (!listing) return ok(rows);
      for (let at = from; at < from + count; at += readAtOnce) {
        const asked = { listingId: listing.id, from: at, count: Math.min(readAtOnce, from + count - at) };
        const answer = await engine.call('listing.rows', asked);
        if (!answer.ok) return answer;
        rows.push(...answer.value.rows);
        if (answer.value.rows.length === 0) break;
      }
      return ok(rows);
    },
    close() {
      closed = true;
      clearTimeout(timer);
      close(shown);
      close(next);
    },
  };
}

function newer(a: ListingStatus, b: ListingStatus | undefined): ListingStatus {
  return b && b.version >= a.version ? b : a;
}
