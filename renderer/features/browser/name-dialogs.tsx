import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { maxKeyBytes } from '../../../shared/domain/connection.ts';
import { utf8Bytes } from '../../../shared/domain/utf8.ts';
import type { AppError } from '../../../shared/errors.ts';
import type { Result } from '../../../shared/result.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import type { BucketPlace } from '../../stores/place.ts';
import { Button } from '../../ui/button/button.tsx';
import { Dialog } from '../../ui/dialog/dialog.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { AppErrorView } from '../../words/error-words.tsx';
import styles from './dialogs.module.css';

type NameProps = {
  readonly title: string;
  readonly label: string;
  readonly hint?: string;
  /** What is wrong with the name, or undefined. */
  readonly check: (name: string) => string | undefined;
  readonly create: (name: string) => Promise<Result<unknown>>;
  /** What else there is to say is right. */
  readonly isReady?: boolean;
  readonly children?: ReactNode;
  readonly onClose: () => void;
  readonly onMade: (name: string) => void;
};

/** Asks for one name and makes something of it. */
export function NameDialog(props: NameProps) {
  const { title, label, hint, check, create, isReady = true, children, onClose, onMade } = props;
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<AppError | null>(null);
  const problem = name === '' ? (tried ? t('browser.nameEmpty') : undefined) : check(name);

  const submit = async () => {
    setTried(true);
    if (busy || !isReady || name === '' || check(name) !== undefined) return;
    setBusy(true);
    const answer = await create(name);
    setBusy(false);
    if (!answer.ok) return setError(answer.error);
    onMade(name);
    onClose();
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button look="primary" type="submit" disabled={busy}>
            {t('common.create')}
          </Button>
        </>
      }
    >
      <div className={styles.oneField}>
        <TextField label={label} hint={hint} error={problem} value={name} onValueChange={setName} />
      </div>
      {children}
      {error ? <AppErrorView error={error} /> : null}
    </Dialog>
  );
}

type FolderProps = {
  readonly place: BucketPlace;
  readonly onClose: () => void;
  readonly onMade: (name: string) => void;
};

export function NewFolderDialog({ place, onClose, onMade }: FolderProps) {
  const { t } = useTranslation();
  const engine = useEngine();
  const prefixOf = (name: string) => `${place.prefix}${name}/`;
  const { connectionId, bucket } = place;
  return (
    <NameDialog
      title={t('browser.newFolder')}
      label={t('browser.newFolderName')}
      check={(name) => {
        if (name.includes('/')) return t('browser.nameSlash');
        return utf8Bytes(prefixOf(name)) > maxKeyBytes ? t('browser.nameTooLong') : undefined;
      }}
      create={(name) => engine.call('objects.createFolder', { connectionId, bucket, prefix: prefixOf(name) })}
      onClose={onClose}
      onMade={onMade}
    />
  );
}
