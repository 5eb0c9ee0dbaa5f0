import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppError } from '../../../shared/errors.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import { Button } from '../../ui/button/button.tsx';
import { Dialog } from '../../ui/dialog/dialog.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { AppErrorView } from '../../words/error-words.tsx';

type Props = {
  readonly folder: string;
  /** As the title names it. */
  readonly shownFolder: string;
  readonly onClose: () => void;
  readonly onMade: (name: string) => void;
};

const isInvalid = (name: string) => /[/\\]/.test(name) || name === '.' || name === '..';

/** Makes a folder on the engine's machine. */
export function NewFolderDialog({ folder, shownFolder, onClose, onMade }: Props) {
  const { t } = useTranslation();
  const engine = useEngine();
  const [name, setName] = useState('');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<AppError | null>(null);
  const problem =
    name === ''
      ? tried
        ? t('localPane.nameEmpty')
        : undefined
      : isInvalid(name)
        ? t('localPane.nameInvalid')
        : undefined;
  const submit = async () => {
    setTried(true);
    if (busy || name === '' || isInvalid(name)) return;
    setBusy(true);
    const answer = await engine.call('hostFiles.createFolder', { folder, name });
    setBusy(false);
    if (!answer.ok) return setError(answer.error);
    onMade(name);
    onClose();
  };
  return (
    <Dialog
      title={t('localPane.newFolderTitle', { folder: shownFolder })}
      onClose={onClose}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button look="primary" type="submit" busy={busy}>
            {t('common.create')}
          </Button>
        </>
      }
    >
      <TextField label={t('localPane.newFolderName')} error={problem} value={name} onValueChange={setName} />
      {error ? <AppErrorView error={error} /> : null}
    </Dialog>
  );
}
