import type { ListingId } from '../../shared/domain/ids.ts';
import type { ListingStatus, ListingView, SelectionChange } from '../../shared/domain/listing.ts';
import { appError, AppErrorException, type AppError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { ListingSource } from './listing-sources.ts';
import { createRowIndex, type RowIndex } from './row-index.ts';

/** A place is not listed again more often than this; what takes long to list is left alone for as long, up to a limit. */
const refreshIntervalMs = 1000;
const maxRestMs = 10_000;

export type LiveListingDeps = {
  /** Gives the event loop a turn. */
  readonly pause: () => Promise<void>;
  readonly nowMs: () => number;
  /** Resolves early when aborted. */
  readonly wait: (delayMs: number, signal: AbortSignal) => Promise<void>;
  readonly onChanged: (status: ListingStatus) => void;
  readonly onUnexpected: (thrown: unknown) => void;
};

/** One open listing: lists on in the background until it is complete, has failed or is ended. */
export interface LiveListing {
  readonly id: ListingId;
  /** Another one after a refresh. */
  index(): RowIndex;
  status(): ListingStatus;
  setView(view: ListingView): Promise<void>;
  /** True when it was applied. */
  select(version: number, change: SelectionChange): Promise<boolean>;
  /** Once more beside what is shown; asked for while it lists: once more afterwards. */
  refresh(): void;
  end(): void;
}

export function startLiveListing(
  id: ListingId,
  place: { readonly base: string; readonly source: ListingSource },
  view: ListingView,
  deps: LiveListingDeps,
): LiveListing {
  const { pause, nowMs } = deps;
  const stop = new AbortController();
  let state: ListingStatus['state'] = 'listing';
  let error: AppError | null = null;
  let latestSelect = 0;
  let appliedSelects = 0;
  let isRefreshWanted = false;
  let isBusy = false;
  let startedMs = 0;
  let tookMs = 0;

  const makeIndex = (firstVersion: number, nextView: ListingView): RowIndex => {
    const made: RowIndex = createRowIndex(place.base, nextView, {
      pause,
      firstVersion,
      onReordered: () => made === index && tell(),
    });
    return made;
  };
  let index = makeIndex(0, view);

  const status = (): ListingStatus => ({
    listingId: id,
    version: index.version,
    state,
    total: index.table.length,
    count: index.count(),
    selection: index.selection.summary(),
    ...(error === null ? {} : { error }),
  });
  const tell = (): void => {
    if (!stop.signal.aborted) deps.onChanged(status());
  };
  const become = (next: ListingStatus['state'], why: AppError | null): void => {
    state = next;
    error = why;
    tell();
  };

  const listInto = async (target: RowIndex): Promise<Result<void>> => {
    try {
      for await (const step of place.source(target.table, stop.signal)) {
        if (stop.signal.aborted || !step.ok) return step;
        target.takeIn();
        if (target === index) tell();
        await pause();
      }
      return ok();
    } catch (thrown) {
      if (thrown instanceof AppErrorException) return err(thrown.error);
      deps.onUnexpected(thrown);
      return err(appError('UnexpectedFailure', {}, thrown));
    }
  };

  /** Gives `next` the view and the selection of what is shown, in steps, until neither changed meanwhile. */
  const carryOver = async (next: RowIndex): Promise<void> => {
    let [wantedView, applied] = [next.view, -1];
    while (!stop.signal.aborted && (wantedView !== index.view || applied !== appliedSelects)) {
      [wantedView, applied] = [index.view, appliedSelects];
      if (next.view !== wantedView) await next.setView(wantedView);
      if (index.selection.items === 0) {
        next.selectOnly([]);
        continue;
      }
      const selected = await index.selectedNames();
      next.selectOnly(await next.rowsWhere((row) => selected.has(next.table, row)));
    }
  };

  const relist = async (): Promise<Result<void>> => {
    // A person who tries a failed listing again sees that something happens.
    if (state === 'failed') become('listing', null);
    if (index.table.length === 0) {
      // Nothing to keep in view: rows are shown as they come.
      index = makeIndex(index.version + 1, index.view);
      return listInto(index);
    }
    const next = makeIndex(0, index.view);
    const listed = await listInto(next);
    if (!listed.ok || stop.signal.aborted) return listed;
    await carryOver(next);
    next.follow(index.version);
    index = next;
    return listed;
  };

  const listOnce = async (list: () => Promise<Result<void>>): Promise<void> => {
    startedMs = nowMs();
    const listed = await list();
    tookMs = listed.ok ? nowMs() - startedMs : 0;
    if (!stop.signal.aborted) become(listed.ok ? 'complete' : 'failed', listed.ok ? null : listed.error);
  };
  /** Goes on for as long as refreshing is asked for. */
  const work = async (isFirst: boolean): Promise<void> => {
    isBusy = true;
    if (isFirst) await listOnce(() => listInto(index));
    while (isRefreshWanted && !stop.signal.aborted) {
      const restMs = startedMs + Math.max(refreshIntervalMs, tookMs + Math.min(tookMs, maxRestMs)) - nowMs();
      if (restMs > 0) await deps.wait(restMs, stop.signal);
      if (stop.signal.aborted) break;
      isRefreshWanted = false;
      await listOnce(relist);
    }
    isBusy = false;
  };
  work(true).catch(deps.onUnexpected);

  return {
    id,
    index: () => index,
    status,
    async setView(next) {
      await index.setView(next);
    },
    async select(version, change) {
      const call = ++latestSelect;
      if (change.mode === 'names') {
        const names = new Set(change.names);
        for (;;) {
          const from = index;
          const rows = await from.rowsWhere((row) => names.has(from.table.name(row)));
          if (call !== latestSelect) return false;
          if (from !== index) continue;
          from.selectOnly(rows);
          break;
        }
      } else if (!index.select(version, change)) return false;
      appliedSelects += 1;
      tell();
      return true;
    },
    refresh() {
      isRefreshWanted = true;
      if (!isBusy) work(false).catch(deps.onUnexpected);
    },
    end: () => stop.abort(),
  };
}
