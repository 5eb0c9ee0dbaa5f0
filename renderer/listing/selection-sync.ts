import type { EngineClient } from '../../shared/contract/client.ts';
import type { ListingId } from '../../shared/domain/ids.ts';
import type { ListingStatus, ListingWindow, SelectedPositions, SelectionChange } from '../../shared/domain/listing.ts';
import type { AppError } from '../../shared/errors.ts';
import { applyChange, type Intervals, size } from '../ui/grid/intervals.ts';

/** Rows before and after those in view of which it is known whether they are selected. */
const marginRows = 2000;
/** Read again when fewer than this are left. */
const nearRows = 500;
const maxWindowRows = 10_000;

/** A change with the version under which its positions are those of the rows it is about. */
export type PlacedChange = { readonly version: number; readonly change: SelectionChange };

/** Finds the rows of a change anew; null when they are gone or no longer lie as they were seen. */
export type PlaceAnew = () => Promise<PlacedChange | null>;

type Pending = {
  readonly change: SelectionChange;
  /** Null: has to be found before it can be sent. */
  readonly placed: PlacedChange | null;
  readonly placeAnew?: PlaceAnew | undefined;
  /** Unsent ones that need not be sent unless this one cannot be applied. */
  readonly forgotten: readonly Pending[];
  /** As it is shown; null while it is not known where its rows are. */
  shown: SelectionChange | null;
};

/** How often a change is sent whose rows have moved each time before it arrived. */
const tries = 4;

export type SelectionSync = {
  /** As it will be once what was asked for is done. */
  selected(): Intervals;
  /** How many items are expected to be selected while changes are under way; null when the status says it. */
  expectedItems(): number | null;
  /**
   * `version` is the one under which the row that the change is about was on screen; null when its rows were seen under
   * several. Whatever is selected after it is applied after it.
   */
  select(change: SelectionChange, version: number | null, placeAnew?: PlaceAnew): void;
  wantRange(first: number, last: number): void;
  /** After a change of the listing's status. */
  check(): void;
  /** When nothing that was asked for is under way any more. */
  settled(): Promise<void>;
  end(): void;
};

type On = {
  readonly status: (status: ListingStatus) => void;
  readonly change: () => void;
  readonly failed: (error: AppError) => void;
};

/** Whether what was selected before no longer matters after the change. */
const forgets = ({ mode }: SelectionChange) => mode === 'only' || mode === 'all' || mode === 'none' || mode === 'names';

/** As far as it can be told here: which rows the names mean is known to the engine only. */
const shownAfter = (list: Intervals, { change, shown }: Pending, count: number): Intervals => {
  if (shown === null) return forgets(change) ? [] : list;
  return shown.mode === 'names' ? list : applyChange(list, shown, count);
};

/**
 * Keeps what is shown as selected in step with the engine, which alone knows it. Changes are shown at once and sent one
 * after the other; the engine's answer takes their place. A change that came too late (the rows have other positions by
 * then) is sent again with those, and dropped when its rows cannot be found.
 */
export function createSelectionSync(
  engine: EngineClient,
  listingId: ListingId,
  statusNow: () => ListingStatus,
  on: On,
): SelectionSync {
  let known: SelectedPositions | null = null;
  let pending: Pending[] = [];
  let sent: Pending | undefined;
  let range = { first: 0, last: 60 };
  let busy = false;
  const ending = new AbortController();
  let waiters: (() => void)[] = [];

  const wanted = (): ListingWindow => {
    const from = Math.max(0, range.first - marginRows);
    return { from, count: Math.min(maxWindowRows, range.last + marginRows + 1 - from) };
  };
  const isStale = (): boolean => {
    const status = statusNow();
    if (known === null) return status.selection.items > 0;
    if (known.version >= status.version) {
      const { from, count } = known.window;
      const covered =
        from <= Math.max(0, range.first - nearRows) && from + count >= Math.min(range.last + nearRows, status.count);
      if (covered) return false;
    }
    return status.selection.items > 0;
  };
  const take = (selected: SelectedPositions) => {
    if (known === null || selected.version >= known.version) known = selected;
  };

  const send = async (pended: Pending): Promise<'applied' | 'dropped' | AppError> => {
    let { placed } = pended;
    for (let attempt = 0; attempt < tries; attempt += 1) {
      placed ??= (await pended.placeAnew?.()) ?? null;
      if (placed === null || ending.signal.aborted) break;
      pended.shown = placed.change;
      const answer = await engine.call('listing.select', { listingId, ...placed, window: wanted() });
      if (ending.signal.aborted) break;
      if (!answer.ok) return answer.error;
      take(answer.value.selected);
      // From here on the answer shows it.
      if (answer.value.applied) pending = pending.filter((one) => one !== pended);
      else pended.shown = null;
      on.status(answer.value.status);
      if (answer.value.applied) return 'applied';
      on.change();
      placed = null;
    }
    return 'dropped';
  };

  const run = async () => {
    if (busy || ending.signal.aborted) return;
    busy = true;
    while (!ending.signal.aborted) {
      const [next] = pending;
      if (next) {
        sent = next;
        const outcome = await send(next);
        pending = pending.filter((one) => one !== next);
        if (ending.signal.aborted) break;
        if (outcome === 'dropped') pending.unshift(...next.forgotten);
        else if (outcome !== 'applied') on.failed(outcome);
        on.change();
      } else if (isStale()) {
        const before = known;
        const answer = await engine.call('listing.selected', { listingId, window: wanted() });
        if (ending.signal.aborted) break;
        if (!answer.ok) {
          on.failed(answer.error);
          break;
        }
        take(answer.value.selected);
        on.status(answer.value.status);
        on.change();
        // Nothing newer to be had: the next change of the status asks again.
        if (before !== null && known === before) break;
      } else break;
    }
    busy = false;
    for (const wake of waiters.splice(0)) wake();
  };

  const engineIntervals = (): Intervals =>
    known !== null && statusNow().selection.items > 0 ? known.intervals : ([] as const);

  const selected = (): Intervals =>
    pending.reduce<Intervals>((list, one) => shownAfter(list, one, statusNow().count), engineIntervals());

  return {
    selected,
    expectedItems() {
      const [first] = pending;
      if (!first || pending.some(({ change }) => change.mode === 'names')) return null;
      const last = pending.findLast(({ change }) => forgets(change));
      if (last) return size(selected());
      return Math.max(0, statusNow().selection.items + size(selected()) - size(engineIntervals()));
    },
    select(change, version, placeAnew) {
      // What has not been sent and is forgotten by this one need not be sent.
      const forgotten = forgets(change) ? pending.filter((one) => one !== sent) : [];
      pending = pending.filter((one) => !forgotten.includes(one));
      const placed = version === null ? null : { version, change };
      pending.push({ change, placed, placeAnew, forgotten, shown: change });
      on.change();
      void run();
    },
    wantRange(first, last) {
      range = { first, last };
      if (isStale()) void run();
    },
    check() {
      if (isStale()) void run();
    },
    settled() {
      if (!busy) return Promise.resolve();
      return new Promise((resolve) => waiters.push(resolve));
    },
    end() {
      ending.abort();
      for (const wake of waiters.splice(0)) wake();
    },
  };
}
