import type { ConnectionView } from '../../../shared/domain/connection.ts';
import { formatS3Uri, parseS3Uri } from '../../../shared/domain/s3-uri.ts';
import { folderPrefix, type Place, rootOf } from '../../stores/place.ts';

/** The place as a person types it. */
export function addressOf(place: Place): string {
  return place.bucket === null ? 's3://' : formatS3Uri({ bucket: place.bucket, key: place.prefix });
}

export type AddressAnswer =
  | { readonly ok: true; readonly place: Place }
  | { readonly ok: false; readonly reason: 'invalid' | 'outside' };

const bucketPattern = /^[A-Za-z0-9._-]{1,255}$/;

/**
 * Reads `s3://bucket/folder/` or an address of the AWS console. The text after the last slash is taken as the name of
 * a folder; a restricted connection goes nowhere above its restriction.
 */
export function readAddress(text: string, connection: ConnectionView): AddressAnswer {
  const parsed = parseS3Uri(consoleAddress(text.trim()) ?? text.trim());
  if (!parsed.ok) return { ok: false, reason: 'invalid' };
  const { bucket, key } = parsed.value;
  const root = rootOf(connection);
  if (bucket === '') {
    return root.bucket === null ? { ok: true, place: root } : { ok: false, reason: 'outside' };
  }
  if (!bucketPattern.test(bucket)) return { ok: false, reason: 'invalid' };
  const place = { connectionId: connection.id, bucket, prefix: folderPrefix(key) };
  const inside = root.bucket === null || (root.bucket === bucket && place.prefix.startsWith(root.prefix));
  return inside ? { ok: true, place } : { ok: false, reason: 'outside' };
}

/** `https://…console.aws.amazon.com/s3/buckets/NAME?prefix=a/b/` as an S3 address; null for anything else. */
function consoleAddress(text: string): string | null {
  if (!text.startsWith('https://') || !URL.canParse(text)) return null;
  const url = new URL(text);
  const bucket = /^\/s3\/(?:buckets|object)\/([^/]+)/.exec(url.pathname)?.[1];
  if (bucket === undefined || !url.hostname.endsWith('console.aws.amazon.com')) return null;
  return `s3://${bucket}/${url.searchParams.get('prefix') ?? ''}`;
}
