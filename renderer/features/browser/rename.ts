import { maxKeyBytes } from '../../../shared/domain/connection.ts';
import type { ListingRow } from '../../../shared/domain/listing.ts';
import type { TransferRequestInput } from '../../../shared/domain/transfer.ts';
import { utf8Bytes } from '../../../shared/domain/utf8.ts';
import type { BucketPlace } from '../../stores/place.ts';

export type Renamable = Extract<ListingRow, { type: 'object' | 'folder' }>;

export function isRenamable(row: ListingRow | undefined): row is Renamable {
  return row?.type === 'object' || row?.type === 'folder';
}

export type NameProblem = 'empty' | 'slash' | 'tooLong' | 'taken';

/** Pure. What is wrong with the new name, apart from another row having it already. */
export function problemOfName(place: BucketPlace, row: Renamable, name: string): NameProblem | null {
  if (name === '') return 'empty';
  if (name.includes('/')) return 'slash';
  return utf8Bytes(`${place.prefix}${name}${row.type === 'folder' ? '/' : ''}`) > maxKeyBytes ? 'tooLong' : null;
}

/** Pure. A rename is a move of an object, or of everything below a folder; it never takes the place of anything. */
export function renameRequest(place: BucketPlace, row: Renamable, name: string): TransferRequestInput {
  const { connectionId, bucket, prefix } = place;
  return {
    kind: 'copy',
    connectionId,
    bucket,
    toBucket: bucket,
    conflict: 'fail',
    removeSource: true,
    whenOffline: 'wait',
    items: [
      row.type === 'object'
        ? { key: row.key, toKey: `${prefix}${name}` }
        : { prefix: row.prefix, toPrefix: `${prefix}${name}/` },
    ],
  };
}

/** Pure. The row as it is after that. */
export function renamed(place: BucketPlace, row: Renamable, name: string): Renamable {
  return row.type === 'object'
    ? { ...row, name, key: `${place.prefix}${name}` }
    : { ...row, name, prefix: `${place.prefix}${name}/` };
}

/** Pure. How much of the name is selected at first: that of an object without its ending. */
export function stemLength(row: Renamable): number {
  const dot = row.name.lastIndexOf('.');
  return row.type === 'object' && dot > 0 ? dot : row.name.length;
}
