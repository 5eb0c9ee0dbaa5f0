import { useTranslation } from 'react-i18next';
import { awsRegions } from '../../../shared/domain/aws-regions.ts';
import type { ConnectionView } from '../../../shared/domain/connection.ts';
import { formatS3Uri } from '../../../shared/domain/s3-uri.ts';
import { useAnswer } from '../../bridge/use-answer.ts';
import { Button } from '../../ui/button/button.tsx';
import { CopyButton } from '../../ui/button/copy-button.tsx';
import { type Description, DescriptionList } from '../../ui/description-list/description-list.tsx';
import { Dialog } from '../../ui/dialog/dialog.tsx';
import { Progress } from '../../ui/feedback/progress.tsx';
import { AppErrorView } from '../../words/error-words.tsx';

type Props = { readonly connection: ConnectionView; readonly bucket: string; readonly onClose: () => void };

/** Where a bucket is: its region and its addresses. */
export function BucketPlaceDialog({ connection, bucket, onClose }: Props) {
  const { t } = useTranslation();
  const { id: connectionId, endpointUrl } = connection;
  const asked = useAnswer('buckets.location', { connectionId, bucket });
  const region = asked?.ok === true ? asked.value.region : null;
  const error = asked?.ok === false ? asked.error : null;
  const copyable = (term: string, value: string, shown = value): Description => ({
    term,
    value: <bdi>{shown}</bdi>,
    action: <CopyButton text={value} label={t('inspector.copyOf', { what: term })} copiedLabel={t('common.copied')} />,
  });
  const city = endpointUrl === undefined ? awsRegions.find(({ value }) => value === region)?.hint : undefined;
  return (
    <Dialog
      title={t('bucketPlace.title', { name: bucket })}
      onClose={onClose}
      actions={<Button onClick={onClose}>{t('common.close')}</Button>}
    >
      {region === null ? (
        error ? null : (
          <Progress label={t('bucketPlace.asking')} fraction={null} />
        )
      ) : (
        <DescriptionList
          items={[
            copyable(t('newBucketDialog.region'), region, city === undefined ? region : `${region} (${city})`),
            copyable(t('inspector.where'), formatS3Uri({ bucket, key: '' })),
            ...(endpointUrl === undefined ? [] : [copyable(t('connection.endpointUrl'), endpointUrl)]),
          ]}
        />
      )}
      {error ? <AppErrorView error={error} /> : null}
    </Dialog>
  );
}
