import { Field } from '@base-ui/react/field';
import type { ComponentProps } from 'react';
import { classNames } from '../class-names.ts';
import { FieldFrame, type FieldWords } from './field-frame.tsx';
import styles from './field.module.css';

type AreaProps = Omit<ComponentProps<'textarea'>, 'value' | 'onChange' | 'className'>;
type Props = FieldWords &
  AreaProps & {
    readonly value: string;
    readonly onValueChange: (value: string) => void;
    /** For what machines read: keys, policies. */
    readonly mono?: boolean;
  };

/** Text of several lines; grows with them up to a third of the window. */
export function TextareaField({ label, mark, hint, error, value, onValueChange, mono = false, ...area }: Props) {
  return (
    <FieldFrame label={label} mark={mark} hint={hint} error={error}>
      <Field.Control
        className={classNames(styles.control, styles.area, mono && styles.mono)}
        value={value}
        onValueChange={(text) => onValueChange(text)}
        disabled={area.disabled}
        render={<textarea rows={3} spellCheck={!mono} {...area} />}
      />
    </FieldFrame>
  );
}
