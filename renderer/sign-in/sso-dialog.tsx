import { ExternalLink } from 'lucide-react';
import { useEffect, useEffectEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SsoSignIn } from '../../shared/domain/aws-profile.ts';
import type { ConnectionId } from '../../shared/domain/ids.ts';
import { useEngine } from '../bridge/engine-context.ts';
import { Button } from '../ui/button/button.tsx';
import { CopyButton } from '../ui/button/copy-button.tsx';
import { LinkButton } from '../ui/button/link-button.tsx';
import { Dialog } from '../ui/dialog/dialog.tsx';
import { Spinner } from '../ui/feedback/spinner.tsx';
import { focusWhenShown } from '../ui/focus-when-shown.ts';
import { AppErrorView } from '../words/error-words.tsx';
import { useFormat } from '../words/use-format.ts';
import styles from './sign-in.module.css';
import { signInInBrowser, type SsoState } from './sso-sign-in.ts';

type Props = {
  /** The connection's, or of one that is not saved yet the profile's. */
  readonly name: string;
  readonly profile: string;
  readonly connectionId?: ConnectionId | undefined;
  readonly onClose: () => void;
  readonly onDone: () => void;
};

/** A sign-in in the browser: the code to compare, the way there, and how long there is time. Closing it cancels it. */
export function SsoDialog({ name, profile, connectionId, onClose, onDone }: Props) {
  const { t } = useTranslation();
  const engine = useEngine();
  const [attempt, setAttempt] = useState(1);
  const [now, setNow] = useState<SsoState>({ state: 'starting' });
  const take = useEffectEvent((next: SsoState) => {
    setNow(next);
    if (next.state === 'done') onDone();
  });
  useEffect(() => {
    const stop = new AbortController();
    void signInInBrowser(engine, { profile, connectionId }, take, stop.signal);
    return () => stop.abort();
    // Another attempt is another sign-in.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [engine, profile, connectionId, attempt]);

  const waits = now.state === 'waiting';
  return (
    <Dialog
      title={t('signIn.title', { name })}
      description={t('signIn.ssoText', { profile })}
      firm
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          {now.state === 'ended' ? (
            <Button ref={focusWhenShown} look="primary" onClick={() => setAttempt(attempt + 1)}>
              {t('signIn.again')}
            </Button>
          ) : null}
          {waits ? (
            <LinkButton ref={focusWhenShown} href={now.signIn.verificationUrl} look="primary">
              {t('signIn.openBrowser')}
              <ExternalLink size={14} aria-hidden />
            </LinkButton>
          ) : null}
        </>
      }
    >
      {waits ? <Code signIn={now.signIn} /> : null}
      {now.state === 'ended' ? (
        <AppErrorView error={now.error} />
      ) : (
        <p role="status" className={styles.progress}>
          <Spinner />
          {t(waits ? 'signIn.waiting' : now.state === 'starting' ? 'signIn.starting' : 'signIn.confirmed')}
        </p>
      )}
    </Dialog>
  );
}

function Code({ signIn: { userCode, expiresMs } }: { readonly signIn: SsoSignIn }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const secondsLeft = (expiresMs - nowMs) / 1000;
  return (
    <div className={styles.codeBox}>
      <p>{t('signIn.compare')}</p>
      <p className={styles.code}>
        <code dir="ltr">{userCode}</code>
        <CopyButton text={userCode} label={t('signIn.copyCode')} copiedLabel={t('common.copied')} />
      </p>
      <p className={styles.soft}>
        {secondsLeft > 0 ? t('signIn.expiresIn', { time: format.duration(secondsLeft) }) : t('signIn.expired')}
      </p>
    </div>
  );
}
