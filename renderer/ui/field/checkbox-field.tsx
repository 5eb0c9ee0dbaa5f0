import { Check, Minus } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import styles from './field.module.css';

type Props = {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly checked: boolean;
  /** Some of what it stands for is checked. */
  readonly mixed?: boolean;
  readonly disabled?: boolean;
  readonly onCheckedChange: (checked: boolean) => void;
};

/** The browser's own checkbox, drawn by us: one element with one label, for people and tools alike. */
export function CheckboxField({ label, hint, checked, mixed = false, disabled, onCheckedChange }: Props) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (input.current) input.current.indeterminate = mixed;
  }, [mixed]);
  return (
    <Choice label={label} hint={hint}>
      {(describedBy) => (
        <span className={styles.checkBox}>
          <input
            ref={input}
            type="checkbox"
            className={styles.checkbox}
            checked={checked}
            disabled={disabled}
            aria-describedby={describedBy}
            onChange={(event) => onCheckedChange(event.target.checked)}
          />
          {mixed ? <Minus size={12} strokeWidth={3} aria-hidden /> : <Check size={12} strokeWidth={3} aria-hidden />}
        </span>
      )}
    </Choice>
  );
}

/** The same as a switch: what it says takes effect at once. */
export function SwitchField({ label, hint, checked, disabled, onCheckedChange }: Omit<Props, 'mixed'>) {
  return (
    <Choice label={label} hint={hint}>
      {(describedBy) => (
        <input
          type="checkbox"
          role="switch"
          aria-checked={checked}
          className={styles.switch}
          checked={checked}
          disabled={disabled}
          aria-describedby={describedBy}
          onChange={(event) => onCheckedChange(event.target.checked)}
        />
      )}
    </Choice>
  );
}

type ChoiceProps = {
  readonly label: string;
  readonly hint: string | undefined;
  readonly children: (describedBy: string | undefined) => ReactNode;
};

/** A control with its label behind it and a hint below the label. */
export function Choice({ label, hint, children }: ChoiceProps) {
  const hintId = useId();
  return (
    <div className={styles.field}>
      <label className={styles.checkRow}>
        {children(hint === undefined ? undefined : hintId)}
        <span className={styles.checkLabel}>{label}</span>
      </label>
      {hint === undefined ? null : (
        <p id={hintId} className={styles.checkHint}>
          {hint}
        </p>
      )}
    </div>
  );
}
