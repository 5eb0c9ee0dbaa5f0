import { useTranslation } from 'react-i18next';
import type { ConnectionView } from '../../../shared/domain/connection.ts';
import type { AppError } from '../../../shared/errors.ts';
import { describeError } from '../../../shared/words/describe-error.ts';
import { goTo, useBrowserStore } from '../../stores/browser-store.ts';
import { askToSignIn, signInRequest } from '../../stores/sign-in-store.ts';
import { parentOf, type Place, rootOf } from '../../stores/place.ts';
import { Banner } from '../../ui/feedback/banner.tsx';
import { Button } from '../../ui/button/button.tsx';
import { AppErrorView } from '../../words/error-words.tsx';
import styles from './list.module.css';
import { NamedBuckets } from './named-buckets.tsx';

type Props = {
  readonly connection: ConnectionView;
  readonly place: Place;
  readonly error: AppError;
  readonly onRetry: () => void;
  /** Opens the form of the connection; left out where there is nothing to edit. */
  readonly onEditConnection?: (() => void) | undefined;
};

const go = (place: Place) => useBrowserStore.setState((state) => goTo(state, place));

/** Why a place cannot be listed, with what helps: another try, other credentials, the way up, or a bucket by its name. */
export function PlaceFailure({ connection, place, error, onRetry, onEditConnection }: Props) {
  const { t } = useTranslation();
  const above = parentOf(place, rootOf(connection));
  const isDenied = error.code === 'AccessDenied' || error.code === 'AllAccessDisabled';
  const isGone = error.code === 'NoSuchBucket';
  const isOfCredentials = error.retry === 'reauth' || credentialCodes.has(error.code);
  const signIn = signInRequest(error, connection);
  const isOfConnection = connectionCodes.has(error.code);
  const suggestion = typeof error.context['suggestion'] === 'string' ? error.context['suggestion'] : null;
  return (
    <div className={styles.failure}>
      {/* The way on comes first: it is seen however little room there is. */}
      {isDenied && place.bucket === null ? <NamedBuckets connection={connection} /> : null}
      <AppErrorView
        error={error}
        actions={
          <>
            {isGone && suggestion !== null ? (
              <Button onClick={() => go({ ...place, bucket: suggestion, prefix: '' })}>
                {t('browser.openNamed', { name: suggestion })}
              </Button>
            ) : null}
            {signIn === null ? null : (
              <Button look="primary" onClick={() => askToSignIn(signIn)}>
                {t('signIn.ask')}
              </Button>
            )}
            {isOfCredentials && onEditConnection ? (
              <Button look="primary" onClick={onEditConnection}>
                {t('browser.editConnection')}
              </Button>
            ) : null}
            <Button onClick={onRetry}>{t('common.retry')}</Button>
            {isOfConnection && onEditConnection ? (
              <Button onClick={onEditConnection}>{t('browser.editConnection')}</Button>
            ) : null}
            {(isDenied || isGone) && above ? <Button onClick={() => go(above)}>{t('browser.up')}</Button> : null}
          </>
        }
      />
    </div>
  );
}

/** Nothing but other credentials helps. */
const credentialCodes: ReadonlySet<string> = new Set([
  'CredentialsMissing',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
]);

/** What may be wrong is in the form of the connection, or passes by itself. */
const connectionCodes: ReadonlySet<string> = new Set([
  'EndpointUnreachable',
  'HostNotFound',
  'NotAnS3Endpoint',
  'TlsFailed',
  'VaultLocked',
]);

/** Above rows that could not be listed again, or not to their end. */
export function StaleBanner({ connection, error, onRetry }: Pick<Props, 'connection' | 'error' | 'onRetry'>) {
  const { t } = useTranslation();
  const signIn = signInRequest(error, connection);
  const { message, fix } = describeError(error);
  const wayOn = (
    <Button small onClick={signIn === null ? onRetry : () => askToSignIn(signIn)}>
      {signIn === null ? t('common.retry') : t('signIn.ask')}
    </Button>
  );
  return (
    <Banner tone="bad" action={wayOn}>
      {t('browser.incomplete', { reason: message, fix })}
    </Banner>
  );
}
