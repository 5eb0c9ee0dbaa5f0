import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button/button.tsx';
import { CodeField } from '../../ui/field/code-field.tsx';
import styles from './connections.module.css';

const digits = 6;

type Props = {
  /** The test goes on. */
  readonly running: boolean;
  readonly onCode: (mfaCode: string) => void;
  /** The code has served: what had the focus is no longer there. */
  readonly onGone: () => void;
};

/** Asks for the six digits that a test needs; the sixth sends them. They are good for once, and kept nowhere. */
export function MfaCodeField({ running, onCode, onGone }: Props) {
  const { t } = useTranslation();
  const [code, setCode] = useState('');
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const frameRef = useRef<HTMLDivElement>(null);
  const inputRef = useRef<HTMLElement>(null);
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
  const send = (typed: string) => {
    if (typed.length === digits) {
      // It works once.
      setCode('');
      return onCode(typed);
    }
    setProblem(t('connection.invalid.mfaCode'));
    return inputRef.current?.focus();
  };
  return (
    // The keys of the field in it.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      ref={frameRef}
      className={styles.mfaCode}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.target !== inputRef.current) return;
        // In a form Enter would save it.
        event.preventDefault();
        // After the last digit it is on its way already.
        if (!running) send(code);
      }}
    >
      <CodeField
        ref={inputRef}
        label={t('connection.mfaCode')}
        hint={t('connection.mfaCodeHint')}
        error={problem}
        digits={digits}
        value={code}
        onValueChange={(typed) => {
          setCode(typed);
          setProblem(undefined);
        }}
        onComplete={send}
      />
      <Button onClick={() => send(code)}>{t('connection.testWithCode')}</Button>
    </div>
  );
}
