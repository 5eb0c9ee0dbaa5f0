import { useTranslation } from 'react-i18next';
import type { AppError } from '../../shared/errors.ts';
import { Button } from '../ui/button/button.tsx';
import { Dialog } from '../ui/dialog/dialog.tsx';
import { AppErrorView } from '../words/error-words.tsx';

type Props = { readonly title: string; readonly error: AppError; readonly onClose: () => void };

/** Why what a menu was asked for could not be done: there is no other place on screen that it belongs to. */
export function FailureDialog({ title, error, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog title={title} onClose={onClose} actions={<Button onClick={onClose}>{t('common.close')}</Button>}>
      <AppErrorView error={error} />
    </Dialog>
  );
}
