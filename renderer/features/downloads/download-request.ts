import { keyToNames, type PathRules } from '../../../shared/domain/key-path.ts';
import type { ListingRow } from '../../../shared/domain/listing.ts';
import type { TransferRequestInput } from '../../../shared/domain/transfer.ts';
import type { BucketPlace } from '../../stores/place.ts';

type DownloadItem = Extract<TransferRequestInput, { kind: 'download' }>['items'][number];

/**
 * Pure. The download of these rows of `place` into `folder`, each under its own name as the file system can hold it;
 * null when there is nothing to download. A folder's or an object's name never leads out of `folder`.
 */
export function downloadRequest(
  place: BucketPlace,
  rows: readonly ListingRow[],
  folder: string,
  separator: string,
  rules: PathRules,
): TransferRequestInput | null {
  const base = folder.endsWith(separator) ? folder.slice(0, -separator.length) : folder;
  const below = (name: string) => [base, ...keyToNames(name, rules)].join(separator);
  const items = rows.flatMap((row): DownloadItem[] => {
    if (row.type === 'object') return [{ key: row.key, file: below(row.key.slice(place.prefix.length)) }];
    if (row.type === 'folder') {
      return [{ prefix: row.prefix, folder: below(row.prefix.slice(place.prefix.length, -1)) }];
    }
    return [];
  });
  if (items.length === 0) return null;
  return { kind: 'download', connectionId: place.connectionId, bucket: place.bucket, conflict: 'ask', items };
}
