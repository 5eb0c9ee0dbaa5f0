import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { awsRegions } from '../../../shared/domain/aws-regions.ts';
import { bucketNameSchema, type ConnectionView } from '../../../shared/domain/connection.ts';
import { regionSchema } from '../../../shared/domain/server.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import { ComboboxField } from '../../ui/field/combobox-field.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { NameDialog } from './name-dialogs.tsx';

/** S3's first one, where a bucket is made when nothing else is said. */
const firstRegion = 'us-east-1';

type Props = {
  readonly connection: ConnectionView;
  readonly onClose: () => void;
  readonly onMade: (name: string) => void;
};

/** A new bucket, in a region that is chosen: of Amazon's, or what a server of its own calls one. */
export function NewBucketDialog({ connection, onClose, onMade }: Props) {
  const { t } = useTranslation();
  const engine = useEngine();
  const isAmazon = connection.endpointUrl === undefined && connection.kind === 'server';
  const [region, setRegion] = useState(isAmazon ? (connection.region ?? firstRegion) : '');
  const problem =
    region === '' || regionSchema.safeParse(region).success ? undefined : t('newBucketDialog.regionInvalid');
  const known = awsRegions.some(({ value }) => value === region)
    ? awsRegions
    : [{ value: region, hint: '' }, ...awsRegions];
  return (
    <NameDialog
      title={t('browser.newBucket')}
      label={t('browser.newBucketName')}
      hint={t('browser.newBucketHint')}
      check={(name) => (bucketNameSchema.safeParse(name).success ? undefined : t('browser.bucketNameInvalid'))}
      isReady={problem === undefined}
      create={(bucket) =>
        engine.call('buckets.create', { connectionId: connection.id, bucket, ...(region === '' ? {} : { region }) })
      }
      onClose={onClose}
      onMade={onMade}
    >
      {isAmazon ? (
        <ComboboxField
          label={t('newBucketDialog.region')}
          value={region}
          options={known.map(({ value, hint }) => ({ value, label: value, hint }))}
          emptyText={t('newBucketDialog.noRegion')}
          onValueChange={(value) => value !== null && setRegion(value)}
        />
      ) : (
        <TextField
          label={t('newBucketDialog.region')}
          mark={t('common.optional')}
          hint={t('newBucketDialog.ownRegion')}
          error={problem}
          value={region}
          onValueChange={(value) => setRegion(value.trim())}
        />
      )}
    </NameDialog>
  );
}
