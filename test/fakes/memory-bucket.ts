import type { Tags } from '../../shared/domain/object-texts.ts';
import type {
  ListPage,
  ListPageRequest,
  ListVersionsRequest,
  ObjectHeaders,
  ObjectVersion,
  VersionPage,
} from '../../main/s3/object-store.ts';

export type MemoryObject = {
  readonly bytes: Uint8Array;
  readonly etag: string;
  readonly modifiedMs: number;
  readonly headers: ObjectHeaders;
  readonly tags?: Tags;
  readonly versionId?: string;
};

/** `object` is null in a delete marker. */
export type MemoryVersion = {
  readonly versionId: string;
  readonly modifiedMs: number;
  readonly object: MemoryObject | null;
};

export type MemoryUpload = {
  readonly uploadId: string;
  readonly key: string;
  readonly headers: ObjectHeaders;
  readonly initiatedMs: number;
  readonly parts: Map<number, { readonly bytes: Uint8Array; readonly etag: string }>;
};

export type MemoryBucket = {
  readonly createdMs: number;
  readonly region: string;
  /** The latest version of each, unless that is a delete marker. */
  readonly objects: Map<string, MemoryObject>;
  /** In a versioned bucket all versions of each key, newest first. */
  readonly versions?: Map<string, readonly MemoryVersion[]>;
  /** What is written from now on is version `null`, in place of the one before. */
  readonly isSuspended?: boolean;
  readonly uploads: Map<string, MemoryUpload>;
};

export function pageOf(bucket: MemoryBucket, request: ListPageRequest, maxKeys: number): ListPage {
  const { prefix, delimiter } = request;
  const after = request.continuationToken ?? request.startAfter ?? '';
  const keys = [...bucket.objects.keys()].filter((key) => key.startsWith(prefix)).sort(compareUtf8);
  const objects: ListPage['objects'][number][] = [];
  const prefixes: string[] = [];
  let last = '';
  for (const key of keys) {
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const entry = cut < 0 ? key : key.slice(0, cut + 1);
    const isPrefix = cut >= 0;
    // A page that ended with a common prefix goes on after everything below it.
    if (after !== '' && (compareUtf8(entry, after) <= 0 || (isPrefix && entry === after))) continue;
    if (isPrefix && prefixes.at(-1) === entry) continue;
    if (objects.length + prefixes.length === maxKeys) return { objects, prefixes, continuationToken: last };
    last = entry;
    if (isPrefix) prefixes.push(entry);
    else objects.push(rowOf(key, bucket.objects.get(key) as MemoryObject));
  }
  return { objects, prefixes, continuationToken: null };
}

/** All of a key, newest first. */
export function versionsOf(bucket: MemoryBucket, key: string): readonly MemoryVersion[] {
  if (bucket.versions !== undefined) return bucket.versions.get(key) ?? [];
  const object = bucket.objects.get(key);
  return object === undefined ? [] : [{ versionId: 'null', modifiedMs: object.modifiedMs, object }];
}

export function setLatest(bucket: MemoryBucket, key: string, object: MemoryObject | null): void {
  if (object === null) bucket.objects.delete(key);
  else bucket.objects.set(key, object);
}

export function versionPageOf(bucket: MemoryBucket, request: ListVersionsRequest, maxKeys: number): VersionPage {
  const { prefix, keyMarker = '', versionIdMarker } = request;
  const keys = [...new Set([...bucket.objects.keys(), ...(bucket.versions?.keys() ?? [])])].sort(compareUtf8);
  const all: ObjectVersion[] = [];
  for (const key of keys) {
    const isMarked = key === keyMarker && versionIdMarker !== undefined;
    if (!key.startsWith(prefix) || (compareUtf8(key, keyMarker) <= 0 && !isMarked)) continue;
    const rows = versionsOf(bucket, key).map(({ versionId, modifiedMs, object }, index) => ({
      key,
      versionId,
      isLatest: index === 0,
      isDeleteMarker: object === null,
      sizeBytes: object?.bytes.byteLength ?? 0,
      etag: object?.etag ?? null,
      lastModified: new Date(modifiedMs).toISOString(),
      storageClass: object === null ? null : 'STANDARD',
    }));
    all.push(...(isMarked ? rows.slice(rows.findIndex((row) => row.versionId === versionIdMarker) + 1) : rows));
  }
  const versions = all.slice(0, maxKeys);
  const last = all.length > maxKeys ? versions.at(-1) : undefined;
  return { versions, next: last ? { keyMarker: last.key, versionIdMarker: last.versionId } : null };
}

export function rowOf(key: string, object: MemoryObject): ListPage['objects'][number] {
  return {
    key,
    sizeBytes: object.bytes.byteLength,
    lastModified: new Date(object.modifiedMs).toISOString(),
    etag: object.etag,
    storageClass: 'STANDARD',
  };
}

/** S3's order: that of the UTF-8 bytes, which is not that of UTF-16 code units. */
export function compareUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
