import { useCallback } from 'react';
import { useTakeDrop } from '../../listing/use-row-drag.ts';
import type { Drag } from '../../stores/drag-store.ts';
import type { Place } from '../../stores/place.ts';
import { asBucketPlace } from './transfer-target.ts';

/** Takes rows that were dropped on a place: starts the copy, move or upload. */
export function useDropRows(): (drag: Drag, target: Place, move: boolean) => void {
  const takeDrop = useTakeDrop();
  return useCallback(
    (_drag, target, move) => {
      const place = asBucketPlace(target);
      if (!place) return;
      const { connectionId, bucket, prefix } = place;
      takeDrop({ connectionId, bucket, prefix }, { move });
    },
    [takeDrop],
  );
}
