import { type DragEvent, useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListingRow } from '../../../shared/domain/listing.ts';
import { downloadLink } from '../../bridge/download-link.ts';
import { useHeld } from '../../listing/use-held.ts';
import type { Listing } from '../../listing/use-listing.ts';
import { useAppInfo } from '../../stores/app-info.ts';
import { useDragStore } from '../../stores/drag-store.ts';
import type { Place } from '../../stores/place.ts';
import { showDragCount } from './drag-count.ts';
import { asBucketPlace } from './transfer-target.ts';

/** Marks a drag as one of this window's rows. */
const rowsType = 'application/x-bucket-brigade-rows';

/** Dragging rows out of the list: the engine holds what is selected from the start of the drag to its end. */
export function useRowDrag(place: Place, listing: Listing, chosen: number, single: ListingRow | undefined) {
  const { t } = useTranslation();
  const held = useHeld();
  const host = useAppInfo((state) => state.info?.host);
  const { hold, rowAt, status } = listing;

  const onRowDragStart = useCallback(
    (index: number, event: DragEvent<HTMLElement>) => {
      const from = asBucketPlace(place);
      const row = rowAt(index);
      if (!from || !row) return event.preventDefault();
      const { dataTransfer } = event;
      dataTransfer.effectAllowed = 'copyMove';
      dataTransfer.setData(rowsType, '');
      const only = single ?? (chosen === 0 ? row : undefined);
      if (host === 'web' && only?.type === 'object') {
        // Dropped on the desktop, the browser downloads it.
        const url = new URL(downloadLink(from, only.key), window.location.href);
        dataTransfer.setData('DownloadURL', `application/octet-stream:${only.name.replaceAll(':', '_')}:${url.href}`);
      }
      const items = Math.max(1, chosen);
      if (items > 1) showDragCount(dataTransfer, t('browser.dragCount', { count: items }));
      const answer = hold();
      const folders = row.type === 'object' ? 0 : 1;
      const summary =
        status?.selection.items === items
          ? status.selection
          : { items, folders, bytes: row.type === 'object' ? row.sizeBytes : 0 };
      useDragStore.setState({
        drag: {
          source: { type: 'objects', place: from },
          summary,
          names: [row.name],
          held: answer.then((result) => (result.ok ? result.value.selectionId : null)),
        },
      });
      // The names of the others come a moment later.
      void answer.then((result) => {
        const { drag } = useDragStore.getState();
        if (!result.ok || drag?.source.type !== 'objects' || drag.source.place !== from) return;
        useDragStore.setState({ drag: { ...drag, names: result.value.names, summary: result.value.summary } });
      });
    },
    [place, rowAt, single, chosen, host, hold, status, t],
  );

  const onRowDragEnd = useCallback(() => {
    const { drag } = useDragStore.getState();
    useDragStore.setState({ drag: null });
    // Whoever takes a drop takes the drag out of the store, and releases what is held when the job has begun.
    if (drag) void drag.held.then((selectionId) => selectionId !== null && held.release(selectionId));
  }, [held]);
  return { onRowDragStart, onRowDragEnd };
}
