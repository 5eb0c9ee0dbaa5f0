import { Download, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListingRow, VersionRow } from '../../../shared/domain/listing.ts';
import type { AppError } from '../../../shared/errors.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import { type DownloadVersion, noteEdit, useInspectedStore } from '../../stores/inspected-store.ts';
import type { BucketPlace } from '../../stores/place.ts';
import { Button, IconButton } from '../../ui/button/button.tsx';
import { Spinner } from '../../ui/feedback/spinner.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import { AppErrorView } from '../../words/error-words.tsx';
import { useFormat } from '../../words/use-format.ts';
import { Section, Size } from './facts.tsx';
import styles from './inspector.module.css';
import { isMissingHere } from './missing-here.ts';
import { useVersionOf } from './object-facts.tsx';
import { useDetails } from './use-details.ts';

type Props = {
  readonly place: BucketPlace;
  readonly row: Extract<ListingRow, { type: 'object' }>;
  readonly onDownload: DownloadVersion;
};

/** The versions of one object, once somebody asks for them. */
export function VersionsSection({ place, row, onDownload }: Props) {
  const { t } = useTranslation();
  const { connectionId, bucket } = place;
  const name = `${bucket}/${row.key}`;
  const isShown = useInspectedStore((state) => state.versionsOf === name);
  const version = useVersionOf(row);
  const now = useDetails('objects.versions', isShown ? { connectionId, bucket, key: row.key } : null, version);
  const [last, setLast] = useState<{ readonly name: string; readonly result: typeof now }>({ name, result: now });
  if (now !== null && now !== last.result) setLast({ name, result: now });
  // What was listed before stays until there is news: the place of a button does not change under the pointer.
  const asked = now ?? (isShown && last.name === name ? last.result : null);
  const isKept = asked?.ok !== false || !isMissingHere(asked.error);
  const versions = asked?.ok === true ? asked.value.versions : [];
  const isUnversioned = versions.length === 1 && versions[0]?.versionId === 'null';
  return (
    <Section title={t('versions.title')}>
      {isShown ? null : (
        <div className={styles.calculate}>
          <Button onClick={() => useInspectedStore.setState({ versionsOf: name })}>{t('versions.show')}</Button>
        </div>
      )}
      {isShown && asked === null ? (
        <p role="status">
          <Spinner /> {t('versions.listing')}
        </p>
      ) : null}
      {versions.length === 0 || isUnversioned ? null : (
        <VersionList key={name} place={place} objectKey={row.key} versions={versions} onDownload={onDownload} />
      )}
      {isUnversioned ? <p>{t('versions.none')}</p> : null}
      {versions.length === 1 && !isUnversioned ? <p>{t('versions.only')}</p> : null}
      {asked?.ok === true && !asked.value.isWhole ? <p>{t('versions.more')}</p> : null}
      {isKept ? null : <p>{t('versions.unsupported')}</p>}
      {asked?.ok === false && isKept ? <AppErrorView quiet error={asked.error} /> : null}
    </Section>
  );
}

/** It stands far down, and was just asked for. */
const bringIntoSight = (list: HTMLElement | null) => list?.scrollIntoView({ block: 'nearest' });

type ListProps = Pick<Props, 'place' | 'onDownload'> & {
  readonly objectKey: string;
  readonly versions: readonly VersionRow[];
};

function VersionList({ place, objectKey, versions, onDownload }: ListProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const engine = useEngine();
  const toast = useToast();
  const [error, setError] = useState<AppError | null>(null);
  const [restoring, setRestoring] = useState<string | null>(null);
  const { connectionId, bucket } = place;
  const restore = async (versionId: string, date: string) => {
    setRestoring(versionId);
    setError(null);
    // Only onto what is shown here as the newest.
    const seen = versions[0]?.versionId;
    const asked = { connectionId, bucket, key: objectKey, versionId, ...(seen === undefined ? {} : { seen }) };
    const answer = await engine.call('objects.restoreVersion', asked);
    setRestoring(null);
    noteEdit();
    if (!answer.ok) return setError(answer.error);
    toast(t('versions.restored', { date }));
  };
  return (
    <>
      <ul ref={bringIntoSight} className={styles.versions}>
        {versions.map(({ versionId, lastModified, isLatest, isDeleteMarker, sizeBytes }) => {
          const modifiedMs = lastModified === null ? null : Date.parse(lastModified);
          const date = modifiedMs === null ? t('inspector.unknown') : format.moment(modifiedMs);
          return (
            <li key={versionId} className={styles.version}>
              <span className={styles.versionFacts}>
                <bdi>{date}</bdi>
                <span className={styles.versionMark}>
                  {isDeleteMarker ? t('versions.deleted') : <Size bytes={sizeBytes} />}
                  {isLatest ? ` · ${t('versions.current')}` : ''}
                </span>
              </span>
              {isDeleteMarker ? null : (
                <IconButton
                  small
                  label={t('versions.download', { date })}
                  icon={<Download size={14} aria-hidden />}
                  onClick={() => onDownload(place, objectKey, versionId)}
                />
              )}
              {isDeleteMarker || isLatest ? null : (
                <IconButton
                  small
                  label={t('versions.restore', { date })}
                  icon={restoring === versionId ? <Spinner /> : <Undo2 size={14} aria-hidden />}
                  disabled={restoring !== null}
                  onClick={() => void restore(versionId, date)}
                />
              )}
            </li>
          );
        })}
      </ul>
      {error ? <AppErrorView quiet error={error} /> : null}
    </>
  );
}
