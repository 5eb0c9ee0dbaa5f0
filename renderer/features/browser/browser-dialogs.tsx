import type { ConnectionView } from '../../../shared/domain/connection.ts';
import type { ListingRow } from '../../../shared/domain/listing.ts';
import { assertNever } from '../../../shared/result.ts';
import type { Place } from '../../stores/place.ts';
import { DeleteBucketsDialog } from './delete-buckets-dialog.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { LinkDialog } from './link-dialog.tsx';
import { NewBucketDialog, NewFolderDialog } from './name-dialogs.tsx';

export type BrowserDialog =
  | { readonly kind: 'delete'; readonly rows: readonly ListingRow[] }
  | { readonly kind: 'link'; readonly key: string; readonly name: string }
  | { readonly kind: 'folder' }
  | { readonly kind: 'bucket' };

type Props = {
  readonly dialog: BrowserDialog;
  readonly connection: ConnectionView;
  readonly place: Place;
  readonly onClose: () => void;
  readonly onDeleted: (ids: ReadonlySet<string>) => void;
};

export function BrowserDialogs({ dialog, connection, place, onClose, onDeleted }: Props) {
  if (dialog.kind === 'bucket') return <NewBucketDialog connection={connection} onClose={onClose} />;
  const { connectionId, bucket, prefix } = place;
  if (bucket === null) {
    if (dialog.kind !== 'delete') return null;
    return (
      <DeleteBucketsDialog connectionId={connectionId} rows={dialog.rows} onClose={onClose} onDeleted={onDeleted} />
    );
  }
  const inBucket = { connectionId, bucket, prefix };
  switch (dialog.kind) {
    case 'folder':
      return <NewFolderDialog place={inBucket} onClose={onClose} />;
    case 'link':
      return <LinkDialog place={inBucket} objectKey={dialog.key} name={dialog.name} onClose={onClose} />;
    case 'delete':
      return <DeleteDialog place={inBucket} rows={dialog.rows} onClose={onClose} onDeleted={onDeleted} />;
    default:
      return assertNever(dialog);
  }
}
