import { Ellipsis, Upload } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ListingStatus } from '../../../shared/domain/listing.ts';
import { type BucketPlace, placeName } from '../../stores/place.ts';
import { Button, IconButton } from '../../ui/button/button.tsx';
import { Menu, type MenuGroups } from '../../ui/menu/menu.tsx';
import { useFormat } from '../../words/use-format.ts';
import styles from './local-pane.module.css';

type Props = {
  readonly status: ListingStatus | null;
  /** There is nothing to count. */
  readonly failed: boolean;
  readonly chosen: number;
  readonly target: BucketPlace | null;
  readonly groups: MenuGroups;
  readonly onUpload: () => void;
};

/** Below the list: how much there is and what is selected, and the one thing that is done most. */
export function LocalStatus({ status, failed, chosen, target, groups, onUpload }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const bytes = status?.selection.bytes ?? 0;
  const selected =
    chosen === 0
      ? null
      : bytes === 0
        ? t('localPane.selected', { count: chosen })
        : t('localPane.selectedBytes', { count: chosen, size: format.bytes(bytes) });
  return (
    <div className={styles.status}>
      <span className={styles.statusText} role="status">
        {failed
          ? null
          : status === null
            ? t('localPane.reading')
            : (selected ?? t('localPane.rows', { count: status.count }))}
      </span>
      {chosen > 0 && target ? (
        <Button small title={t('localPane.uploadTo', { target: placeName(target) })} onClick={onUpload}>
          <Upload size={14} aria-hidden />
          {t('localPane.upload')}
        </Button>
      ) : null}
      <Menu
        trigger={<IconButton small label={t('localPane.more')} icon={<Ellipsis size={14} aria-hidden />} />}
        groups={groups}
      />
    </div>
  );
}
