import { err, ok, type Result } from '../../shared/result.ts';
import type { ListPage, ObjectStore } from '../s3/object-store.ts';
import type { RowTable } from './row-table.ts';
import { withSuggestion } from '../s3/suggest-name.ts';

/** Adds the rows of a place to a table, yielding after each page; ends after the first failure. */
export type ListingSource = (table: RowTable, signal: AbortSignal) => AsyncGenerator<Result<void>>;

export function bucketSource(store: ObjectStore): ListingSource {
  return async function* listBuckets(table, signal) {
    const buckets = await store.listBuckets(signal);
    if (!buckets.ok) {
      yield buckets;
      return;
    }
    for (const bucket of buckets.value) table.addBucket(bucket.name, bucket.createdMs);
    yield ok();
  };
}

/** The next page is on its way while one is taken in. */
export function folderSource(store: ObjectStore, bucket: string, prefix: string): ListingSource {
  return async function* listFolder(table, signal) {
    /** Folders seen: some servers repeat a common prefix on the next page. */
    const folders = new Set<string>();
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
      addPage(table, folders, page.value, prefix);
      yield ok();
      if (token === null) return;
    }
  };
}

function addPage(table: RowTable, folders: Set<string>, page: ListPage, prefix: string): void {
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
