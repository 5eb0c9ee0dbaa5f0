import type { ListingRow } from '../../../shared/domain/listing.ts';
import type { TransferRequestInput } from '../../../shared/domain/transfer.ts';
import type { BucketPlace } from '../../stores/place.ts';

type CopyItem = Extract<TransferRequestInput, { kind: 'copy' }>['items'][number];

/** Copies of rows beside themselves: objects get a free name from the engine, folders get one here. */
export async function duplicateRequest(
  place: BucketPlace,
  rows: readonly ListingRow[],
  isTaken: (name: string) => Promise<boolean>,
): Promise<TransferRequestInput> {
  const items: CopyItem[] = [];
  for (const row of rows) {
    if (row.type === 'object') items.push({ key: row.key, toKey: row.key });
    if (row.type === 'folder') {
      items.push({ prefix: row.prefix, toPrefix: `${place.prefix}${await freeName(row.name, isTaken)}/` });
    }
  }
  const { connectionId, bucket } = place;
  return { kind: 'copy', connectionId, bucket, toBucket: bucket, conflict: 'keep-both', removeSource: false, items };
}

/** `name (2)`, or the first number after that which is free. */
async function freeName(name: string, isTaken: (name: string) => Promise<boolean>): Promise<string> {
  for (let number = 2; ; number += 1) {
    const tried = `${name} (${number})`;
    if (!(await isTaken(tried))) return tried;
  }
}
