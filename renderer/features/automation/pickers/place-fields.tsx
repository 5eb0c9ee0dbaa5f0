import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useConnectionsStore } from '../../../stores/connections-store.ts';
import type { BucketTarget } from '../../../stores/rule-draft.ts';
import { SelectField } from '../../../ui/field/select-field.tsx';
import { SuggestField } from '../../../ui/field/suggest-field.tsx';
import { folderPart, useBucketNames, usePrefixes } from './use-places.ts';
import styles from './pickers.module.css';

type Props = {
  /** The name of a connection. */
  readonly connection: string;
  readonly place: BucketTarget;
  readonly onPlace: (place: BucketTarget) => void;
  /** Left out: it is said elsewhere. Null: the rule's own. */
  readonly onConnection?: ((connection: string) => void) | undefined;
  readonly prefixLabel: string;
  readonly prefixHint?: string | undefined;
  /** What is named there is a folder, also where its slash has not been typed. */
  readonly asFolder?: boolean;
};

/** A bucket and a folder in it, with what is there as suggestions. The connection is asked for only where there are several. */
export function PlaceFields({
  connection,
  place,
  onPlace,
  onConnection,
  prefixLabel,
  prefixHint,
  asFolder = true,
}: Props) {
  const { t } = useTranslation();
  const connections = useConnectionsStore((state) => state.connections);
  const used = connections.find(({ name }) => name === connection);
  const buckets = useBucketNames(used);
  const prefixes = usePrefixes(used, place.bucket, place.prefix);
  const options = useMemo(
    () => [
      // A rule may be about one that is gone.
      ...(used === undefined
        ? [{ value: connection, label: connection === '' ? t('rulePicker.noConnection') : connection }]
        : []),
      ...connections.map(({ name }) => ({ value: name, label: name })),
    ],
    [connections, used, connection, t],
  );
  return (
    <>
      {onConnection !== undefined && options.length > 1 ? (
        <SelectField
          label={t('rulePicker.connection')}
          value={connection}
          options={options}
          onValueChange={onConnection}
        />
      ) : null}
      <div className={styles.pair}>
        <SuggestField
          label={t('rulePicker.bucket')}
          value={place.bucket}
          hint={buckets.failed ? t('rulePicker.bucketsUnknown') : undefined}
          suggestions={buckets.names.map((value) => ({ value, hint: '' }))}
          browseLabel={t('rulePicker.showBuckets')}
          onValueChange={(bucket) => onPlace({ ...place, bucket: bucket.trim() })}
        />
        <SuggestField
          label={prefixLabel}
          value={place.prefix}
          hint={prefixHint}
          suggestions={prefixes.map((value) => ({ value, hint: '' }))}
          browseLabel={t('rulePicker.showFolders')}
          onValueChange={(prefix) => onPlace({ ...place, prefix: prefix.replace(/^\/+/, '') })}
          onBlur={() => {
            // What is chosen as a folder is one: `in` would also be the beginning of `invoices`.
            const folder = asFolder ? folderPart(place.prefix, prefixes) : place.prefix;
            if (folder !== place.prefix) onPlace({ ...place, prefix: folder });
          }}
        />
      </div>
    </>
  );
}
