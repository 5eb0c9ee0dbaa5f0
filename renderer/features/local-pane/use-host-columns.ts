import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type ListingView, listingViewSchema } from '../../../shared/domain/listing.ts';
import type { ColumnLayout } from '../../../shared/domain/preferences.ts';
import { useChangePreferences } from '../../bridge/use-change-preferences.ts';
import { usePreferencesStore } from '../../stores/preferences-store.ts';
import { arrangeColumns, type GridLayout } from '../../ui/grid/column-layout.ts';
import { useFormat } from '../../words/use-format.ts';
import { hostColumns } from './host-columns.tsx';

const defaultLayout: ColumnLayout = { order: [], hidden: ['type'], widthsPx: {} };
const sorts = listingViewSchema.shape.sortBy;

/** Columns and sort of every folder of this machine, which the window remembers. */
export function useHostColumns() {
  const { t } = useTranslation();
  const format = useFormat();
  const change = useChangePreferences();
  const saved = usePreferencesStore((state) => state.preferences.columns['host']);
  const layout = saved ?? defaultLayout;
  const sortBy = sorts.catch('name').parse(layout.sortBy);
  const descending = layout.descending ?? false;
  const columns = useMemo(() => arrangeColumns(hostColumns(t, format), layout), [t, format, layout]);
  const view = useMemo((): ListingView => ({ sortBy, descending, filter: '' }), [sortBy, descending]);
  const save = useCallback((next: ColumnLayout) => change({ columns: { host: next } }), [change]);
  return {
    columns,
    view,
    onColumns: (next: GridLayout | null) => save({ ...(next ?? defaultLayout), sortBy, descending }),
    onSort: (columnId: string, down: boolean) => {
      const by = sorts.safeParse(columnId);
      if (by.success) save({ ...layout, sortBy: by.data, descending: down });
    },
  };
}
