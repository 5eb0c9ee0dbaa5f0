import type { ListingRow, SelectionChange } from '../../shared/domain/listing.ts';
import { type GridCursor, noCursor } from '../ui/grid/grid-selection.ts';
import { rowId } from './row-id.ts';
import type { PlaceAnew } from './selection-sync.ts';

export type Found = { readonly version: number; readonly position: number };

/** What is to be selected and in view as soon as it is listed. */
export type Wanted = {
  readonly name: string;
  /** Selected with it: how the place looked when it was left. Left out: the row alone. */
  readonly names?: readonly string[];
  readonly isContainer?: boolean;
  /** The view stays where it is. */
  readonly quiet?: boolean;
};

/** One end of a range: where the row is, which it is, and under which version it is there. */
export type Spot = { readonly index: number; readonly row: ListingRow | undefined; readonly version: number };

type Listing = {
  readonly find: (text: string, match: 'exact' | 'prefix', from?: number) => Promise<Found | null>;
  readonly rowAt: (index: number) => ListingRow | undefined;
  /** Read from the engine, with the version it was read under. */
  readonly readRow: (index: number) => Promise<{ row: ListingRow | undefined; version: number } | null>;
  readonly versionAt: (index: number) => number | undefined;
  readonly version: () => number;
  /** Whether the row, seen there and now found here, lies among the same rows but for those that came and went. */
  readonly liesAsSeen: (seen: Spot, now: Spot) => boolean;
  readonly select: (change: SelectionChange, version: number | null, placeAnew?: PlaceAnew) => void;
};

export type CursorTracker = {
  now(): GridCursor;
  /** Grows when the active row has moved by itself to where it should be shown; see `now`. */
  revealed(): number;
  take(change: SelectionChange | null, cursor: GridCursor): void;
  want(wanted: Wanted | null): void;
  /** After a change of rows or order. */
  check(): void;
};

const tries = 4;

type StretchMode = Extract<SelectionChange, { readonly intervals: unknown }>['mode'];

/**
 * Keeps the focus and the anchor on their rows while rows come, go and change their order, and finds the row that is
 * to be selected next. What a click was about is found anew when the rows have moved before the engine heard of it; a
 * range never takes others than those between its ends in the order in which it was seen.
 */
