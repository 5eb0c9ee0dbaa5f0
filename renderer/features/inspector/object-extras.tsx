import { useTranslation } from 'react-i18next';
import type { ListingRow } from '../../../shared/domain/listing.ts';
import { visibleText } from '../../../shared/words/visible-text.ts';
import type { DownloadVersion } from '../../stores/inspected-store.ts';
import type { BucketPlace } from '../../stores/place.ts';
import { AppErrorView } from '../../words/error-words.tsx';
import { Coming, Facts, Section, useCopyable } from './facts.tsx';
import { isMissingHere } from './missing-here.ts';
import { useVersionOf } from './object-facts.tsx';
import { useAction } from './use-action.ts';
import { useDetails } from './use-details.ts';
import { VersionsSection } from './versions-section.tsx';

type Props = {
  readonly place: BucketPlace;
  readonly row: Extract<ListingRow, { type: 'object' }>;
  readonly onDownloadVersion: DownloadVersion;
};

/** Tags and versions of an object: what not every server keeps. */
export function ObjectExtras({ place, row, onDownloadVersion }: Props) {
  return (
    <>
      <TagsSection place={place} row={row} />
      <VersionsSection place={place} row={row} onDownload={onDownloadVersion} />
    </>
  );
}

function TagsSection({ place: { connectionId, bucket }, row }: Omit<Props, 'onDownloadVersion'>) {
  const { t } = useTranslation();
  const copyable = useCopyable();
  const edit = useAction('tags');
  const asked = useDetails('objects.tags', { connectionId, bucket, key: row.key }, useVersionOf(row));
  const tags = asked?.ok === true ? Object.entries(asked.value.tags) : [];
  const isKept = asked?.ok !== false || !isMissingHere(asked.error);
  return (
    <Section
      title={t('inspector.tags')}
      edit={edit && asked?.ok === true ? { label: t('tagsDialog.edit'), run: edit } : null}
    >
      {asked === null ? <Coming /> : null}
      {tags.length > 0 ? <Facts items={tags.map(([name, value]) => copyable(visibleText(name), value))} /> : null}
      {asked?.ok === true && tags.length === 0 ? <p>{t('tagsDialog.none')}</p> : null}
      {isKept ? null : <p>{t('tagsDialog.unsupported')}</p>}
      {asked?.ok === false && isKept ? <AppErrorView quiet error={asked.error} /> : null}
    </Section>
  );
}
