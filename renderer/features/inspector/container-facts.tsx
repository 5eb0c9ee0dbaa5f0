import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListingRow } from '../../../shared/domain/listing.ts';
import { formatS3Uri } from '../../../shared/domain/s3-uri.ts';
import type { CommandOutput } from '../../../shared/contract/commands.ts';
import type { Result } from '../../../shared/result.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import type { BucketPlace, Place } from '../../stores/place.ts';
import { Button } from '../../ui/button/button.tsx';
import { Spinner } from '../../ui/feedback/spinner.tsx';
import { AppErrorView } from '../../words/error-words.tsx';
import { useFormat } from '../../words/use-format.ts';
import { useConnectionFacts } from './connection-facts.tsx';
import { Coming, Facts, Section, useCopyable, When } from './facts.tsx';
import styles from './inspector.module.css';
import { typeOf } from './row-words.ts';
import { useDetails } from './use-details.ts';

type FolderProps = { readonly place: BucketPlace; readonly row: Extract<ListingRow, { type: 'folder' }> };

/** To be keyed by the folder: what was counted in another one is not this one's. */
export function FolderFacts({ place: { connectionId, bucket }, row }: FolderProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const engine = useEngine();
  const copyable = useCopyable();
  const [count, setCount] = useState<Result<CommandOutput<'objects.count'>> | 'counting' | null>(null);
  const calculate = async () => {
    setCount('counting');
    setCount(await engine.call('objects.count', { connectionId, bucket, keys: [], prefixes: [row.prefix] }));
  };
  const counted = count !== null && count !== 'counting' && count.ok ? count.value : null;
  const words =
    counted === null ? null : t('inspector.contentOf', { count: counted.objects, size: format.bytes(counted.bytes) });
  return (
    <>
      <Section>
        <Facts
          items={[
            { term: t('inspector.type'), value: typeOf(row, t) },
            words === null
              ? null
              : {
                  term: t('inspector.content'),
                  value: <span title={t('inspector.sizeExact', { count: counted?.bytes ?? 0 })}>{words}</span>,
                },
            copyable(t('inspector.where'), formatS3Uri({ bucket, key: row.prefix })),
          ]}
        />
        <div className={styles.calculate}>
          {counted === null ? (
            <Button disabled={count === 'counting'} onClick={() => void calculate()}>
              {count === 'counting' ? <Spinner /> : null}
              {count === 'counting' ? t('inspector.calculating') : t('inspector.calculate')}
            </Button>
          ) : null}
          <p role="status" className="visually-hidden">
            {words}
          </p>
        </div>
      </Section>
      {count !== null && count !== 'counting' && !count.ok ? (
        <Section>
          <AppErrorView error={count.error} />
        </Section>
      ) : null}
    </>
  );
}

type BucketProps = { readonly place: Place; readonly row: Extract<ListingRow, { type: 'bucket' }> };

export function BucketFacts({ place: { connectionId }, row }: BucketProps) {
  const { t } = useTranslation();
  const copyable = useCopyable();
  const ofConnection = useConnectionFacts(connectionId);
  const asked = useDetails('buckets.location', { connectionId, bucket: row.name }, '');
  return (
    <>
      <Section>
        <Facts
          items={[
            { term: t('inspector.type'), value: typeOf(row, t) },
            asked?.ok === false
              ? null
              : { term: t('inspector.region'), value: asked === null ? <Coming /> : asked.value.region },
            { term: t('inspector.created'), value: <When ms={row.createdMs} /> },
            copyable(t('inspector.where'), formatS3Uri({ bucket: row.name, key: '' })),
            ...ofConnection,
          ]}
        />
      </Section>
      {asked?.ok === false ? (
        <Section>
          <AppErrorView error={asked.error} />
        </Section>
      ) : null}
    </>
  );
}
