import { Progress as Base } from '@base-ui/react/progress';
import styles from './feedback.module.css';

type Props = {
  readonly label: string;
  /** 0 to 1; null while the end is not known. */
  readonly fraction: number | null;
  readonly tone?: 'accent' | 'good' | 'warn' | 'bad';
};

export function Progress({ label, fraction, tone = 'accent' }: Props) {
  const value = fraction === null ? null : Math.round(Math.min(1, Math.max(0, fraction)) * 1000) / 10;
  return (
    <Base.Root value={value} aria-label={label}>
      <Base.Track className={styles.track}>
        <Base.Indicator className={styles.bar} data-tone={tone} />
      </Base.Track>
    </Base.Root>
  );
}
