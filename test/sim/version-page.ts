import type { ListVersionsRequest, ObjectVersion, VersionPage } from '../../main/s3/object-store.ts';
import { compareKeys } from '../../shared/domain/key-order.ts';
import { ok, type Result } from '../../shared/result.ts';
import { type Bucket, type DeleteMarker, refuse, type Version } from './server.ts';

export const isMarker = (entry: Version | DeleteMarker): entry is DeleteMarker => 'isDeleteMarker' in entry;

/** What is kept of a key, the newest first. */
export function historyOf({ versions, markers }: Bucket, key: string): readonly (Version | DeleteMarker)[] {
  const kept = (versions.get(key) ?? []).filter(({ versionId, goneStep }) => versionId !== null || goneStep === null);
  return [...kept, ...(markers.get(key) ?? [])].sort((a, b) => b.number - a.number);
}

/** Answers as ListObjectVersions does. */
export function versionPageOf(bucket: Bucket, asked: ListVersionsRequest, pageSize: number): Result<VersionPage> {
  if (bucket.keepsVersions === 'unlisted') return refuse('AccessDenied', 403, { bucket: asked.bucket });
  const { prefix, keyMarker = '', versionIdMarker } = asked;
  const keys = [...new Set([...bucket.versions.keys(), ...bucket.markers.keys()])].sort(compareKeys);
  const all: ObjectVersion[] = [];
  for (const key of keys) {
    const goesOn = key === keyMarker && versionIdMarker !== undefined;
    if (!key.startsWith(prefix) || (compareKeys(key, keyMarker) <= 0 && !goesOn)) continue;
    const rows = historyOf(bucket, key).map((entry, index) => rowOf(key, entry, index === 0));
    all.push(...(goesOn ? rows.slice(rows.findIndex((row) => row.versionId === versionIdMarker) + 1) : rows));
  }
  const versions = all.slice(0, Math.min(pageSize, asked.maxKeys ?? pageSize));
  const last = versions.length < all.length ? versions.at(-1) : undefined;
  const next = last === undefined ? null : { keyMarker: last.key, versionIdMarker: last.versionId };
  return ok({ versions, next });
}

function rowOf(key: string, entry: Version | DeleteMarker, isLatest: boolean): ObjectVersion {
  const lastModified = new Date(entry.modifiedMs).toISOString();
  const common = { key, isLatest, lastModified };
  if (isMarker(entry))
    return {
      ...common,
      versionId: `marker-${entry.number}`,
      isDeleteMarker: true,
      sizeBytes: 0,
      etag: null,
      storageClass: null,
    };
  return {
    ...common,
    versionId: entry.versionId ?? 'null',
    isDeleteMarker: false,
    sizeBytes: entry.bytes.length,
    etag: entry.etag,
    storageClass: 'STANDARD',
  };
}
