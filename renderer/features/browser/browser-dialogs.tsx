import type { ConnectionView } from '../../../shared/domain/connection.ts';
import { assertNever } from '../../../shared/result.ts';
import type { HeldSelection } from '../../listing/listing-session.ts';
import type { Place } from '../../stores/place.ts';
import { DeleteDialog } from './delete-dialog.tsx';
import { LinkDialog } from './link-dialog.tsx';
import { NewBucketDialog, NewFolderDialog } from './name-dialogs.tsx';
import { asBucketPlace } from './transfer-target.ts';

export type BrowserDialog =
  | { readonly kind: 'delete'; readonly held: HeldSelection }
  | { readonly kind: 'link'; readonly key: string; readonly name: string }
  | { readonly kind: 'folder' }
  | { readonly kind: 'bucket' };

type Props = {
  readonly dialog: BrowserDialog;
  readonly connection: ConnectionView;
  readonly place: Place;
  readonly onClose: () => void;
  /** A folder or bucket of that name has been made. */
  readonly onMade: (name: string) => void;
};

export function BrowserDialogs({ dialog, connection, place, onClose, onMade }: Props) {
  const inBucket = asBucketPlace(place);
  switch (dialog.kind) {
    case 'delete':
      return <DeleteDialog held={dialog.held} buckets={place.bucket === null} onClose={onClose} />;
    case 'bucket':
      return <NewBucketDialog connection={connection} onClose={onClose} onMade={onMade} />;
    case 'folder':
      return inBucket ? <NewFolderDialog place={inBucket} onClose={onClose} onMade={onMade} /> : null;
    case 'link':
      return inBucket ? (
        <LinkDialog place={inBucket} objectKey={dialog.key} name={dialog.name} onClose={onClose} />
      ) : null;
    default:
      return assertNever(dialog);
  }
}
