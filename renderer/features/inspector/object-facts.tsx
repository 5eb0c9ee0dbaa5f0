import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListingRow } from '../../../shared/domain/listing.ts';
import { formatS3Uri } from '../../../shared/domain/s3-uri.ts';
import { visibleText } from '../../../shared/words/visible-text.ts';
import { type DownloadVersion, useInspectedStore } from '../../stores/inspected-store.ts';
import type { BucketPlace, Place } from '../../stores/place.ts';
import { classMeaning } from '../../words/storage-class.ts';
import { AppErrorView } from '../../words/error-words.tsx';
import { Coming, Facts, Section, Size, useCopyable, When } from './facts.tsx';
import { checksumName } from './checksum-name.ts';
import { typeOf } from './row-words.ts';
import { useAction } from './use-action.ts';
import { useDetails } from './use-details.ts';

type ObjectRow = Extract<ListingRow, { type: 'object' }>;
type Details = ReturnType<typeof useDetails<'objects.stat'>>;
type Props = {
  readonly place: BucketPlace;
  readonly row: ObjectRow;
  readonly asked: Details;
  readonly onDownloadVersion: DownloadVersion;
};

// Not needed for the first look at an object.
const ObjectExtras = lazy(async () => ({ default: (await import('./object-extras.tsx')).ObjectExtras }));

/** What the server says of a row that is an object; null for any other, and until it has answered. */
export function useObjectDetails({ connectionId, bucket }: Place, row: ListingRow): Details {
  const input = row.type === 'object' && bucket !== null ? { connectionId, bucket, key: row.key } : null;
  return useDetails('objects.stat', input, useVersionOf(row));
}

/** Changes with the object, and with what this window changes of it. */
export function useVersionOf(row: ListingRow): string {
  const edits = useInspectedStore((state) => state.edits);
  return row.type === 'object' ? `${row.sizeBytes} ${row.modifiedMs ?? ''} ${row.etag ?? ''} ${edits}` : '';
}

/** What is known of an object: from its row at once, the rest when the server has been asked. */
export function ObjectFacts({ place, row, asked, onDownloadVersion }: Props) {
  const { bucket } = place;
  const { t } = useTranslation();
  const editMetadata = useAction('metadata');
  const copyable = useCopyable();
  const details = asked?.ok === true ? asked.value : null;
  const etag = details?.etag ?? row.etag;
  const storageClass = details?.storageClass ?? row.storageClass;
  const checksums = Object.entries(details?.checksums ?? {});
  const metadata = Object.entries(details?.metadata ?? {});
  const { headers } = details ?? {};
  const header = (term: string, value: string | undefined) =>
    value === undefined ? null : { term, value: <bdi>{visibleText(value)}</bdi> };
  return (
    <>
      <Section>
        <Facts
          items={[
            { term: t('inspector.size'), value: <Size bytes={row.sizeBytes} /> },
            { term: t('inspector.modified'), value: <When ms={row.modifiedMs} /> },
            { term: t('inspector.type'), value: typeOf(row, t) },
            asked?.ok === false
              ? null
              : {
                  term: t('inspector.contentType'),
                  value: details === null ? <Coming /> : visibleText(details.contentType ?? t('inspector.unknown')),
                },
            storageClass === null ? null : { term: t('inspector.class'), value: classMeaning(storageClass, t) },
            copyable(t('inspector.where'), formatS3Uri({ bucket, key: row.key })),
            etag === null ? null : copyable(t('inspector.etag'), etag, etag.replaceAll('"', '')),
            details?.versionId ? copyable(t('inspector.version'), details.versionId) : null,
          ]}
        />
      </Section>
      {asked?.ok === false ? (
        <Section>
          <AppErrorView error={asked.error} />
        </Section>
      ) : null}
      {checksums.length === 0 ? null : (
        <Section title={t('inspector.checksums')}>
          <Facts items={checksums.map(([algorithm, value]) => copyable(checksumName(algorithm), value))} />
          {details?.checksumType === 'COMPOSITE' ? <p>{t('inspector.checksumOfParts')}</p> : null}
          {details?.checksumType === 'FULL_OBJECT' ? <p>{t('inspector.checksumOfWhole')}</p> : null}
        </Section>
      )}
      {details === null ? null : (
        <Section
          title={t('inspector.metadata')}
          edit={editMetadata && { label: t('metadataDialog.edit'), run: editMetadata }}
        >
          <Facts
            items={[
              header(t('metadataDialog.cacheControl'), headers?.cacheControl),
              header(t('metadataDialog.contentDisposition'), headers?.contentDisposition),
              header(t('metadataDialog.contentEncoding'), headers?.contentEncoding),
              header(t('metadataDialog.contentLanguage'), headers?.contentLanguage),
              header(t('inspector.expires'), headers?.expires),
              ...metadata.map(([name, value]) => copyable(visibleText(name), value)),
            ]}
          />
        </Section>
      )}
      <Suspense fallback={null}>
        <ObjectExtras place={place} row={row} onDownloadVersion={onDownloadVersion} />
      </Suspense>
    </>
  );
}
