import { Info } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ListingRow, SelectionSummary } from '../../../shared/domain/listing.ts';
import { RowIcon } from '../../listing/row-name.tsx';
import { previewSourceOf } from '../../preview/preview-source.ts';
import { PreviewView } from '../../preview/preview-view.tsx';
import { useConnectionsStore } from '../../stores/connections-store.ts';
import { type DownloadVersion, useInspectedStore } from '../../stores/inspected-store.ts';
import type { BucketPlace, Place } from '../../stores/place.ts';
import { EmptyState } from '../../ui/feedback/empty-state.tsx';
import { ConnectionInspector } from './connection-facts.tsx';
import { BucketFacts, FolderFacts } from './container-facts.tsx';
import { Facts, Section, Size, useCopyable, When } from './facts.tsx';
import styles from './inspector.module.css';
import { ObjectFacts, useObjectDetails } from './object-facts.tsx';
import { shownName, typeOf } from './row-words.ts';

/** Beside the list: what is selected there, with a preview and all that is known about it. Fills its parent. */
export function Inspector({ onDownloadVersion }: Pick<RowFactsProps, 'onDownloadVersion'>) {
  const { t } = useTranslation();
  const inspected = useInspectedStore((state) => state.inspected);
  const atBuckets = inspected?.place.bucket === null ? inspected.place.connectionId : null;
  const connection = useConnectionsStore((state) => state.connections.find(({ id }) => id === atBuckets));
  return (
    <aside className={styles.inspector} aria-label={t('inspector.label')}>
      {inspected?.row ? (
        <RowInspector place={inspected.place} row={inspected.row} onDownloadVersion={onDownloadVersion} />
      ) : inspected && inspected.selection.items > 1 ? (
        <SeveralInspector place={inspected.place} selection={inspected.selection} />
      ) : connection ? (
        <ConnectionInspector connection={connection} />
      ) : (
        <EmptyState
          icon={<Info size={24} aria-hidden />}
          title={t('inspector.emptyTitle')}
          text={t('inspector.emptyText')}
        />
      )}
    </aside>
  );
}

function RowInspector({ place, row, onDownloadVersion }: Omit<RowFactsProps, 'asked'>) {
  const { t } = useTranslation();
  // The large preview shows the same: one of them is enough.
  const quickLook = useInspectedStore((state) => state.quickLook);
  const previewed = previewSourceOf(place, row);
  const asked = useObjectDetails(place, row);
  const name = shownName(row, t);
  return (
    <>
      <h2 className={styles.name}>
        <RowIcon row={row} />
        <span>{name}</span>
      </h2>
      {previewed === null ? null : (
        <div className={styles.preview}>
          <PreviewView
            source={quickLook ? null : previewed.source}
            version={previewed.version}
            name={name}
            // Why not is said below.
            brief={asked?.ok === false}
          />
        </div>
      )}
      <RowFacts place={place} row={row} asked={asked} onDownloadVersion={onDownloadVersion} />
    </>
  );
}

type RowFactsProps = {
  readonly place: Place;
  readonly row: ListingRow;
  readonly asked: ReturnType<typeof useObjectDetails>;
  readonly onDownloadVersion: DownloadVersion;
};

function RowFacts({ place, row, asked, onDownloadVersion }: RowFactsProps) {
  const bucketPlace: BucketPlace | null = place.bucket === null ? null : { ...place, bucket: place.bucket };
  switch (row.type) {
    case 'object':
      return bucketPlace === null ? null : (
        <ObjectFacts place={bucketPlace} row={row} asked={asked} onDownloadVersion={onDownloadVersion} />
      );
    case 'folder':
      return bucketPlace === null ? null : <FolderFacts key={row.prefix} place={bucketPlace} row={row} />;
    case 'bucket':
      return <BucketFacts place={place} row={row} />;
    case 'hostFile':
    case 'hostFolder':
      return <HostFacts row={row} />;
  }
}

function HostFacts({ row }: { readonly row: Extract<ListingRow, { type: 'hostFile' | 'hostFolder' }> }) {
  const { t } = useTranslation();
  const copyable = useCopyable();
  const isFile = row.type === 'hostFile';
  return (
    <Section>
      <Facts
        items={[
          isFile ? { term: t('inspector.size'), value: <Size bytes={row.sizeBytes} /> } : null,
          isFile ? { term: t('inspector.modified'), value: <When ms={row.modifiedMs} /> } : null,
          { term: t('inspector.type'), value: typeOf(row, t) },
          copyable(t('inspector.path'), row.path),
        ]}
      />
    </Section>
  );
}

type SeveralProps = { readonly place: Place; readonly selection: SelectionSummary };

function SeveralInspector({ place, selection: { items, folders, bytes } }: SeveralProps) {
  const { t } = useTranslation();
  const files = items - folders;
  const count = (term: string, value: number) =>
    value === 0 ? null : { term, value: t('common.number', { count: value }) };
  return (
    <>
      <h2 className={styles.name}>
        <span>{t('inspector.severalTitle', { count: items })}</span>
      </h2>
      <Section>
        <Facts
          items={[
            count(t('inspector.files'), files),
            count(place.bucket === null ? t('inspector.buckets') : t('inspector.folders'), folders),
            files === 0
              ? null
              : {
                  term: folders === 0 ? t('inspector.size') : t('inspector.sizeOfFiles'),
                  value: <Size bytes={bytes} />,
                },
          ]}
        />
      </Section>
    </>
  );
}
