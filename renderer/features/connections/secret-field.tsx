import { type ComponentProps, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button/button.tsx';
import { PasswordField } from '../../ui/field/password-field.tsx';
import styles from './connections.module.css';
import { secretWords } from './field-props.ts';

/** Stands for a secret, however long that is. */
const mask = '•'.repeat(12);

type Props = Omit<ComponentProps<typeof PasswordField>, 'showLabel' | 'hideLabel' | 'ref'> & {
  /** There is one already: it is not shown, and stays unless it is replaced. */
  readonly isSaved: boolean;
  /** What the button to replace it is called, spoken: "Replace the secret". */
  readonly replaceLabel: string;
};

/** A secret to type in, or a mask in place of the saved one and a button to replace it. */
export function SecretField({ isSaved, replaceLabel, hint, ...field }: Props) {
  const { t } = useTranslation();
  const [replacing, setReplacing] = useState(false);
  const inputRef = useRef<HTMLInputElement>(null);
  const masked = isSaved && !replacing;
  return (
    <div className={masked ? styles.withAction : undefined}>
      <PasswordField
        ref={inputRef}
        autoComplete="new-password"
        readOnly={masked}
        {...secretWords(t)}
        placeholder={masked ? mask : ''}
        hint={masked ? t('connection.secretSavedHint') : hint}
        {...field}
      />
      {masked ? (
        <Button
          aria-label={replaceLabel}
          onClick={() => {
            setReplacing(true);
            inputRef.current?.focus();
          }}
        >
          {t('connection.replaceSecret')}
        </Button>
      ) : null}
    </div>
  );
}
