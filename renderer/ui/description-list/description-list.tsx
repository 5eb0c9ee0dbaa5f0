import type { ReactNode } from 'react';
import styles from './description-list.module.css';

export type Description = { readonly term: string; readonly value: ReactNode; readonly action?: ReactNode };

/** Facts with their names: side by side, or one below the other where that is too narrow. Values can be selected. */
export function DescriptionList({ items }: { readonly items: readonly Description[] }) {
  return (
    <div className={styles.frame}>
      <dl className={styles.list}>
        {items.map((item) => (
          <div key={item.term} className={styles.item}>
            <dt className={styles.term}>{item.term}</dt>
            <dd className={styles.value}>
              <span className={styles.text}>{item.value}</span>
              {item.action}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
