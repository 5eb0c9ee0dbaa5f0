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

type Pending = { readonly version: number; readonly change: SelectionChange };

export type SelectionSync = {
  /** As it will be once what was asked for is done. */
  selected(): Intervals;
  /** How many items are expected to be selected while changes are under way; null when the status says it. */
  expectedItems(): number | null;
  /** `version` is the one under which the row that the change is about was on screen. */
  select(change: SelectionChange, version: number): void;
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
const shownAfter = (list: Intervals, change: SelectionChange, count: number): Intervals =>
  change.mode === 'names' ? list : applyChange(list, change, count);

/**
 * Keeps what is shown as selected in step with the engine, which alone knows it. Changes are shown at once and sent one
 * after the other; the engine's answer takes their place. A change that came too late (the order has become another
 * one) is dropped.
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

  const run = async () => {
    if (busy || ending.signal.aborted) return;
    busy = true;
    while (!ending.signal.aborted) {
      const [next] = pending;
      if (next) {
        sent = next;
        const answer = await engine.call('listing.select', { listingId, ...next, window: wanted() });
        pending = pending.filter((one) => one !== next);
        if (ending.signal.aborted) break;
        if (answer.ok) {
          take(answer.value.selected);
          on.status(answer.value.status);
        } else on.failed(answer.error);
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
    pending.reduce<Intervals>((list, { change }) => shownAfter(list, change, statusNow().count), engineIntervals());

  return {
    selected,
    expectedItems() {
      const [first] = pending;
      if (!first || pending.some(({ change }) => change.mode === 'names')) return null;
      const last = pending.findLast(({ change }) => forgets(change));
      if (last) return size(selected());
      return Math.max(0, statusNow().selection.items + size(selected()) - size(engineIntervals()));
    },
    select(change, version) {
      // What has not been sent and is forgotten by this one need not be sent.
      if (forgets(change)) pending = pending.filter((one) => one === sent);
      pending.push({ version, change });
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
