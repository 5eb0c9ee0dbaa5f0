import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { SelectionId } from '../../../shared/domain/ids.ts';
import { describeError } from '../../../shared/words/describe-error.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import { beginProgress, endProgress, useSelectionProgress } from '../../stores/selection-progress-store.ts';
import { useUndeleteStore } from '../../stores/undelete-store.ts';
import { useToast } from '../../ui/toast/toast.tsx';

/** More take long enough for somebody to want to see how far it is. */
const shownFrom = 50;

/** Takes back a deletion of objects that their bucket keeps, and says what came of it; also once the place has been left. */
export function useUndelete(): (selectionId: SelectionId, count: number) => Promise<void> {
  const { t } = useTranslation();
  const engine = useEngine();
  const toast = useToast();
  return useCallback(
    async function undelete(selectionId: SelectionId, count: number): Promise<void> {
      useSelectionProgress.setState((state) => beginProgress(state, selectionId));
      if (count >= shownFrom) useUndeleteStore.setState({ undeleting: { selectionId, count } });
      const answer = await engine.call('selection.undelete', { selectionId });
      useSelectionProgress.setState((state) => endProgress(state, selectionId));
      useUndeleteStore.setState(({ undeleting }) => ({
        undeleting: undeleting?.selectionId === selectionId ? null : undeleting,
      }));
      if (!answer.ok) return toast(describeError(answer.error).message);
      const { restoredCount, newerCount, retryCount, failedCount, failed } = answer.value;
      const reason = failed[0]?.error;
      const lines = [
        newerCount === 0 ? '' : t('undelete.newer', { count: newerCount }),
        failedCount === 0
          ? ''
          : t('undelete.failed', {
              count: failedCount,
              reason: reason === undefined ? '' : Object.values(describeError(reason)).slice(0, 2).join(' '),
            }),
      ].filter((line) => line !== '');
      const title = t('undelete.done', { count: restoredCount });
      const again = { label: t('common.retry'), run: () => void undelete(selectionId, retryCount) };
      toast(lines.length === 0 ? title : { title, text: lines.join(' ') }, retryCount === 0 ? undefined : again);
    },
    [engine, t, toast],
  );
}
