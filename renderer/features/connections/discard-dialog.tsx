import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button/button.tsx';
import { Dialog } from '../../ui/dialog/dialog.tsx';

type Props = { readonly onKeep: () => void; readonly onDiscard: () => void };

/** Before what was typed is thrown away. */
export function DiscardDialog({ onKeep, onDiscard }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog
      title={t('connection.discardTitle')}
      description={t('connection.discardText')}
      onClose={onKeep}
      actions={
        <>
          <Button onClick={onKeep}>{t('connection.keepEditing')}</Button>
          <Button look="danger" onClick={onDiscard}>
            {t('connection.discard')}
          </Button>
        </>
      }
    />
  );
}
