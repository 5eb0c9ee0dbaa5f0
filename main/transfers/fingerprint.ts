import { sameEtag } from '../s3/etag.ts';
import type { Fingerprint } from './journal.ts';
import type { FileInfo } from './local-files.ts';

export function localFingerprint(info: FileInfo): Extract<Fingerprint, { type: 'local' }> {
  return { type: 'local', sizeBytes: info.sizeBytes, modifiedMs: info.modifiedMs, inode: info.inode };
}

export function sameFingerprint(a: Fingerprint, b: Fingerprint): boolean {
  if (a.sizeBytes !== b.sizeBytes) return false;
  if (a.type === 'local') return b.type === 'local' && a.modifiedMs === b.modifiedMs && a.inode === b.inode;
  return b.type === 'object' && sameEtag(a.etag, b.etag);
}
