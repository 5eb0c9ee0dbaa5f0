import { Field } from '@base-ui/react/field';
import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './field.module.css';

export type FieldWords = {
  readonly label: string;
  /** Shown beside the label, outside of its name: "optional". */
  readonly mark?: string | undefined;
  readonly hint?: string | undefined;
  /** What is wrong and how to mend it; its presence makes the field invalid. */
  readonly error?: string | undefined;
};

type Props = FieldWords & {
  readonly children: ReactNode;
  /** A label element that suits the control; a plain one when left out. */
  readonly labelElement?: ReactNode;
};

/** Label above, control, and below it the hint or the error. */
export function FieldFrame({ label, mark, hint, error, labelElement, children }: Props) {
  return (
    <Field.Root className={styles.field} invalid={error !== undefined}>
      <div>
        {labelElement ?? <Field.Label className={styles.label}>{label}</Field.Label>}
        {mark === undefined ? null : <span className={styles.optional}>{mark}</span>}
      </div>
      {children}
      <FieldNotes hint={hint} error={error} />
    </Field.Root>
  );
}

function FieldNotes({ hint, error }: Pick<FieldWords, 'hint' | 'error'>) {
  if (error !== undefined) {
    return (
      <Field.Error match={true} className={styles.error}>
        <CircleAlert size={14} aria-hidden />
        {error}
      </Field.Error>
    );
  }
  return hint === undefined ? null : <Field.Description className={styles.hint}>{hint}</Field.Description>;
}
