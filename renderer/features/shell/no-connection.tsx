import { PlugZap } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import styles from './shell.module.css';
import { useChangePreferences } from '../../bridge/use-change-preferences.ts';
import { Button } from '../../ui/button/button.tsx';
import { toggleNow, usePaneOpen } from './panes-store.ts';
import { EmptyState } from '../../ui/feedback/empty-state.tsx';

/** There are connections, and none is open: the one that was has been removed. */
export function NoConnection() {
  const { t } = useTranslation();
  const change = useChangePreferences();
  const isListed = usePaneOpen('sidebar');
  const action = isListed ? undefined : (
    <Button onClick={() => toggleNow('sidebar', change)}>{t('shell.showSidebar')}</Button>
  );
  return (
    <div className={styles.fill}>
      <EmptyState
        icon={<PlugZap size={32} aria-hidden />}
        title={t('sidebar.pick')}
        text={t('sidebar.pickText')}
        actions={action}
      />
    </div>
  );
}
