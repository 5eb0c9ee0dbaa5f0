import { Archive, FolderOpen, SearchX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Place } from '../../stores/place.ts';
import { Button } from '../../ui/button/button.tsx';
import { EmptyState } from '../../ui/feedback/empty-state.tsx';

type Props = {
  readonly place: Place;
  readonly filter: string;
  readonly onClearFilter: () => void;
  readonly onNewBucket: () => void;
  readonly onPickFiles: (what: 'files' | 'folder') => void;
};

const icon = { size: 32, 'aria-hidden': true } as const;

/** Why there are no rows, and what can be done about it. */
export function EmptyList({ place, filter, onClearFilter, onNewBucket, onPickFiles }: Props) {
  const { t } = useTranslation();
  if (filter !== '') {
    return (
      <EmptyState
        icon={<SearchX {...icon} />}
        title={t('browser.noHits', { filter })}
        text={t(place.bucket === null ? 'browser.noHitsAmongBuckets' : 'browser.noHitsInFolder')}
        actions={<Button onClick={onClearFilter}>{t('browser.clearFilter')}</Button>}
      />
    );
  }
  if (place.bucket === null) {
    return (
      <EmptyState
        icon={<Archive {...icon} />}
        title={t('browser.noBuckets')}
        text={t('browser.noBucketsText')}
        actions={
          <Button look="primary" onClick={onNewBucket}>
            {t('browser.newBucket')}
          </Button>
        }
      />
    );
  }
  return (
    <EmptyState
      icon={<FolderOpen {...icon} />}
      title={place.prefix === '' ? t('browser.emptyBucket') : t('browser.emptyFolder')}
      text={t('browser.emptyText')}
      actions={
        <>
          <Button onClick={() => onPickFiles('files')}>{t('browser.uploadFiles')}</Button>
          <Button onClick={() => onPickFiles('folder')}>{t('browser.uploadFolder')}</Button>
        </>
      }
    />
  );
}
