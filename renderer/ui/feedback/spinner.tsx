import { LoaderCircle } from 'lucide-react';
import styles from './feedback.module.css';

/** Decoration beside words that say what is under way. */
export function Spinner({ size = 14 }: { readonly size?: number }) {
  return <LoaderCircle size={size} className={styles.spinner} aria-hidden />;
}
