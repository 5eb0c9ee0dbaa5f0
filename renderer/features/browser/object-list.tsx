import { type ReactNode, type Ref, useContext } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionView } from '../../../shared/domain/connection.ts';
import type { ListingRow, ListingView } from '../../../shared/domain/listing.ts';
import type { Listing } from '../../listing/use-listing.ts';
import { type Place, placeName } from '../../stores/place.ts';
import type { GridHandle, GridProps } from '../../ui/grid/grid-types.ts';
import { VirtualGrid } from '../../ui/grid/virtual-grid.tsx';
import { useGridWords } from '../../words/use-grid-words.ts';
import { DropRowContext } from './drop-row-context.ts';
import type { Columns } from './use-columns.ts';

type FromGrid = Pick<
  GridProps<ListingRow>,
  | 'onSelect'
  | 'onOpen'
  | 'onPreview'
  | 'onType'
  | 'onRange'
  | 'rowState'
  | 'onRowDragStart'
  | 'onRowDragEnd'
  | 'editing'
>;

type Props = FromGrid & {
  readonly connection: ConnectionView;
  readonly place: Place;
  readonly listing: Listing;
  readonly columns: Columns;
  readonly view: ListingView;
  /** Lies over the rows where there are none. */
  readonly over: ReactNode;
  readonly handle: Ref<GridHandle>;
};

/** Rows that stand for what is on its way before anything is known. */
const skeletonRows = 12;

export function isLoading({ status, error }: Listing): boolean {
  return error === null && (status === null || (status.total === 0 && status.state === 'listing'));
}

/** The rows of a place as a grid, and what is shown in their stead. */
export function ObjectList({ connection, place, listing, columns, view, over, ...grid }: Props) {
  const { t } = useTranslation();
  const words = useGridWords();
  const dropIndex = useContext(DropRowContext);
  const loading = isLoading(listing);
  return (
    <>
      <VirtualGrid
        {...grid}
        label={
          place.bucket === null
            ? t('browser.bucketsLabel', { connection: connection.name })
            : t('browser.listLabel', { place: placeName(place), connection: connection.name })
        }
        words={words}
        columns={columns.columns}
        onColumnsChange={columns.onColumns}
        count={loading ? skeletonRows : (listing.status?.count ?? 0)}
        placeholders={loading}
        rowAt={listing.rowAt}
        selected={listing.selected}
        cursor={listing.cursor}
        sort={{ by: view.sortBy, descending: view.descending }}
        onSort={columns.onSort}
        dropIndex={dropIndex}
        contentKey={`${view.sortBy} ${view.descending} ${view.filter}`}
      />
      {over}
    </>
  );
}
