import { randomBytes } from 'node:crypto';
import { isAbsolute, resolve, sep } from 'node:path';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { CommandName, CommandOutput, CommandParsed } from '../../shared/contract/commands.ts';
import type { EngineEvent } from '../../shared/contract/events.ts';
import { type ListingId, listingIdSchema } from '../../shared/domain/ids.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { type ConnectionOpener, whereItLeads } from '../s3/open-connection.ts';
import { type HeldSelection, holdRows, type SelectionPlace } from './held-selection.ts';
import { hostFolderSource } from './host-folder-source.ts';
import { bucketSource, folderSource, type ListingSource } from './listing-sources.ts';
import { type LiveListing, startLiveListing } from './live-listing.ts';

export type ListingServiceDeps = {
  readonly opener: ConnectionOpener;
  readonly emit: (event: EngineEvent) => void;
  readonly onUnexpected: (thrown: unknown) => void;
  /** Gives the event loop a turn; setImmediate when left out. */
  readonly pause?: () => Promise<void>;
  /** For the time between two refreshes; the system's when left out. */
  readonly nowMs?: () => number;
  readonly wait?: (delayMs: number, signal: AbortSignal) => Promise<void>;
};

type Handler<N extends CommandName> = (input: CommandParsed<N>) => Promise<Result<CommandOutput<N>>>;

export interface ListingService {
  /** Lists on in the background until complete, failed or closed. A failure later is in the status, with the rows so far. */
  readonly open: Handler<'listing.open'>;
  /** Answers when the new order is ready; rows keep coming meanwhile. */
  readonly setView: Handler<'listing.setView'>;
  /** Rows beyond the end are left out. */
  readonly rows: Handler<'listing.rows'>;
  readonly select: Handler<'listing.select'>;
  readonly selected: Handler<'listing.selected'>;
  readonly find: Handler<'listing.find'>;
  /** Answers at once. A failed refresh keeps the rows that were there; the status says why. */
  readonly refresh: Handler<'listing.refresh'>;
  /** Idempotent; a request under way is cut off. */
  readonly close: Handler<'listing.close'>;
  /** What is selected in the listing now, whatever becomes of it. */
  held(listingId: ListingId): Result<HeldSelection>;
  closeAll(): void;
}

/** A window that is reloaded forgets to close its listings: the ones not looked at for longest go first. */
const maxListings = 32;

type Open = { readonly live: LiveListing; readonly place: SelectionPlace };

export function createListingService(deps: ListingServiceDeps): ListingService {
  const { opener, emit, onUnexpected } = deps;
  const liveDeps = {
    pause: deps.pause ?? (() => nextTurn()),
    nowMs: deps.nowMs ?? (() => performance.now()),
    wait: deps.wait ?? ((delayMs, signal) => sleep(delayMs, undefined, { signal }).catch(() => undefined)),
    onUnexpected,
  };
  /** In the order of their last use. */
  const listings = new Map<string, Open>();

  const find = (listingId: string): Result<Open> => {
    const listing = listings.get(listingId);
    if (listing === undefined) return err(appError('ListingNotFound', { listingId }));
    listings.delete(listingId);
    listings.set(listingId, listing);
    return ok(listing);
  };
  const withListing = async <T>(listingId: string, work: (live: LiveListing) => T | Promise<T>): Promise<Result<T>> => {
    const found = find(listingId);
    return found.ok ? ok(await work(found.value.live)) : found;
  };
  const end = (listing: Open): void => {
    listings.delete(listing.live.id);
    listing.live.end();
  };

  return {
    async open(input) {
      const found = await placeOf(opener, input);
      if (!found.ok) return found;
      const { place, base, source } = found.value;
      const id = listingIdSchema.parse(`list-${randomBytes(9).toString('base64url')}`);
      const live = startLiveListing(id, { base, source }, input.view, {
        ...liveDeps,
        onChanged: (status) => emit({ type: 'listing.changed', status }),
      });
      listings.set(id, { live, place });
      for (const oldest of listings.values()) {
        if (listings.size <= maxListings) break;
        end(oldest);
      }
      return ok(live.status());
    },

    setView: ({ listingId, view }) =>
      withListing(listingId, async (live) => {
        await live.setView(view);
        return live.status();
      }),

    rows: ({ listingId, from, count }) =>
      withListing(listingId, (live) => ({ status: live.status(), from, rows: live.index().rows(from, count) })),

    select: ({ listingId, version, change, window }) =>
      withListing(listingId, async (live) => {
        const applied = await live.select(version, change);
        return { applied, ...selectedOf(live, window) };
      }),

    selected: ({ listingId, window }) => withListing(listingId, (live) => selectedOf(live, window)),

    find: ({ listingId, text, match, from }) =>
      withListing(listingId, async (live) => {
        for (;;) {
          const index = live.index();
          const position = await index.find(text, match, from);
          if (index === live.index()) return { status: live.status(), position };
        }
      }),

    refresh: ({ listingId }) =>
      withListing(listingId, (live) => {
        live.refresh();
        return live.status();
      }),

    async close({ listingId }) {
      const listing = listings.get(listingId);
      if (listing !== undefined) end(listing);
      return ok({});
    },

    held(listingId) {
      const found = find(listingId);
      if (!found.ok) return found;
      const { place, live } = found.value;
      return ok(holdRows(place, live.index(), live.status().state === 'complete'));
    },

    closeAll() {
      for (const listing of listings.values()) end(listing);
    },
  };
}

function selectedOf(live: LiveListing, window: CommandParsed<'listing.selected'>['window']) {
  const status = live.status();
  return { status, selected: { version: status.version, window, intervals: live.index().selectedIn(window) } };
}

type Found = { readonly place: SelectionPlace; readonly base: string; readonly source: ListingSource };

async function placeOf(opener: ConnectionOpener, input: CommandParsed<'listing.open'>): Promise<Result<Found>> {
  if ('hostFolder' in input) {
    if (!isAbsolute(input.hostFolder)) {
      return err(appError('InvalidInput', { field: 'hostFolder', reason: 'an absolute path is needed' }));
    }
    const folder = resolve(input.hostFolder);
    const base = folder.endsWith(sep) ? folder : folder + sep;
    return ok({ place: { type: 'host', folder }, base, source: hostFolderSource(folder, base, input.hidden) });
  }
  const { connectionId, bucket, prefix } = input;
  const connection = await opener.open(connectionId);
  if (!connection.ok) return connection;
  const { store } = connection.value;
  const listed = { connectionId, leadsTo: whereItLeads(connection.value) };
  return bucket === undefined
    ? ok({ place: { type: 'buckets', ...listed }, base: '', source: bucketSource(store) })
    : ok({
        place: { type: 'folder', ...listed, bucket, prefix },
        base: prefix,
        source: folderSource(store, bucket, prefix),
      });
}
