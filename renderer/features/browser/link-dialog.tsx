import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppError } from '../../../shared/errors.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import type { BucketPlace } from '../../stores/place.ts';
import { Button } from '../../ui/button/button.tsx';
import { Dialog } from '../../ui/dialog/dialog.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import { AppErrorView } from '../../words/error-words.tsx';
import { useFormat } from '../../words/use-format.ts';
import styles from './dialogs.module.css';

const expiresInSeconds = 24 * 60 * 60;

type Props = {
  readonly place: BucketPlace;
  readonly objectKey: string;
  readonly name: string;
  readonly onClose: () => void;
};

/** A presigned link to one object, and until when it works. */
export function LinkDialog({ place, objectKey, name, onClose }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const engine = useEngine();
  const toast = useToast();
  const { connectionId, bucket } = place;
  const [url, setUrl] = useState('');
  const [error, setError] = useState<AppError | null>(null);
  const [untilMs] = useState(() => Date.now() + expiresInSeconds * 1000);

  useEffect(() => {
    let left = false;
    void engine.call('objects.presign', { connectionId, bucket, key: objectKey, expiresInSeconds }).then((answer) => {
      if (left) return;
      if (answer.ok) setUrl(answer.value.url);
      else setError(answer.error);
    });
    return () => {
      left = true;
    };
  }, [engine, connectionId, bucket, objectKey]);

  const copy = async () => {
    // The browser may forbid it; the link is there to be copied by hand.
    const copied = await navigator.clipboard.writeText(url).then(
      () => true,
      () => false,
    );
    if (!copied) return;
    toast(t('browser.linkCopied'));
    onClose();
  };
  return (
    <Dialog
      title={t('browser.linkTitle', { name })}
      description={t('browser.linkText', { until: format.date(untilMs) })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('common.close')}</Button>
          <Button look="primary" disabled={url === ''} onClick={() => void copy()}>
            {t('browser.linkCopy')}
          </Button>
        </>
      }
    >
      {error ? (
        <AppErrorView error={error} />
      ) : (
        <textarea dir="ltr" className={styles.link} aria-label={t('browser.linkUrl')} readOnly value={url} />
      )}
    </Dialog>
  );
}
