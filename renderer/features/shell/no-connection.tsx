import { PlugZap } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './shell.module.css';
import { EmptyState } from '../../ui/feedback/empty-state.tsx';

/** There are connections, and none is open: the one that was has been removed. */
export function NoConnection() {
  const { t } = useTranslation();
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // The focus went with what was removed.
    if (document.activeElement === document.body) ref.current?.closest('main')?.focus({ preventScroll: true });
  }, []);
  return (
    <div ref={ref} className={styles.fill}>
      <EmptyState icon={<PlugZap size={32} aria-hidden />} title={t('sidebar.pick')} text={t('sidebar.pickText')} />
    </div>
  );
}