export function createCursorTracker(listing: Listing, onChange: () => void): CursorTracker {
  const nowhere: Spot = { index: -1, row: undefined, version: 0 };
  let active = nowhere;
  let anchor = nowhere;
  let wanted: Wanted | null = null;
  let serial = 0;
  let gesture = 0;
  let busy = false;
  let checkedVersion = -1;

  const spotAt = (index: number): Spot =>
    index < 0 ? nowhere : { index, row: listing.rowAt(index), version: listing.versionAt(index) ?? listing.version() };

  const adopt = (spot: Spot): Spot =>
    spot.index >= 0 && spot.row === undefined && listing.rowAt(spot.index) !== undefined ? spotAt(spot.index) : spot;

  /** Read under that version, from what is on screen or else from the engine. */
  const readAt = async ({ position, version }: Found): Promise<ListingRow | 'changed' | undefined> => {
    if (listing.versionAt(position) === version) return listing.rowAt(position);
    const read = await listing.readRow(position);
    return read?.version === version ? read.row : 'changed';
  };

  /** Where the row is now, and what it has become; without a row when it is nowhere to be found. */
  const locate = async (spot: Spot): Promise<Spot> => {
    if (!spot.row || spot.version === listing.version()) return spot;
    const id = rowId(spot.row);
    let from = spot.index;
    for (let attempt = 0; attempt < tries; attempt += 1) {
      const found = await listing.find(spot.row.name, 'exact', from);
      if (!found) break;
      const row = await readAt(found);
      if (row === 'changed') continue;
      // A folder and an object may have the same name.
      if (row && rowId(row) === id) return { index: found.position, row, version: found.version };
      from = found.position + 1;
    }
    return { ...spot, row: undefined };
  };

  const track = async () => {
    const mine = gesture;
    const nextActive = await locate(active);
    const nextAnchor = anchor.row === active.row && anchor.index === active.index ? nextActive : await locate(anchor);
    if (mine !== gesture) return;
    const moved = nextActive.index !== active.index || nextAnchor.index !== anchor.index;
    active = nextActive;
    anchor = nextAnchor;
    if (moved) onChange();
  };

  const seek = async (looking: Wanted) => {
    let from = 0;
    for (let attempt = 0; attempt < tries && wanted === looking; attempt += 1) {
      const found = await listing.find(looking.name, 'exact', from);
      if (wanted !== looking || !found) return;
      const read = await listing.readRow(found.position);
      if (wanted !== looking || read === null) return;
      if (read.version !== found.version) continue;
      const isContainer = read.row?.type !== 'object' && read.row?.type !== 'hostFile';
      if (looking.isContainer !== undefined && isContainer !== looking.isContainer) {
        from = found.position + 1;
        continue;
      }
      const one = [{ from: found.position, to: found.position }];
      const { names } = looking;
      if (names && !(names.length === 1 && names[0] === looking.name))
        listing.select({ mode: 'names', names: [...names] }, found.version);
      else listing.select({ mode: 'only', intervals: one }, found.version);
      active = anchor = { index: found.position, row: read.row, version: found.version };
      wanted = null;
      if (!looking.quiet) serial += 1;
      onChange();
      return;
    }
  };

  const run = async () => {
    if (busy) return;
    busy = true;
    while (checkedVersion !== listing.version()) {
      checkedVersion = listing.version();
      if (wanted) await seek(wanted);
      await track();
    }
    busy = false;
  };

  /** A row alone, wherever it is by then. */
  const oneAnew =
    (mode: StretchMode, spot: Spot): PlaceAnew =>
    async () => {
      const { row, index, version } = await locate(spot);
      return row ? { change: { mode, intervals: [{ from: index, to: index }] }, version } : null;
    };

  const rangeAnew =
    (mode: StretchMode, from: Spot, to: Spot): PlaceAnew =>
    async () => {
      for (let attempt = 0; attempt < tries; attempt += 1) {
        const [first, last] = [await locate(from), await locate(to)];
        if (!first.row || !last.row) return null;
        if (!listing.liesAsSeen(from, first) || !listing.liesAsSeen(to, last)) return null;
        if (first.version !== last.version) continue;
        const intervals = [{ from: Math.min(first.index, last.index), to: Math.max(first.index, last.index) }];
        return { change: { mode, intervals }, version: first.version };
      }
      return null;
    };

  return {
    now: () => (active.index < 0 && anchor.index < 0 ? noCursor : { active: active.index, anchor: anchor.index }),
    revealed: () => serial,
    take(change, cursor) {
      gesture += 1;
      wanted = null;
      active = spotAt(cursor.active);
      if (cursor.anchor === cursor.active) anchor = active;
      else if (cursor.anchor !== anchor.index) anchor = spotAt(cursor.anchor);
      onChange();
      if (!change) return;
      const version = active.index < 0 ? listing.version() : active.version;
      const stretch = 'intervals' in change && change.intervals.length === 1 ? change.intervals[0] : undefined;
      if (!('intervals' in change) || !stretch) return listing.select(change, version);
      if (stretch.from === stretch.to) {
        return listing.select(change, version, oneAnew(change.mode, spotAt(stretch.from)));
      }
      const areSeenApart = anchor.version !== active.version && anchor.row !== undefined && active.row !== undefined;
      listing.select(change, areSeenApart ? null : version, rangeAnew(change.mode, anchor, active));
    },
    want(next) {
      wanted = next;
      checkedVersion = -1;
      void run();
    },
    check() {
      active = adopt(active);
      anchor = adopt(anchor);
      if (checkedVersion !== listing.version()) void run();
    },
  };
}
