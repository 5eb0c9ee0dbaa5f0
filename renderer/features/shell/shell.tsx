import type { ReactNode } from 'react';
import styles from './shell.module.css';

type Props = {
  /** The heading of the window where the main area has none. */
  readonly title: string | null;
  readonly banner: ReactNode;
  /** Null: nothing beside the main area. */
  readonly sidebar: ReactNode;
  readonly main: ReactNode;
  readonly bottom: ReactNode;
};

/** Where things stand in the window. */
export function Shell({ title, banner, sidebar, main, bottom }: Props) {
  return (
    <div className={styles.window}>
      <div className={styles.banner}>{banner}</div>
      {sidebar}
      <main className={sidebar === null ? `${styles.main} ${styles.bare}` : styles.main}>
        {title === null ? null : <h1 className="visually-hidden">{title}</h1>}
        {main}
      </main>
      <div className={styles.bottom}>{bottom}</div>
    </div>
  );
}
