import { useTranslation } from 'react-i18next';
import { useLinkStore } from '../../stores/link-store.ts';
import { Spinner } from '../../ui/feedback/spinner.tsx';
import styles from './shell.module.css';

/** While the engine has not said anything yet; shows only where that takes a moment. */
export function Starting() {
  const { t } = useTranslation();
  const lost = useLinkStore((link) => link.state === 'lost');
  // The banner says it better.
  if (lost) return null;
  return (
    <p className={styles.starting} role="status">
      <Spinner />
      {t('link.connecting')}
    </p>
  );
}
