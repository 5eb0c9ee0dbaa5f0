import { type Ref, useEffect, useRef } from 'react';
import { TextField } from './text-field.tsx';
import styles from './field.module.css';

type Props = {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  /** Digits only. */
  readonly value: string;
  readonly digits: number;
  readonly readOnly?: boolean;
  readonly ref?: Ref<HTMLElement>;
  readonly onValueChange: (value: string) => void;
  /** The last digit has just been typed. */
  readonly onComplete: (value: string) => void;
};

/** A code of a fixed number of digits, such as an authenticator shows: everything else that is typed or pasted is dropped. */
export function CodeField({ digits, value, onValueChange, onComplete, ref, ...field }: Props) {
  const told = useRef(value);
  useEffect(() => {
    told.current = value;
  }, [value]);
  return (
    <div className={styles.code}>
      <TextField
        {...field}
        ref={ref}
        name="code"
        value={value}
        inputMode="numeric"
        autoComplete="one-time-code"
        dir="ltr"
        // Spaces come along with what is pasted.
        maxLength={digits * 2}
        onValueChange={(typed) => {
          const code = typed.replace(/\D/g, '').slice(0, digits);
          const isNew = code !== told.current;
          told.current = code;
          onValueChange(code);
          if (isNew && code.length === digits) onComplete(code);
        }}
      />
    </div>
  );
}
