import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionView } from '../../../shared/domain/connection.ts';
import type { AppError } from '../../../shared/errors.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import { dropConnection, useBrowserStore } from '../../stores/browser-store.ts';
import { Button } from '../../ui/button/button.tsx';
import { Dialog } from '../../ui/dialog/dialog.tsx';
import { AppErrorView } from '../../words/error-words.tsx';

type Props = { readonly connection: ConnectionView; readonly onClose: () => void };

export function RemoveConnectionDialog({ connection, onClose }: Props) {
  const { t } = useTranslation();
  const engine = useEngine();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<AppError | null>(null);
  const remove = async () => {
    setBusy(true);
    const answer = await engine.call('connections.remove', { connectionId: connection.id });
    setBusy(false);
    if (!answer.ok) return setError(answer.error);
    useBrowserStore.setState((state) => dropConnection(state, connection.id));
    onClose();
  };
  return (
    <Dialog
      title={t('connection.removeTitle', { name: connection.name })}
      description={t('connection.removeText')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button look="danger" disabled={busy} onClick={() => void remove()}>
            {t('connection.removeDo')}
          </Button>
        </>
      }
    >
      {error ? <AppErrorView error={error} /> : null}
    </Dialog>
  );
}
