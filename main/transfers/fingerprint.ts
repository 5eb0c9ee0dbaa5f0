import type { ObjectRow } from '../../shared/domain/listing.ts';
import { sameEtag } from '../s3/etag.ts';
import type { VersionChoice } from '../s3/object-store.ts';
import type { Fingerprint } from './journal.ts';
import type { FileInfo } from './files/file-info.ts';

export function localFingerprint(info: FileInfo): Extract<Fingerprint, { type: 'local' }> {
  const { sizeBytes, modifiedMs, inode, modifiedNanos, mode } = info;
  return {
    type: 'local',
    sizeBytes,
    modifiedMs,
    inode,
    ...(modifiedNanos === undefined ? {} : { modifiedNanos }),
    ...(mode === undefined || mode === null ? {} : { mode }),
  };
}

/** Of an object as it was listed or looked at. */
export function objectFingerprint(
  object: Pick<ObjectRow, 'sizeBytes' | 'etag' | 'lastModified'> & {
    readonly isPinned?: boolean;
    readonly pinnedVersionId?: string | undefined;
  },
): Extract<Fingerprint, { type: 'object' }> {
  const { sizeBytes, etag } = object;
  const { pinnedVersionId } = object;
  const pinned = object.isPinned === true ? ({ isPinned: true } as const) : {};
  const version = pinnedVersionId === undefined ? {} : { pinnedVersionId };
  return { type: 'object', sizeBytes, etag, modifiedMs: modifiedMsOf(object), ...pinned, ...version };
}

/** The version that a download is of; none: the newest. */
export function versionOf({ fingerprint }: { readonly fingerprint: Fingerprint }): VersionChoice {
  return fingerprint.type === 'object' ? { versionId: fingerprint.pinnedVersionId } : {};
}

/** Null when the server does not say, or nothing that is a date. */
export function modifiedMsOf({ lastModified }: Pick<ObjectRow, 'lastModified'>): number | null {
  const modifiedMs = lastModified === null ? Number.NaN : Date.parse(lastModified);
  return Number.isNaN(modifiedMs) ? null : modifiedMs;
}

export function sameFingerprint(a: Fingerprint, b: Fingerprint): boolean {
  if (a.sizeBytes !== b.sizeBytes) return false;
  if (a.type === 'local') return b.type === 'local' && a.modifiedMs === b.modifiedMs && a.inode === b.inode;
  return b.type === 'object' && sameEtag(a.etag, b.etag);
}
