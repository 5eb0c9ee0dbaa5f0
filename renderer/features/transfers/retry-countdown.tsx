import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobView } from '../../../shared/domain/transfer.ts';
import { describeError } from '../../../shared/words/describe-error.ts';
import { useFormat } from '../../words/use-format.ts';
import styles from './transfers.module.css';

/** Why a job waits by itself, and how long until it tries again. */
export function RetryCountdown({ job, retryAtMs }: { readonly job: JobView; readonly retryAtMs: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.ceil((retryAtMs - nowMs) / 1000);
  const reason = job.error ? describeError(job.error).message : t('transfers.offline', { name: job.connectionName });
  return (
    <p className={styles.warn}>
      {seconds > 0
        ? t('transfers.retryingIn', { reason, time: format.duration(seconds) })
        : t('transfers.retrying', { reason })}
    </p>
  );
}
