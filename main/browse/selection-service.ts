import { randomBytes } from 'node:crypto';
import { isAbsolute, sep } from 'node:path';
import type { CommandName, CommandOutput, CommandParsed } from '../../shared/contract/commands.ts';
import type { EngineEvent } from '../../shared/contract/events.ts';
import { type ConnectionId, type JobId, type SelectionId, selectionIdSchema } from '../../shared/domain/ids.ts';
import type { PathRules } from '../../shared/domain/key-path.ts';
import type { ListingRow } from '../../shared/domain/listing.ts';
import type { TransferRequest } from '../../shared/domain/transfer.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { type ConnectionOpener, type OpenConnection, serverAddress, whereItLeads } from '../s3/open-connection.ts';
import type { VersionOfKey } from '../s3/object-store.ts';
import type { LocalFiles } from '../transfers/files/local-files.ts';
import { countObjects, type ObjectCount } from './count-objects.ts';
import { deleteEach } from './delete-objects.ts';
import { createHeldSelections, type HeldSelection } from './held-selection.ts';
import type { ListingService } from './listing-service.ts';
import { removeBucket } from './remove-bucket.ts';
import { selectionRequest } from './selection-request.ts';
import { tagObjects } from './tag-objects.ts';
import { deletionsKept, maxMarkersKept, undelete } from './undelete.ts';

type Names = Extract<CommandName, `selection.${string}`>;
type Handler<N extends Names> = (input: CommandParsed<N>) => Promise<Result<CommandOutput<N>>>;

/** The commands on held selections, as the contract has them. */
export type SelectionService = { readonly [N in Names]: Handler<N> };

export type SelectionServiceDeps = {
  readonly listings: Pick<ListingService, 'held'>;
  readonly opener: ConnectionOpener;
  readonly files: Pick<LocalFiles, 'walk'>;
  readonly startTransfer: (request: TransferRequest) => Promise<Result<{ jobId: JobId }>>;
  readonly pathRules: PathRules;
  readonly emit: (event: EngineEvent) => void;
};

type Listed = Exclude<HeldSelection['place'], { readonly type: 'host' }>;

type Folder = Extract<Listed, { readonly type: 'folder' }>;
type Deleted = { readonly place: Folder; readonly markers: readonly VersionOfKey[] };

const maxHeld = 32;
const namesTold = 1000;

