import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ScheduledLimit, TransferLimits } from '../../../../shared/domain/transfer-limits.ts';
import type { AppError } from '../../../../shared/errors.ts';
import { useEngine } from '../../../bridge/engine-context.ts';
import { useTransfersStore } from '../../../stores/transfers-store.ts';
import { Button } from '../../../ui/button/button.tsx';
import { AppErrorView } from '../../../words/error-words.tsx';
import styles from './limits.module.css';
import { RateField } from './rate-field.tsx';
import { ScheduledLimitRow } from './scheduled-limit-row.tsx';
import { useLimitWords } from './use-limit-words.ts';

/** Monday to Friday, eight to six. */
const officeHours: ScheduledLimit = {
  days: [1, 2, 3, 4, 5],
  fromMinute: 8 * 60,
  toMinute: 18 * 60,
  upBytesPerSecond: 2_000_000,
  downBytesPerSecond: null,
};
const maxEntries = 50;

/** The limits and their schedule; each change holds at once. */
export function LimitsForm() {
  const { t } = useTranslation();
  const engine = useEngine();
  const words = useLimitWords();
  const view = useTransfersStore((state) => state.limits);
  /** What was chosen last here: the engine's answer to it is on its way. */
  const [limits, setLimits] = useState<TransferLimits>(view.limits);
  const [error, setError] = useState<AppError | null>(null);
  const { schedule } = limits;

  const change = async (next: Partial<TransferLimits>) => {
    const wanted = { ...limits, ...next };
    setLimits(wanted);
    const answer = await engine.call('transfers.setLimits', { limits: wanted });
    setError(answer.ok ? null : answer.error);
  };
  const putEntry = (at: number, entry: ScheduledLimit | null) =>
    void change({ schedule: schedule.flatMap((one, index) => (index !== at ? [one] : entry === null ? [] : [entry])) });

  const now = words.now(view);
  return (
    <div className={styles.form}>
      <p role="status" className={styles.hint}>
        {now ?? t('limits.nothing')}
      </p>
      <div className={styles.pair}>
        <RateField
          label={t('limits.up')}
          bytesPerSecond={limits.upBytesPerSecond}
          onChange={(upBytesPerSecond) => void change({ upBytesPerSecond })}
        />
        <RateField
          label={t('limits.down')}
          bytesPerSecond={limits.downBytesPerSecond}
          onChange={(downBytesPerSecond) => void change({ downBytesPerSecond })}
        />
      </div>
      <section className={styles.schedule} aria-label={t('limits.schedule')}>
        <h3>{t('limits.schedule')}</h3>
        <p className={styles.hint}>{t('limits.scheduleHint')}</p>
        {schedule.length === 0 ? null : (
          <ul className={styles.entries}>
            {schedule.map((entry, index) => (
              <ScheduledLimitRow
                // They have no other name than their place.
                // oxlint-disable-next-line react/no-array-index-key
                key={index}
                entry={entry}
                onChange={(changed) => putEntry(index, changed)}
                onRemove={() => putEntry(index, null)}
              />
            ))}
          </ul>
        )}
        <div>
          <Button
            small
            disabled={schedule.length >= maxEntries}
            onClick={() => void change({ schedule: [...schedule, officeHours] })}
          >
            <Plus size={14} aria-hidden />
            {t('limits.add')}
          </Button>
        </div>
      </section>
      {error ? <AppErrorView error={error} /> : null}
    </div>
  );
}
