import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CommandOutput, CommandParsed } from '../../shared/contract/commands.ts';
import type { EngineEvent } from '../../shared/contract/events.ts';
import { type ListingId, listingIdSchema } from '../../shared/domain/ids.ts';
import type { ListingStatus } from '../../shared/domain/listing.ts';
import { appError, AppErrorException, type AppError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { ListPage, ObjectStore } from '../s3/object-store.ts';
import type { ConnectionOpener } from '../s3/open-connection.ts';
import { createRowIndex, type RowIndex } from './row-index.ts';
import { withSuggestion } from './suggest-name.ts';

export type ListingServiceDeps = {
  readonly opener: ConnectionOpener;
  readonly emit: (event: EngineEvent) => void;
  readonly onUnexpected: (thrown: unknown) => void;
  /** Gives the event loop a turn; setImmediate when left out. */
  readonly pause?: () => Promise<void>;
};

type Answer<N extends 'listing.open' | 'listing.setView' | 'listing.rows' | 'listing.close'> = Promise<
  Result<CommandOutput<N>>
>;

export interface ListingService {
  /** Lists on in the background until complete, failed or closed. A failure later is in the status, with the rows so far. */
  open(input: CommandParsed<'listing.open'>): Answer<'listing.open'>;
  /** Answers when the new order is ready; rows keep coming meanwhile. */
  setView(input: CommandParsed<'listing.setView'>): Answer<'listing.setView'>;
  /** Rows beyond the end are left out. */
  rows(input: CommandParsed<'listing.rows'>): Answer<'listing.rows'>;
  /** Idempotent; a request under way is cut off. */
  close(input: CommandParsed<'listing.close'>): Answer<'listing.close'>;
  closeAll(): void;
}

/** A window that is reloaded forgets to close its listings: the ones not looked at for longest go first. */
const maxListings = 32;

type Listing = {
  readonly id: ListingId;
  readonly index: RowIndex;
  readonly stop: AbortController;
  /** Folders seen: some servers repeat a common prefix on the next page. */
  readonly folders: Set<string>;
  version: number;
  state: ListingStatus['state'];
  error: AppError | null;
};

export function createListingService(deps: ListingServiceDeps): ListingService {
  const { opener, emit, onUnexpected } = deps;
  const pause = deps.pause ?? (() => nextTurn());
  /** In the order of their last use. */
  const listings = new Map<string, Listing>();

  const find = (listingId: string): Result<Listing> => {
    const listing = listings.get(listingId);
    if (listing === undefined) return err(appError('ListingNotFound', { listingId }));
    listings.delete(listingId);
    listings.set(listingId, listing);
    return ok(listing);
  };

  const end = (listing: Listing): void => {
    listings.delete(listing.id);
    listing.stop.abort();
  };

  const changed = (listing: Listing): void => {
    if (!listings.has(listing.id)) return;
    listing.version += 1;
    emit({ type: 'listing.changed', status: statusOf(listing) });
  };

  const run = async (listing: Listing, list: AsyncGenerator<Result<void>>): Promise<void> => {
    try {
      for await (const step of list) {
        if (listing.stop.signal.aborted) return;
        if (!step.ok) {
          listing.state = 'failed';
          listing.error = step.error;
          changed(listing);
          return;
        }
        listing.index.takeIn();
        changed(listing);
        await pause();
      }
      listing.state = 'complete';
    } catch (thrown) {
      if (!(thrown instanceof AppErrorException)) onUnexpected(thrown);
      listing.state = 'failed';
      listing.error = thrown instanceof AppErrorException ? thrown.error : appError('UnexpectedFailure', {}, thrown);
    }
    changed(listing);
  };

  return {
    async open(input) {
      if ('hostFolder' in input) return err(appError('Unsupported', {}));
      const { connectionId, bucket, prefix, view } = input;
      const connection = await opener.open(connectionId);
      if (!connection.ok) return connection;
      const listing: Listing = {
        id: listingIdSchema.parse(`list-${randomBytes(9).toString('base64url')}`),
        index: createRowIndex(prefix, view, pause),
        stop: new AbortController(),
        folders: new Set(),
        version: 0,
        state: 'listing',
        error: null,
      };
      listings.set(listing.id, listing);
      for (const oldest of listings.values()) {
        if (listings.size <= maxListings) break;
        end(oldest);
      }
      const { store } = connection.value;
      const list = bucket === undefined ? listBuckets(listing, store) : listFolder(listing, store, bucket, prefix);
      void run(listing, list);
      return ok(statusOf(listing));
    },

    async setView({ listingId, view }) {
      const found = find(listingId);
      if (!found.ok) return found;
      const listing = found.value;
      if (await listing.index.setView(view)) changed(listing);
      return ok(statusOf(listing));
    },

    async rows({ listingId, from, count }) {
      const found = find(listingId);
      if (!found.ok) return found;
      return ok({ status: statusOf(found.value), from, rows: found.value.index.rows(from, count) });
    },

    async close({ listingId }) {
      const listing = listings.get(listingId);
      if (listing !== undefined) end(listing);
      return ok({});
    },

    closeAll() {
      for (const listing of listings.values()) end(listing);
    },
  };
}

function statusOf(listing: Listing): ListingStatus {
  return {
    listingId: listing.id,
    version: listing.version,
    state: listing.state,
    total: listing.index.table.length,
    count: listing.index.count(),
    selection: { items: 0, folders: 0, bytes: 0 },
    ...(listing.error === null ? {} : { error: listing.error }),
  };
}

async function* listBuckets(listing: Listing, store: ObjectStore): AsyncGenerator<Result<void>> {
  const buckets = await store.listBuckets(listing.stop.signal);
  if (!buckets.ok) {
    yield buckets;
    return;
  }
  for (const bucket of buckets.value) listing.index.table.addBucket(bucket.name, bucket.createdMs);
  yield ok();
}

/** Yields after each page; the next one is on its way while a page is taken in. */
async function* listFolder(
  listing: Listing,
  store: ObjectStore,
  bucket: string,
  prefix: string,
): AsyncGenerator<Result<void>> {
  const { signal } = listing.stop;
  const ask = (continuationToken?: string): Promise<Result<ListPage>> =>
    store.listPage({ bucket, prefix, delimiter: '/', continuationToken, signal });
  let asked = ask();
  for (;;) {
    const page = await asked;
    if (!page.ok) {
      yield signal.aborted ? page : err(await withSuggestion(store, page.error));
      return;
    }
    const token = page.value.continuationToken;
    if (token !== null) {
      asked = ask(token);
      // Awaited on the next round; when the listing is closed before that, nobody is left to hear of it.
      asked.catch(() => undefined);
    }
    addPage(listing, page.value, prefix);
    yield ok();
    if (token === null) return;
  }
}

function addPage({ index: { table }, folders }: Listing, page: ListPage, prefix: string): void {
  for (const folder of page.prefixes) {
    if (folders.has(folder)) continue;
    folders.add(folder);
    table.addFolder(folder);
  }
  for (const object of page.objects) {
    // The folder's own marker is the folder itself, not something in it.
    if (object.key === prefix) continue;
    const modifiedMs = object.lastModified === null ? null : Date.parse(object.lastModified);
    table.addObject(object.key, object.sizeBytes, modifiedMs, object.etag, object.storageClass);
  }
}
