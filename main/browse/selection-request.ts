import type { ConnectionId } from '../../shared/domain/ids.ts';
import { keyToNames, namesToKey, type PathRules } from '../../shared/domain/key-path.ts';
import type { ListingRow } from '../../shared/domain/listing.ts';
import type {
  ConflictPolicy,
  CopyRequest,
  DownloadRequest,
  TransferRequest,
  UploadRequest,
} from '../../shared/domain/transfer.ts';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { HeldSelection } from './held-selection.ts';

export type TransferTarget =
  | { readonly folder: string }
  | { readonly connectionId: ConnectionId; readonly bucket: string; readonly prefix: string };

export type SelectionTransfer = {
  readonly to: TransferTarget;
  readonly conflict: ConflictPolicy;
  readonly removeSource: boolean;
};

export type RequestRules = {
  readonly pathRules: PathRules;
  readonly separator: string;
  /** Two connections may lead to the same bucket: then it cannot be copied into itself through the other one. */
  readonly isSameServer: boolean;
};

/**
 * The job that takes what is selected to the target, each item under its own name. InvalidInput when nothing is
 * selected, TargetInsideSource when a folder would go into itself or an item to where it is, Unsupported between two
 * folders of this machine and for several buckets at once. A million items are put together in steps.
 */
export async function selectionRequest(
  held: HeldSelection,
  { to, ...how }: SelectionTransfer,
  rules: RequestRules,
): Promise<Result<TransferRequest>> {
  const { place, summary, rows } = held;
  if (summary.items === 0) return err(appError('InvalidInput', { field: 'selection', reason: 'nothing is selected' }));
  const common = { ...how, skipSame: false, whenOffline: 'wait' as const };
  if (place.type === 'host') {
    if ('folder' in to) return err(appError('Unsupported', { what: 'Copying between folders of this computer' }));
    const { connectionId, bucket, prefix } = to;
    const items = await gather(rows(), (row) => uploadItem(row, prefix, rules.pathRules));
    return ok({
      kind: 'upload',
      ...common,
      connectionId,
      bucket,
      items,
      preserve: true,
      links: 'follow',
      fromSpool: false,
      emptyFolders: true,
    });
  }
  const from = sourceOf(place, rows());
  if (from === null) return err(appError('Unsupported', { what: 'Copying several buckets at once' }));
  const { connectionId } = place;
  const whole = wholeFolder(held, how.removeSource);
  if ('folder' in to) {
    const items =
      whole !== null
        ? [{ prefix: whole, folder: to.folder }]
        : await gather(from.items, (item) => [downloadItem(item, to.folder, rules)]);
    return ok({ kind: 'download', ...common, connectionId, bucket: from.bucket, items, preserve: true });
  }
  const isSameBucket = rules.isSameServer && to.bucket === from.bucket;
  let isRefused = false;
  const items: CopyRequest['items'] = await gather(from.items, (item) => {
    isRefused ||= isSameBucket && isInside(item, to.prefix);
    return [copyItem(item, to.prefix)];
  });
  if (isRefused) return err(appError('TargetInsideSource', { target: `${to.bucket}/${to.prefix}` }));
  // Its contents may only go where they are not listed again, and its own marker needs a name there.
  if (whole !== null && to.prefix !== '' && !(isSameBucket && to.prefix.startsWith(whole))) {
    items.splice(0, items.length, { prefix: whole, toPrefix: to.prefix });
  }
  const elsewhere = to.connectionId === connectionId ? {} : { toConnectionId: to.connectionId };
  return ok({ kind: 'copy', ...common, connectionId, ...elsewhere, bucket: from.bucket, toBucket: to.bucket, items });
}

/** Items made between two pauses. */
const stepItems = 2000;

async function gather<T, U>(values: Iterable<T>, make: (value: T) => readonly U[]): Promise<U[]> {
  const made: U[] = [];
  let seen = 0;
  for (const value of values) {
    made.push(...make(value));
    if (++seen % stepItems === 0) await nextTurn();
  }
  return made;
}

/** From here on it is better to list the folder once more than to ask for each object. */
const manyItems = 100;

/**
 * The prefix, when it is all that a folder holds. Never for what is removed afterwards: what came since was not selected.
 */
function wholeFolder({ place, summary, isEverything }: HeldSelection, removeSource: boolean): string | null {
  if (place.type !== 'folder' || removeSource) return null;
  return isEverything && summary.items >= manyItems ? place.prefix : null;
}

/** An object or a folder of a bucket; `name` has no slash at the end. */
type Item = { readonly name: string } & ({ readonly key: string } | { readonly prefix: string });

/** Null for several buckets: a job has one. A bucket is a folder that holds everything in it. */
function sourceOf(
  place: Exclude<HeldSelection['place'], { type: 'host' }>,
  rows: Iterable<ListingRow>,
): { readonly bucket: string; readonly items: Iterable<Item> } | null {
  if (place.type === 'folder') return { bucket: place.bucket, items: itemsOf(rows) };
  const [first, ...others] = rows;
  if (first === undefined || others.length > 0) return null;
  return { bucket: first.name, items: [{ name: first.name, prefix: '' }] };
}

function* itemsOf(rows: Iterable<ListingRow>): Generator<Item> {
  for (const row of rows) {
    if (row.type === 'object') yield { name: row.name, key: row.key };
    else if (row.type === 'folder') yield { name: row.name, prefix: row.prefix };
  }
}

function uploadItem(row: ListingRow, prefix: string, rules: PathRules): UploadRequest['items'] {
  const key = prefix + namesToKey([row.name], rules);
  if (row.type === 'hostFile') return [{ file: row.path, key }];
  return row.type === 'hostFolder' ? [{ folder: row.path, prefix: `${key}/` }] : [];
}

function downloadItem(
  item: Item,
  folder: string,
  { separator, pathRules }: RequestRules,
): DownloadRequest['items'][number] {
  const base = folder.endsWith(separator) ? folder.slice(0, -separator.length) : folder;
  // As the file system can hold it: a name never leads out of the folder.
  const path = [base, ...keyToNames(item.name, pathRules)].join(separator);
  return 'key' in item ? { key: item.key, file: path } : { prefix: item.prefix, folder: path };
}

function copyItem(item: Item, prefix: string): CopyRequest['items'][number] {
  const target = prefix + item.name;
  return 'key' in item ? { key: item.key, toKey: target } : { prefix: item.prefix, toPrefix: `${target}/` };
}

/** A folder that would go into itself, or an item that would go where it is. */
function isInside(item: Item, targetPrefix: string): boolean {
  if ('key' in item) return item.key === targetPrefix + item.name;
  return targetPrefix.startsWith(item.prefix) || item.prefix === `${targetPrefix}${item.name}/`;
}
