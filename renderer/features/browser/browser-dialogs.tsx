import type { ConnectionView } from '../../../shared/domain/connection.ts';
import { assertNever } from '../../../shared/result.ts';
import type { Place } from '../../stores/place.ts';
import { BucketPlaceDialog } from './bucket-place-dialog.tsx';
import type { BrowserDialog } from './browser-dialog.ts';
import { DeleteDialog } from './delete-dialog.tsx';
import { LinkDialog } from './link-dialog.tsx';
import { MetadataDialog } from './metadata-dialog.tsx';
import { NewFolderDialog } from './name-dialogs.tsx';
import { NewBucketDialog } from './new-bucket-dialog.tsx';
import { TagManyDialog } from './tag-many-dialog.tsx';
import { TagsDialog } from './tags-dialog.tsx';
import { asBucketPlace } from './transfer-target.ts';

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
    case 'tags':
      return inBucket ? (
        <TagsDialog place={inBucket} objectKey={dialog.key} name={dialog.name} onClose={onClose} />
      ) : null;
    case 'metadata':
      return inBucket ? (
        <MetadataDialog place={inBucket} objectKey={dialog.key} name={dialog.name} onClose={onClose} />
      ) : null;
    case 'tagMany':
      return <TagManyDialog held={dialog.held} onClose={onClose} />;
    case 'location':
      return <BucketPlaceDialog connection={connection} bucket={dialog.bucket} onClose={onClose} />;
    default:
      return assertNever(dialog);
  }
}
