import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { mfaCodeSchema } from '../../../shared/domain/auth.ts';
import { Button } from '../../ui/button/button.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import styles from './connections.module.css';

type Props = {
  /** The test goes on. */
  readonly running: boolean;
  readonly onCode: (mfaCode: string) => void;
  /** The code has served: what had the focus is no longer there. */
  readonly onGone: () => void;
};

/** Asks for the six digits that a test needs. They are good for once, and kept nowhere. */
export function MfaCodeField({ running, onCode, onGone }: Props) {
  const { t } = useTranslation();
  const [code, setCode] = useState('');
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const frameRef = useRef<HTMLDivElement>(null);
  const inputRef = useRef<HTMLInputElement>(null);
  const gone = useRef(onGone);
  useEffect(() => {
    inputRef.current?.focus();
    const leave = gone.current;
    return () => {
      if (document.activeElement === document.body) leave();
    };
  }, []);
  // Below the steps, which show their own end when a test has ended.
  useEffect(() => {
    if (!running) frameRef.current?.scrollIntoView({ block: 'nearest' });
  }, [running]);
  const send = () => {
    const digits = mfaCodeSchema.safeParse(code.replaceAll(/\s/g, ''));
    if (digits.success) {
      // It works once.
      setCode('');
      return onCode(digits.data);
    }
    setProblem(t('connection.invalid.mfaCode'));
    return inputRef.current?.focus();
  };
  return (
    <div ref={frameRef} className={styles.mfaCode}>
      <TextField
        ref={inputRef}
        label={t('connection.mfaCode')}
        hint={t('connection.mfaCodeHint')}
        error={problem}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={20}
        value={code}
        onValueChange={(typed) => {
          setCode(typed);
          setProblem(undefined);
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          // In a form Enter would save it.
          event.preventDefault();
          send();
        }}
      />
      <Button onClick={send}>{t('connection.testWithCode')}</Button>
    </div>
  );
}
