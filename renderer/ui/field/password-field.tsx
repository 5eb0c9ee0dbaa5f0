import { Field } from '@base-ui/react/field';
import { Eye, EyeOff } from 'lucide-react';
import { type ComponentProps, useState } from 'react';
import { IconButton } from '../button/button.tsx';
import { FieldFrame, type FieldWords } from './field-frame.tsx';
import styles from './field.module.css';

type InputProps = Omit<
  ComponentProps<typeof Field.Control>,
  'value' | 'onChange' | 'onValueChange' | 'className' | 'type'
>;
type Props = FieldWords &
  InputProps & {
    readonly value: string;
    readonly onValueChange: (value: string) => void;
    /** What the button at the end does: "Show the secret", "Hide the secret". */
    readonly showLabel: string;
    readonly hideLabel: string;
  };

/** A secret: dots, and letters on demand; what cannot be typed in cannot be shown either. */
export function PasswordField(props: Props) {
  const { label, mark, hint, error, onValueChange, showLabel, hideLabel, ...input } = props;
  const [shown, setShown] = useState(false);
  return (
    <FieldFrame label={label} mark={mark} hint={hint} error={error}>
      <div className={styles.withButton}>
        <Field.Control
          className={styles.control}
          type={shown ? 'text' : 'password'}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          onValueChange={(value) => onValueChange(value)}
          {...input}
        />
        {input.readOnly === true ? null : (
          <IconButton
            small
            label={shown ? hideLabel : showLabel}
            icon={shown ? <EyeOff size={16} aria-hidden /> : <Eye size={16} aria-hidden />}
            disabled={input.disabled}
            onClick={() => setShown(!shown)}
          />
        )}
      </div>
    </FieldFrame>
  );
}
