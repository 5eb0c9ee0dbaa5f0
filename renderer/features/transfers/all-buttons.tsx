import { Pause, Play } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { TransferSummary } from '../../stores/transfer-summary.ts';
import { Button, IconButton } from '../../ui/button/button.tsx';
import styles from './transfers.module.css';
import type { TransferCommands } from './use-transfer-commands.ts';

type Props = {
  readonly summary: TransferSummary;
  readonly commands: TransferCommands;
  /** There is something to take off the list, which is on screen. */
  readonly clearable: boolean;
};

/** What can be done with all transfers, as one group. */
export function AllButtons({ summary, commands, clearable }: Props) {
  const { t } = useTranslation();
  return (
    <div className={styles.allButtons}>
      {summary.resumable > 0 ? (
        <IconButton
          label={t('transfers.resumeAll')}
          icon={<Play size={16} aria-hidden />}
          onClick={() => commands.resume()}
        />
      ) : null}
      {summary.moving > 0 ? (
        <IconButton
          label={t('transfers.pauseAll')}
          icon={<Pause size={16} aria-hidden />}
          onClick={() => commands.pause()}
        />
      ) : null}
      {clearable ? (
        <Button small onClick={() => commands.clear()}>
          {t('transfers.clearAll')}
        </Button>
      ) : null}
    </div>
  );
}
