import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppError } from '../../shared/errors.ts';
import { describeError } from '../../shared/words/describe-error.ts';
import { Button } from '../ui/button/button.tsx';
import { Dialog } from '../ui/dialog/dialog.tsx';
import { CodeField } from '../ui/field/code-field.tsx';
import { AppErrorView } from '../words/error-words.tsx';

const digits = 6;

type Props = {
  /** The connection's. */
  readonly name: string;
  readonly mfaSerial?: string | undefined;
  /** Why the code before was refused. */
  readonly refusal?: AppError | undefined;
  /** Uses the code; an error to be shown, or null when all is well and the caller closes the dialog. */
  readonly submit: (code: string) => Promise<AppError | null>;
  readonly onClose: () => void;
};

/** Asks for what an MFA device shows; the sixth digit sends it. A code that is refused says so at the field. */
export function MfaDialog({ name, mfaSerial, refusal, submit, onClose }: Props) {
  const { t } = useTranslation();
  const fieldRef = useRef<HTMLElement>(null);
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  const [short, setShort] = useState(false);
  const [error, setError] = useState<AppError | null>(refusal ?? null);
  const ofCode = error?.code === 'MfaRefused' ? describeError(error) : null;
  const problem = short ? t('signIn.sixDigits') : ofCode ? t('common.errorInLine', ofCode) : undefined;

  const send = async (typed: string) => {
    if (busy) return;
    setShort(typed.length < digits);
    if (typed.length < digits) return fieldRef.current?.focus();
    setBusy(true);
    setError(null);
    const failure = await submit(typed);
    setBusy(false);
    setError(failure);
    // It works once: the next one is typed.
    if (failure) setCode('');
  };
  return (
    <Dialog
      title={t('signIn.title', { name })}
      description={mfaSerial === undefined ? t('signIn.mfaText') : t('signIn.mfaTextOf', { device: mfaSerial })}
      firm
      onClose={onClose}
      onSubmit={() => void send(code)}
      initialFocus={fieldRef}
      actions={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button look="primary" type="submit" busy={busy}>
            {busy ? t('signIn.signingIn') : t('signIn.do')}
          </Button>
        </>
      }
    >
      <CodeField
        ref={fieldRef}
        label={t('signIn.code')}
        hint={t('signIn.codeHint')}
        error={problem}
        value={code}
        digits={digits}
        readOnly={busy}
        onValueChange={(typed) => {
          setCode(typed);
          setShort(false);
        }}
        onComplete={(typed) => void send(typed)}
      />
      {/* The focus stays in the field, which would not be read again. */}
      <p role="alert" className="visually-hidden">
        {problem ?? ''}
      </p>
      {error && !ofCode ? <AppErrorView error={error} /> : null}
    </Dialog>
  );
}