export function createSelectionService(deps: SelectionServiceDeps): SelectionService {
  const { listings, opener, files, startTransfer, pathRules, emit } = deps;
  const kept = createHeldSelections<HeldSelection>(maxHeld);
  const deleted = createHeldSelections<Deleted>(deletionsKept);
  const tellChanged = (place: Listed): void => {
    const where =
      place.type === 'buckets' ? { bucket: null, prefix: '' } : { bucket: place.bucket, prefix: place.prefix };
    emit({ type: 'objects.changed', connectionId: place.connectionId, ...where });
  };

  /** The outcome of what is done with a selection, told as it comes. */
  const outcomeOf = (selectionId: SelectionId) =>
    createOutcome((doneCount, failedCount) =>
      emit({ type: 'selection.progress', selectionId, doneCount, failedCount }),
    );

  const find = (selectionId: string): Result<HeldSelection> => {
    const held = kept.get(selectionId);
    return held === undefined ? err(appError('SelectionNotFound', { selectionId })) : ok(held);
  };

  /**
   * The connection the rows were listed through; SelectionNotFound when it has been edited since and leads elsewhere, where
   * other things have the same names.
   */
  const openPlace = async (place: Listed): Promise<Result<OpenConnection>> => {
    const connection = await opener.open(place.connectionId);
    if (!connection.ok || whereItLeads(connection.value) === place.leadsTo) return connection;
    return err(
      appError('SelectionNotFound', { connectionId: place.connectionId }, 'the connection leads elsewhere now'),
    );
  };

  return {
    async 'selection.hold'({ listingId }) {
      const held = listings.held(listingId);
      if (!held.ok) return held;
      const selectionId = selectionIdSchema.parse(`sel-${randomBytes(9).toString('base64url')}`);
      kept.add(selectionId, held.value);
      const { summary, names } = held.value;
      return ok({ selectionId, summary, names: [...names] });
    },

    async 'selection.release'({ selectionId }) {
      kept.delete(selectionId);
      return ok({});
    },

    async 'selection.count'({ selectionId }) {
      const found = find(selectionId);
      if (!found.ok) return found;
      const { place, summary } = found.value;
      // What was selected as a file is known; only what is below folders is looked for. Only empty buckets are deleted.
      const known = { objects: summary.items - summary.folders, bytes: summary.bytes };
      if (place.type === 'buckets' || summary.folders === 0) return ok(known);
      let below: Result<ObjectCount>;
      if (place.type === 'host') below = await countBelow(files, found.value.rows());
      else {
        const connection = await openPlace(place);
        if (!connection.ok) return connection;
        below = await countObjects(connection.value.store, place.bucket, [], prefixesOf(found.value.rows()));
      }
      if (!below.ok) return below;
      return ok({ objects: known.objects + below.value.objects, bytes: known.bytes + below.value.bytes });
    },

    async 'selection.delete'({ selectionId }) {
      const found = find(selectionId);
      if (!found.ok) return found;
      const { place, rows } = found.value;
      if (place.type === 'host') return err(appError('Unsupported', { what: 'Deleting files of this computer' }));
      const connection = await openPlace(place);
      if (!connection.ok) return connection;
      const { store } = connection.value;
      const outcome = outcomeOf(selectionId);
      const markers: VersionOfKey[] = [];
      if (place.type === 'buckets') {
        for (const { name } of rows()) {
          const removed = await removeBucket(store, name);
          if (removed.ok) outcome.done();
          else outcome.failed(name, removed.error);
        }
      } else {
        await deleteEach(store, place.bucket, keysOf(rows()), prefixesOf(rows()), {
          deleted: outcome.done,
          failed: outcome.failed,
          marked: (marker) => markers.length <= maxMarkersKept && markers.push(marker),
        });
        if (markers.length > 0 && markers.length <= maxMarkersKept) deleted.add(selectionId, { place, markers });
      }
      if (outcome.doneCount() > 0) tellChanged(place);
      const restorableCount = markers.length > maxMarkersKept ? 0 : markers.length;
      return ok({ deletedCount: outcome.doneCount(), restorableCount, ...outcome.failures() });
    },

    async 'selection.undelete'({ selectionId }) {
      const found = deleted.get(selectionId);
      if (found === undefined) return err(appError('SelectionNotFound', { selectionId }));
      const { place, markers } = found;
      const connection = await openPlace(place);
      if (!connection.ok) return connection;
      deleted.delete(selectionId);
      const outcome = outcomeOf(selectionId);
      const newer: string[] = [];
      const unsettled = new Set<string>();
      await undelete(connection.value.store, place.bucket, markers, {
        restored: outcome.done,
        newer: (key) => newer.push(key),
        failed: (key, error) => {
          outcome.failed(key, error);
          if (error.code !== 'PreconditionFailed') unsettled.add(key);
        },
      });
      // Once more may help where the server or the network was to blame.
      const left = markers.filter(({ key }) => unsettled.has(key));
      if (left.length > 0) deleted.add(selectionId, { place, markers: left });
      if (outcome.doneCount() > 0) tellChanged(place);
      return ok({
        restoredCount: outcome.doneCount(),
        newerCount: newer.length,
        newer: newer.slice(0, namesTold),
        retryCount: left.length,
        ...outcome.failures(),
      });
    },

    async 'selection.tag'({ selectionId, set, remove }) {
      const found = find(selectionId);
      if (!found.ok) return found;
      const { place, rows } = found.value;
      if (place.type !== 'folder') return err(appError('Unsupported', { what: 'Tagging what is no object' }));
      const connection = await openPlace(place);
      if (!connection.ok) return connection;
      const outcome = outcomeOf(selectionId);
      const change = { set, remove };
      await tagObjects(connection.value.store, place.bucket, keysOf(rows()), prefixesOf(rows()), change, {
        tagged: outcome.done,
        failed: outcome.failed,
      });
      return ok({ taggedCount: outcome.doneCount(), ...outcome.failures() });
    },

    async 'selection.transfer'({ selectionId, to, conflict, removeSource }) {
      const found = find(selectionId);
      if (!found.ok) return found;
      if ('folder' in to && !isAbsolute(to.folder)) {
        return err(appError('InvalidInput', { field: 'folder', reason: 'an absolute path is needed' }));
      }
      const { place } = found.value;
      const source = place.type === 'host' ? null : await openPlace(place);
      if (source?.ok === false) return source;
      const isSameServer = await leadToTheSame(opener, source?.value ?? null, to);
      if (!isSameServer.ok) return isSameServer;
      const rules = { pathRules, separator: sep, isSameServer: isSameServer.value };
      const request = await selectionRequest(found.value, { to, conflict, removeSource }, rules);
      return request.ok ? startTransfer(request.value) : request;
    },
  };
}

function* keysOf(rows: Iterable<ListingRow>): Generator<string> {
  for (const row of rows) if (row.type === 'object') yield row.key;
}

function prefixesOf(rows: Iterable<ListingRow>): string[] {
  const prefixes: string[] = [];
  for (const row of rows) if (row.type === 'folder') prefixes.push(row.prefix);
  return prefixes;
}

/** Files that cannot be read are left out here; the job will name them. */
async function countBelow(files: Pick<LocalFiles, 'walk'>, rows: Iterable<ListingRow>): Promise<Result<ObjectCount>> {
  const count = { objects: 0, bytes: 0 };
  for (const row of rows) {
    if (row.type !== 'hostFolder') continue;
    for await (const { info } of files.walk(row.path, 'follow', new AbortController().signal)) {
      if (!info.ok || info.value.type !== 'file') continue;
      count.objects += 1;
      count.bytes += info.value.sizeBytes;
    }
  }
  return ok(count);
}

/** Counts what was done, and names the first thousand of what was not. `tell` is called with each. */
function createOutcome(tell: (doneCount: number, failedCount: number) => void) {
  const failed: { key: string; error: AppError }[] = [];
  let [doneCount, failedCount] = [0, 0];
  return {
    done: () => {
      doneCount += 1;
      tell(doneCount, failedCount);
    },
    failed: (key: string, error: AppError) => {
      failedCount += 1;
      if (failed.length < namesTold) failed.push({ key, error });
      tell(doneCount, failedCount);
    },
    doneCount: () => doneCount,
    failures: () => ({ failedCount, failed }),
  };
}

async function leadToTheSame(
  opener: ConnectionOpener,
  source: OpenConnection | null,
  to: { readonly folder: string } | { readonly connectionId: ConnectionId },
): Promise<Result<boolean>> {
  if (source === null || 'folder' in to) return ok(false);
  if (source.id === to.connectionId) return ok(true);
  const target = await opener.open(to.connectionId);
  return target.ok ? ok(serverAddress(source) === serverAddress(target.value)) : target;
}
