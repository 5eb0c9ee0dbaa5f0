import type { ReactNode } from 'react';
import styles from './feedback.module.css';

type Props = {
  readonly icon: ReactNode;
  readonly title: string;
  readonly text?: string;
  readonly actions?: ReactNode;
};

/** Where there is nothing to show: why, and what can be done. */
export function EmptyState({ icon, title, text, actions }: Props) {
  return (
    <div className={styles.empty}>
      {icon}
      <h2 className={styles.emptyTitle}>{title}</h2>
      {text === undefined ? null : <p className={styles.emptyText}>{text}</p>}
      {actions === undefined ? null : <div className={styles.emptyActions}>{actions}</div>}
    </div>
  );
}
