import type { ConnectionView } from '../../../shared/domain/connection.ts';
import type { AppError } from '../../../shared/errors.ts';
import type { Listing } from '../../listing/use-listing.ts';
import type { Place } from '../../stores/place.ts';
import { EmptyList } from './empty-list.tsx';
import styles from './list.module.css';
import { isLoading } from './object-list.tsx';
import { PlaceFailure } from './place-failure.tsx';

type Props = {
  readonly connection: ConnectionView;
  readonly place: Place;
  readonly listing: Listing;
  readonly error: AppError | null;
  readonly filter: string;
  readonly onRetry: () => void;
  readonly onEditConnection: ((connection: ConnectionView) => void) | undefined;
  readonly onClearFilter: () => void;
  readonly onNewBucket: () => void;
  readonly onPickFiles: (what: 'files' | 'folder', target: Place) => void;
};

/** What is shown where there are no rows: why not, and what can be done. */
export function ListCover({ connection, place, listing, error, filter, ...on }: Props) {
  if ((listing.status?.count ?? 0) > 0 || isLoading(listing)) return null;
  const { onEditConnection } = on;
  return (
    <div className={styles.over}>
      {error ? (
        <PlaceFailure
          connection={connection}
          place={place}
          error={error}
          onRetry={on.onRetry}
          onEditConnection={onEditConnection && (() => onEditConnection(connection))}
        />
      ) : (
        <EmptyList
          place={place}
          filter={filter}
          onClearFilter={on.onClearFilter}
          onNewBucket={on.onNewBucket}
          onPickFiles={(what) => on.onPickFiles(what, place)}
        />
      )}
    </div>
  );
}
