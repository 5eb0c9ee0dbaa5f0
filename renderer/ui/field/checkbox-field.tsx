import { Checkbox } from '@base-ui/react/checkbox';
import { Field } from '@base-ui/react/field';
import { Check } from 'lucide-react';
import { FieldNotes } from './field-frame.tsx';
import styles from './field.module.css';

type Props = {
  readonly label: string;
  readonly hint?: string;
  readonly checked: boolean;
  readonly onCheckedChange: (checked: boolean) => void;
};

export function CheckboxField({ label, hint, checked, onCheckedChange }: Props) {
  return (
    <Field.Root className={styles.field}>
      <Field.Label className={styles.checkRow}>
        <Checkbox.Root className={styles.checkbox} checked={checked} onCheckedChange={onCheckedChange}>
          <Checkbox.Indicator>
            <Check size={12} strokeWidth={3} aria-hidden />
          </Checkbox.Indicator>
        </Checkbox.Root>
        {label}
      </Field.Label>
      <FieldNotes hint={hint} />
    </Field.Root>
  );
}
