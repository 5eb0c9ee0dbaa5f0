import styles from './feedback.module.css';

/** Stands for text that is on its way; shows only after 150 ms, so that what is quick does not flicker. */
export function Skeleton({ widthPercent }: { readonly widthPercent: number }) {
  return <span className={styles.skeleton} style={{ inlineSize: `${widthPercent}%` }} aria-hidden />;
}
