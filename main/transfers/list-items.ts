import { setImmediate as nextTurn } from 'node:timers/promises';
import { appError } from '../../shared/errors.ts';
import type { ObjectRow } from '../../shared/domain/listing.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { ObjectStore } from '../s3/object-store.ts';

type Listing = {
  readonly connection: { readonly store: Pick<ObjectStore, 'head' | 'listAll' | 'listPage'> };
  readonly signal: AbortSignal;
};
type Listed = Pick<ObjectRow, 'key' | 'sizeBytes' | 'etag' | 'lastModified'>;
/** `rest` is the key below the item's prefix; empty for one that is named. */
export type FoundObject = Listed & {
  readonly rest: string;
  readonly isPinned?: boolean;
  readonly pinnedVersionId?: string | undefined;
};
type Named = {
  readonly key: string;
  readonly seen?:
    | (Pick<ObjectRow, 'sizeBytes' | 'etag' | 'lastModified'> & { readonly versionId?: string | undefined })
    | undefined;
};
type Below = { readonly prefix: string };
type ItemObjects<I> = {
  readonly item: I;
  readonly found: AsyncIterable<Result<FoundObject>> | Iterable<Result<FoundObject>>;
};

/** Up to here each key of a folder is asked for by itself; more of them are found faster by listing the folder. */
const keysAskedSingly = 20;
/** A folder in which fewer than this are found for each page of it holds too much else. */
const keysWorthAPage = 20;
const asksUnderWay = 8;
/** Items looked at between two pauses. */
const scanItems = 10_000;

/**
 * The objects of each item: all below a prefix, or the one that is named (as it was seen, where the request says so). Of many
 * that are named in one folder those that a listing shows are taken from there, the others are asked for; they come together,
 * where the first of them stands.
 */
export async function* listItems<I extends Named | Below>(
  context: Listing,
  request: { readonly bucket: string; readonly items: readonly I[] },
): AsyncGenerator<ItemObjects<I>> {
  const { bucket, items } = request;
  const byFolder = await namedByFolder(items);
  for (const item of items) {
    if (context.signal.aborted) return;
    if ('prefix' in item) {
      yield { item, found: listBelow(context, bucket, item.prefix) };
      continue;
    }
    if (!isNamed(item)) continue;
    if (item.seen !== undefined) {
      const { versionId: pinnedVersionId, ...seen } = item.seen;
      yield { item, found: [ok({ key: item.key, ...seen, rest: '', isPinned: true, pinnedVersionId })] };
      continue;
    }
    const folder = folderOf(item.key);
    const named = byFolder.get(folder);
    if (named === undefined) continue;
    byFolder.delete(folder);
    yield* findNamed(context, bucket, folder, named);
  }
}

async function namedByFolder<I extends Named | Below>(items: readonly I[]): Promise<Map<string, (I & Named)[]>> {
  const groups = new Map<string, (I & Named)[]>();
  for (const [index, item] of items.entries()) {
    if (index % scanItems === scanItems - 1) await nextTurn();
    if (!isNamed(item) || item.seen !== undefined) continue;
    const folder = folderOf(item.key);
    const group = groups.get(folder);
    if (group === undefined) groups.set(folder, [item]);
    else group.push(item);
  }
  return groups;
}

/** Those that a listing shows first. */
async function* findNamed<I extends Named>(
  context: Listing,
  bucket: string,
  folder: string,
  items: readonly I[],
): AsyncGenerator<ItemObjects<I>> {
  let rest = items;
  if (items.length > keysAskedSingly) {
    const wanted = new Map<string, I[]>();
    for (const [index, item] of items.entries()) {
      if (index % scanItems === scanItems - 1) await nextTurn();
      const same = wanted.get(item.key);
      if (same === undefined) wanted.set(item.key, [item]);
      else same.push(item);
    }
    yield* findInListing(context, bucket, folder, wanted);
    rest = [...wanted.values()].flat();
  }
  for (let from = 0; from < rest.length && !context.signal.aborted; from += asksUnderWay) {
    const asked = rest.slice(from, from + asksUnderWay);
    const answers = await Promise.all(
      asked.map(({ key }) => context.connection.store.head(bucket, key, context.signal)),
    );
    for (const [index, item] of asked.entries()) {
      const head = answers[index] as (typeof answers)[number];
      yield { item, found: [head.ok ? ok({ ...head.value, key: item.key, rest: '' }) : head] };
    }
  }
}

/** Takes what it finds out of `wanted`. Gives up where that is worth no more, or is not allowed. */
async function* findInListing<I extends Named>(
  context: Listing,
  bucket: string,
  folder: string,
  wanted: Map<string, I[]>,
): AsyncGenerator<ItemObjects<I>> {
  const { store } = context.connection;
  let continuationToken: string | undefined;
  let taken = 0;
  for (let pages = 1; ; pages += 1) {
    const request = { bucket, prefix: folder, delimiter: '/', continuationToken, signal: context.signal } as const;
    const page = await store.listPage(request);
    if (!page.ok) return;
    for (const object of page.value.objects) {
      const named = wanted.get(object.key);
      if (named === undefined) continue;
      wanted.delete(object.key);
      taken += 1;
      for (const item of named) yield { item, found: [ok({ ...object, rest: '' })] };
    }
    continuationToken = page.value.continuationToken ?? undefined;
    if (continuationToken === undefined || wanted.size === 0 || taken < pages * keysWorthAPage) return;
    if (context.signal.aborted) return;
  }
}

async function* listBelow(context: Listing, bucket: string, prefix: string): AsyncGenerator<Result<FoundObject>> {
  const { connection, signal } = context;
  for await (const listed of connection.store.listAll({ bucket, prefix, signal })) {
    if (!listed.ok) {
      yield listed;
      return;
    }
    for (const object of listed.value.rows()) {
      // A server that ignores the prefix: nobody asked for the rest of the bucket, and a move would delete it.
      if (!object.key.startsWith(prefix)) {
        yield err(appError('NotAnS3Endpoint', { bucket, prefix, key: object.key }));
        return;
      }
      yield ok({ ...object, rest: object.key.slice(prefix.length) });
    }
    if (signal.aborted) return;
  }
}

function isNamed<I extends Named | Below>(item: I): item is I & Named {
  return 'key' in item;
}

/** `a/b/` of `a/b/c`. */
function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}
