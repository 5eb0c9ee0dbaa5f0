import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListingRow } from '../../../shared/domain/listing.ts';
import { downloadLink } from '../../bridge/download-link.ts';
import type { Listing } from '../../listing/use-listing.ts';
import { useRowDrag as useListingDrag } from '../../listing/use-row-drag.ts';
import { useAppInfo } from '../../stores/app-info.ts';
import type { Place } from '../../stores/place.ts';
import { showDragCount } from './drag-count.ts';
import { asBucketPlace } from './transfer-target.ts';

/** Dragging rows of a bucket: to the local pane, to another folder, and one object out of a browser to the desktop. */
export function useRowDrag(place: Place, listing: Listing, chosen: number, single: ListingRow | undefined) {
  const { t } = useTranslation();
  const host = useAppInfo((state) => state.info?.host);
  const source = useMemo(() => {
    const from = asBucketPlace(place);
    return from && { type: 'objects' as const, place: from };
  }, [place]);
  const onStart = useCallback(
    (data: DataTransfer, row: ListingRow, items: number) => {
      const only = single ?? (chosen === 0 ? row : undefined);
      if (host === 'web' && source && only?.type === 'object') {
        // Dropped on the desktop, the browser downloads it.
        const url = new URL(downloadLink(source.place, only.key), window.location.href);
        data.setData('DownloadURL', `application/octet-stream:${only.name.replaceAll(':', '_')}:${url.href}`);
      }
      if (items > 1) showDragCount(data, t('browser.dragCount', { count: items }));
    },
    [source, single, chosen, host, t],
  );
  return useListingDrag(listing, { source, effects: 'copyMove', onStart });
}
