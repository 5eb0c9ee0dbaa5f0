import { CircleAlert } from 'lucide-react';
import { useId } from 'react';
import { Choice } from './checkbox-field.tsx';
import type { FieldWords } from './field-frame.tsx';
import styles from './field.module.css';

type Option<V extends string> = {
  readonly value: V;
  readonly label: string;
  readonly hint?: string;
  readonly disabled?: boolean;
};
type Props<V extends string> = Pick<FieldWords, 'label' | 'error'> & {
  readonly value: V | null;
  readonly options: readonly Option<V>[];
  readonly onValueChange: (value: V) => void;
  readonly disabled?: boolean;
};

/** One of a few that are all in sight. */
export function RadioField<V extends string>({ label, error, value, options, onValueChange, disabled }: Props<V>) {
  const name = useId();
  const errorId = useId();
  return (
    <fieldset
      className={styles.radios}
      disabled={disabled}
      role="radiogroup"
      aria-invalid={error === undefined ? undefined : true}
      aria-describedby={error === undefined ? undefined : errorId}
    >
      <legend className={styles.label}>{label}</legend>
      {options.map((option) => (
        <Choice key={option.value} label={option.label} hint={option.hint}>
          {(describedBy) => (
            <input
              type="radio"
              className={styles.radio}
              name={name}
              value={option.value}
              checked={option.value === value}
              disabled={option.disabled}
              aria-describedby={describedBy}
              onChange={() => onValueChange(option.value)}
            />
          )}
        </Choice>
      ))}
      {error === undefined ? null : (
        <p id={errorId} className={styles.error}>
          <CircleAlert size={14} aria-hidden />
          {error}
        </p>
      )}
    </fieldset>
  );
}
