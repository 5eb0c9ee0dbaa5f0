import { Progress as Base } from '@base-ui/react/progress';
import styles from './feedback.module.css';

type Props = {
  readonly label: string;
  /** 0 to 1; null while the end is not known. */
  readonly fraction: number | null;
  /** Neutral: it does not move. */
  readonly tone?: 'accent' | 'neutral' | 'good' | 'warn' | 'bad';
  /** How far it is, in words: "1.2 MB of 3 MB". A percentage when left out. */
  readonly valueText?: string;
  /** The label and how far it is stand above the bar. */
  readonly captioned?: boolean;
};

export function Progress({ label, fraction, tone = 'accent', valueText, captioned = false }: Props) {
  const value = fraction === null ? null : Math.round(Math.min(1, Math.max(0, fraction)) * 1000) / 10;
  return (
    <Base.Root
      value={value}
      aria-label={captioned ? undefined : label}
      getAriaValueText={(formatted) => valueText ?? formatted ?? ''}
      className={styles.progress}
    >
      {captioned ? (
        <div className={styles.caption}>
          <Base.Label className={styles.captionLabel}>{label}</Base.Label>
          <Base.Value className={styles.captionValue}>{(formatted) => valueText ?? formatted}</Base.Value>
        </div>
      ) : null}
      <Base.Track className={styles.track}>
        <Base.Indicator className={styles.bar} data-tone={tone} />
      </Base.Track>
    </Base.Root>
  );
}
