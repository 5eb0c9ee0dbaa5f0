import { Gauge } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useTransfersStore } from '../../../stores/transfers-store.ts';
import { Popover } from '../../../ui/popover/popover.tsx';
import { LimitsForm } from './limits-form.tsx';
import styles from './limits.module.css';
import { useLimitWords } from './use-limit-words.ts';

type Props = { readonly open: boolean; readonly onOpen: (open: boolean) => void };

/** Says that a limit is in force, and opens what sets it. */
export function LimitsControl({ open, onOpen }: Props) {
  const { t } = useTranslation();
  const words = useLimitWords();
  const view = useTransfersStore((state) => state.limits);
  const { upBytesPerSecond, downBytesPerSecond } = view.now;
  const isLimited = upBytesPerSecond !== null || downBytesPerSecond !== null;
  const said = isLimited ? words.now(view) : null;
  return (
    <Popover
      title={t('limits.title')}
      wide
      open={open}
      onOpenChange={onOpen}
      trigger={
        <button
          type="button"
          className={styles.trigger}
          data-limited={isLimited ? '' : undefined}
          aria-label={said === null ? t('limits.button') : `${t('limits.button')}: ${said}`}
          title={said ?? t('limits.button')}
        >
          <Gauge size={16} aria-hidden />
          {said === null ? null : <span className={styles.said}>{said}</span>}
        </button>
      }
    >
      <LimitsForm />
    </Popover>
  );
}
