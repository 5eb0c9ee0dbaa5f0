import { Field } from '@base-ui/react/field';
import type { ComponentProps } from 'react';
import { FieldFrame, type FieldWords } from './field-frame.tsx';
import styles from './field.module.css';

type InputProps = Omit<ComponentProps<typeof Field.Control>, 'value' | 'onChange' | 'onValueChange' | 'className'>;
type Props = FieldWords & InputProps & { readonly value: string; readonly onValueChange: (value: string) => void };

export function TextField({ label, mark, hint, error, onValueChange, ...input }: Props) {
  return (
    <FieldFrame label={label} mark={mark} hint={hint} error={error}>
      <Field.Control
        className={styles.control}
        dir="auto"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        onValueChange={(value) => onValueChange(value)}
        {...input}
      />
    </FieldFrame>
  );
}
