import type { TFunction } from 'i18next';
import { useCallback, useMemo } from 'react';
import type { ColumnLayout } from '../../../shared/domain/preferences.ts';
import { type ListingRow, type ListingView, listingViewSchema } from '../../../shared/domain/listing.ts';
import { useChangePreferences } from '../../bridge/use-change-preferences.ts';
import type { Place } from '../../stores/place.ts';
import { usePreferencesStore } from '../../stores/preferences-store.ts';
import { arrangeColumns, type GridLayout } from '../../ui/grid/column-layout.ts';
import type { GridColumn } from '../../ui/grid/grid-types.ts';
import type { useFormat } from '../../words/use-format.ts';
import { bucketColumns, objectColumns } from './columns.tsx';

type Sort = Pick<ListingView, 'sortBy' | 'descending'>;

export type Columns = {
  readonly columns: readonly GridColumn<ListingRow>[];
  readonly sort: Sort;
  readonly onColumns: (layout: GridLayout | null) => void;
  readonly onSort: (columnId: string, descending: boolean) => void;
};

/** What few people look at every day. */
const hiddenAtFirst = ['etag'];
const defaultLayout: ColumnLayout = { order: [], hidden: hiddenAtFirst, widthsPx: {} };
const sorts = listingViewSchema.shape.sortBy;

/** The columns and the sort of a bucket (or of a connection's buckets), which the window remembers. */
export function useColumns(place: Place, t: TFunction, format: ReturnType<typeof useFormat>): Columns {
  const change = useChangePreferences();
  const key = place.bucket === null ? place.connectionId : `${place.connectionId}/${place.bucket}`;
  const inBucket = place.bucket !== null;
  const saved = usePreferencesStore((state) => state.preferences.columns[key]);
  const layout = saved ?? defaultLayout;

  const sortBy = sorts.catch('name').parse(layout.sortBy);
  const descending = layout.descending ?? false;
  const sort = useMemo(() => ({ sortBy, descending }), [sortBy, descending]);
  const columns = useMemo(
    () => arrangeColumns(inBucket ? objectColumns(t, format) : bucketColumns(t, format), layout),
    [inBucket, t, format, layout],
  );
  const save = useCallback((next: ColumnLayout) => change({ columns: { [key]: next } }), [change, key]);
  const onColumns = useCallback(
    (next: GridLayout | null) => save({ ...(next ?? defaultLayout), ...sort }),
    [save, sort],
  );
  const onSort = useCallback(
    (columnId: string, turned: boolean) => {
      const by = sorts.safeParse(columnId);
      if (!by.success) return;
      const { order, hidden, widthsPx } = layout;
      save({ order, hidden, widthsPx, sortBy: by.data, descending: turned });
    },
    [save, layout],
  );
  return { columns, sort, onColumns, onSort };
}
