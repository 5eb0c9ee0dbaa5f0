import { useTranslation } from 'react-i18next';
import { useSelectionProgress } from '../../stores/selection-progress-store.ts';
import type { Undeleting } from '../../stores/undelete-store.ts';
import { Button } from '../../ui/button/button.tsx';
import { Dialog } from '../../ui/dialog/dialog.tsx';
import { Progress } from '../../ui/feedback/progress.tsx';

type Props = { readonly undeleting: Undeleting; readonly onClose: () => void };

/** How far it is that a deletion is taken back, which goes on without this; what comes of it is news. */
export function UndeleteDialog({ undeleting: { selectionId, count }, onClose }: Props) {
  const { t } = useTranslation();
  const progress = useSelectionProgress((state) => state.underWay[selectionId]);
  const done = progress ? progress.doneCount + progress.failedCount : 0;
  const words = t('undelete.far', { done, total: count });
  return (
    <Dialog
      title={t('undelete.running', { count })}
      description={words}
      onClose={onClose}
      actions={<Button onClick={onClose}>{t('common.close')}</Button>}
    >
      <Progress label={t('undelete.running', { count })} fraction={done / count} valueText={words} />
    </Dialog>
  );
}
