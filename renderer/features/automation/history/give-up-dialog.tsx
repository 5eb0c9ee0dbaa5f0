import { useTranslation } from 'react-i18next';
import { Button } from '../../../ui/button/button.tsx';
import { Dialog } from '../../../ui/dialog/dialog.tsx';

type Props = { readonly count: number; readonly onGiveUp: () => void; readonly onClose: () => void };

/** Before all that failed is given up: no list says afterwards which they were. */
export function GiveUpDialog({ count, onGiveUp, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog
      title={t('ruleRun.giveUpTitle', { count })}
      description={t('ruleRun.giveUpText')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button
            look="danger"
            onClick={() => {
              onGiveUp();
              onClose();
            }}
          >
            {t('ruleRun.giveUp')}
          </Button>
        </>
      }
    />
  );
}
