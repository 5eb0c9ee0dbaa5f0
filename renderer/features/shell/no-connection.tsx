import { PlugZap } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import styles from './shell.module.css';
import { EmptyState } from '../../ui/feedback/empty-state.tsx';

/** There are connections, and none is open: the one that was has been removed. */
export function NoConnection() {
  const { t } = useTranslation();
  return (
    <div className={styles.fill}>
      <EmptyState icon={<PlugZap size={32} aria-hidden />} title={t('sidebar.pick')} text={t('sidebar.pickText')} />
    </div>
  );
}
