import { Check } from 'lucide-react';
import { useId } from 'react';
import styles from './field.module.css';

type Props = {
  readonly label: string;
  readonly hint?: string;
  readonly checked: boolean;
  readonly onCheckedChange: (checked: boolean) => void;
};

/** The browser's own checkbox, drawn by us: one element with one label, for people and tools alike. */
export function CheckboxField({ label, hint, checked, onCheckedChange }: Props) {
  const hintId = useId();
  return (
    <div className={styles.field}>
      <label className={styles.checkRow}>
        <span className={styles.checkBox}>
          <input
            type="checkbox"
            className={styles.checkbox}
            checked={checked}
            aria-describedby={hint === undefined ? undefined : hintId}
            onChange={(event) => onCheckedChange(event.target.checked)}
          />
          <Check size={12} strokeWidth={3} aria-hidden />
        </span>
        {label}
      </label>
      {hint === undefined ? null : (
        <p id={hintId} className={styles.hint}>
          {hint}
        </p>
      )}
    </div>
  );
}
