import type { ListingRow } from '../../../shared/domain/listing.ts';
import type { TransferRequestInput } from '../../../shared/domain/transfer.ts';
import type { BucketPlace } from '../../stores/place.ts';

type CopyItem = Extract<TransferRequestInput, { kind: 'copy' }>['items'][number];

/** Copies of rows beside themselves, under the first free `name (2).ext`; a name that is taken meanwhile stays with its owner. */
export async function duplicateRequest(
  place: BucketPlace,
  rows: readonly ListingRow[],
  isTaken: (name: string) => Promise<boolean>,
): Promise<TransferRequestInput> {
  const items: CopyItem[] = [];
  for (const row of rows) {
    if (row.type !== 'object' && row.type !== 'folder') continue;
    const copy = `${place.prefix}${await freeName(row.name, row.type === 'object', isTaken)}`;
    items.push(row.type === 'object' ? { key: row.key, toKey: copy } : { prefix: row.prefix, toPrefix: `${copy}/` });
  }
  const { connectionId, bucket } = place;
  return { kind: 'copy', connectionId, bucket, toBucket: bucket, conflict: 'keep-both', whenOffline: 'wait', items };
}

async function freeName(
  name: string,
  hasEnding: boolean,
  isTaken: (name: string) => Promise<boolean>,
): Promise<string> {
  const dot = hasEnding ? name.lastIndexOf('.') : -1;
  const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  for (let number = 2; ; number += 1) {
    const tried = `${stem} (${number})${ending}`;
    if (!(await isTaken(tried))) return tried;
  }
}
