import { useCallback } from 'react';
import { describeError } from '../../../shared/words/describe-error.ts';
import { useHeld } from '../../listing/use-held.ts';
import { type Drag, useDragStore } from '../../stores/drag-store.ts';
import type { Place } from '../../stores/place.ts';
import { useToast } from '../../ui/toast/toast.tsx';
import { asBucketPlace } from './transfer-target.ts';

/** Takes rows that were dropped: starts the copy, move or upload, and lets go of what was held. */
export function useDropRows(): (drag: Drag, target: Place, move: boolean) => void {
  const held = useHeld();
  const toast = useToast();
  const drop = useCallback(
    async (drag: Drag, target: Place, move: boolean) => {
      const place = asBucketPlace(target);
      useDragStore.setState({ drag: null });
      const selectionId = await drag.held;
      if (!place || selectionId === null) return;
      const { connectionId, bucket, prefix } = place;
      const answer = await held.transfer(selectionId, { connectionId, bucket, prefix }, { move });
      held.release(selectionId);
      if (!answer.ok) toast(describeError(answer.error).message);
    },
    [held, toast],
  );
  return useCallback((drag, target, move) => void drop(drag, target, move), [drop]);
}
