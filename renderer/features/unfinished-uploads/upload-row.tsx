import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { UnfinishedUpload } from '../../../shared/domain/unfinished-upload.ts';
import { visibleText } from '../../../shared/words/visible-text.ts';
import { CopyButton } from '../../ui/button/copy-button.tsx';
import { Time } from '../../words/time.tsx';
import { useFormat } from '../../words/use-format.ts';
import { abortCommand } from './abort-command.ts';
import styles from './unfinished-uploads.module.css';
import { useUploadSize } from './use-uploads.ts';

type Props = {
  readonly upload: UnfinishedUpload;
  /** Where uploads of several places stand together. */
  readonly withPlace: boolean;
  readonly endpointUrl: string | null;
  readonly chosen: boolean;
  readonly disabled: boolean;
  readonly onChoose: (chosen: boolean) => void;
};

export function UploadRow({ upload, withPlace, endpointUrl, chosen, disabled, onChoose }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const row = useRef<HTMLLIElement>(null);
  const [inSight, setInSight] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) setInSight(true);
    });
    if (row.current) observer.observe(row.current);
    return () => observer.disconnect();
  }, []);
  const size = useUploadSize(upload, inSight);
  const { key, bucket, connectionName, startedMs, owner } = upload;
  const name = visibleText(key);
  const text = (
    <span className={styles.text}>
      <span className={styles.key} title={name}>
        {name}
      </span>
      <span className={styles.facts}>
        {startedMs === null ? null : <Time ms={startedMs} />}
        <span>{size === undefined ? '…' : size === null ? t('unfinished.sizeUnknown') : format.bytes(size)}</span>
        {owner === 'job' ? <span>{t('unfinished.underWay')}</span> : null}
        {withPlace ? <span>{t('unfinished.place', { bucket, connection: connectionName })}</span> : null}
      </span>
    </span>
  );
  return (
    <li ref={row} className={styles.row}>
      {owner === 'orphan' ? (
        <label className={styles.choice}>
          <input
            type="checkbox"
            checked={chosen}
            disabled={disabled}
            onChange={(event) => onChoose(event.target.checked)}
          />
          {text}
        </label>
      ) : (
        <div className={styles.choice}>
          {text}
          {owner === 'other' ? (
            <CopyButton
              text={abortCommand(upload, endpointUrl)}
              label={t('unfinished.copyCommand', { name })}
              copiedLabel={t('common.copied')}
            />
          ) : null}
        </div>
      )}
    </li>
  );
}
