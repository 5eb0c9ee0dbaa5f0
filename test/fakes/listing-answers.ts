import { type HeldSelection, holdRows, type SelectionPlace } from '../../main/browse/held-selection.ts';
import type { ListingSource } from '../../main/browse/listing-sources.ts';
import { type LiveListing, startLiveListing } from '../../main/browse/live-listing.ts';
import type { CommandInput } from '../../shared/contract/commands.ts';
import type { EngineEvent } from '../../shared/contract/events.ts';
import { listingIdSchema, selectionIdSchema } from '../../shared/domain/ids.ts';
import type { ListingRow } from '../../shared/domain/listing.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { RowTable } from '../../main/browse/row-table.ts';
import type { EngineAnswers } from './fake-engine-client.ts';

export type FakePlace = { readonly place: SelectionPlace; readonly base: string; readonly source: ListingSource };

/**
 * The engine's own listings, selections and what is held, on places that the caller makes up: for tests of the window
 * and for the window on invented data. `held` is for commands that act on it.
 */
export function createListingAnswers(
  placeOf: (input: CommandInput<'listing.open'>) => Promise<Result<FakePlace>>,
  tell: (event: EngineEvent) => void,
) {
  const listings = new Map<string, { readonly live: LiveListing; readonly place: SelectionPlace }>();
  const kept = new Map<string, HeldSelection>();
  let nextId = 1;

  const withListing = async <T>(id: string, work: (live: LiveListing) => T | Promise<T>): Promise<Result<T>> => {
    const found = listings.get(id);
    return found ? ok(await work(found.live)) : err(appError('ListingNotFound', { listingId: id }));
  };
  const selectedOf = (live: LiveListing, window: CommandInput<'listing.selected'>['window']) => {
    const status = live.status();
    return { status, selected: { version: status.version, window, intervals: live.index().selectedIn(window) } };
  };

  const answers = {
    'listing.open': async (input) => {
      const found = await placeOf(input);
      if (!found.ok) return found;
      const id = listingIdSchema.parse(`list-${nextId++}`);
      const live = startLiveListing(id, found.value, input.view, {
        pause: () => Promise.resolve(),
        nowMs: () => 0,
        wait: () => Promise.resolve(),
        onChanged: (status) => tell({ type: 'listing.changed', status }),
        onUnexpected: (thrown) => {
          throw thrown;
        },
      });
      listings.set(id, { live, place: found.value.place });
      return ok(live.status());
    },
    'listing.setView': ({ listingId, view }) =>
      withListing(listingId, async (live) => {
        await live.setView(view);
        return live.status();
      }),
    'listing.rows': ({ listingId, from, count }) =>
      withListing(listingId, (live) => ({ status: live.status(), from, rows: live.index().rows(from, count) })),
    'listing.select': ({ listingId, version, change, window }) =>
      withListing(listingId, async (live) => {
        const applied = await live.select(version, change);
        return { applied, ...selectedOf(live, window) };
      }),
    'listing.selected': ({ listingId, window }) => withListing(listingId, (live) => selectedOf(live, window)),
    'listing.find': ({ listingId, text, match, from = 0 }) =>
      withListing(listingId, async (live) => {
        const position = await live.index().find(text, match, from);
        return { status: live.status(), position };
      }),
    'listing.refresh': ({ listingId }) =>
      withListing(listingId, (live) => {
        live.refresh();
        return live.status();
      }),
    'listing.close': ({ listingId }) => {
      listings.get(listingId)?.live.end();
      listings.delete(listingId);
      return ok({});
    },
    'selection.hold': async ({ listingId }) => {
      const found = listings.get(listingId);
      if (!found) return err(appError('ListingNotFound', { listingId }));
      const { live, place } = found;
      const selection = holdRows(place, live.index(), live.status().state === 'complete');
      const selectionId = selectionIdSchema.parse(`sel-${nextId++}`);
      kept.set(selectionId, selection);
      return ok({ selectionId, summary: selection.summary, names: [...selection.names] });
    },
    'selection.release': ({ selectionId }) => {
      kept.delete(selectionId);
      return ok({});
    },
  } satisfies EngineAnswers;

  return { answers, held: (id: string) => kept.get(id), openCount: () => listings.size, heldCount: () => kept.size };
}

export function addRow(table: RowTable, row: ListingRow): void {
  if (row.type === 'bucket') table.addBucket(row.name, row.createdMs);
  else if (row.type === 'folder') table.addFolder(row.prefix);
  else if (row.type === 'object') table.addObject(row.key, row.sizeBytes, row.modifiedMs, row.etag, row.storageClass);
  else if (row.type === 'hostFolder') table.addHostFolder(row.name);
  else table.addHostFile(row.name, row.sizeBytes, row.modifiedMs);
}
