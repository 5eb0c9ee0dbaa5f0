import type { ListingRow } from '../../shared/domain/listing.ts';
import type { PreviewSource } from '../../shared/domain/preview.ts';
import type { Place } from '../stores/place.ts';

/** What of a row can be previewed, and a text that changes when its bytes do; null for folders and buckets. */
export function previewSourceOf(
  place: Place,
  row: ListingRow,
): { readonly source: PreviewSource; readonly version: string } | null {
  if (row.type === 'hostFile') {
    return { source: { path: row.path }, version: `${row.sizeBytes} ${row.modifiedMs ?? ''}` };
  }
  if (row.type !== 'object' || place.bucket === null) return null;
  return {
    source: { connectionId: place.connectionId, bucket: place.bucket, key: row.key },
    version: `${row.sizeBytes} ${row.modifiedMs ?? ''} ${row.etag ?? ''}`,
  };
}
