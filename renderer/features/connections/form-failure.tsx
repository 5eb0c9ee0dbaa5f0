import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppError } from '../../../shared/errors.ts';
import { Button } from '../../ui/button/button.tsx';
import { AppErrorView } from '../../words/error-words.tsx';
import type { FieldHelp } from './field-help.ts';
import type { TextDraftField } from './connection-draft.ts';

const SignInDialog = lazy(async () => ({ default: (await import('../../sign-in/sign-in-dialog.tsx')).SignInDialog }));

type Props = {
  readonly error: AppError;
  /** The field that is to blame, if it is for this. */
  readonly help: FieldHelp | null;
  readonly onGoToField: (field: TextDraftField) => void;
  /** A person has signed in, which is what was missing. */
  readonly onSignedIn?: (() => void) | undefined;
};

/** Why a test or a save failed, and how to mend it. What its field says already is not said twice: here is the way there. */
export function FormFailure({ error, help, onGoToField, onSignedIn }: Props) {
  const { t } = useTranslation();
  const [signingIn, setSigningIn] = useState(false);
  const { profile } = error.context;
  if (error.code === 'SsoSignInNeeded' && typeof profile === 'string') {
    return (
      <>
        <AppErrorView
          error={error}
          actions={
            <Button small onClick={() => setSigningIn(true)}>
              {t('signIn.ask')}
            </Button>
          }
        />
        {signingIn ? (
          <Suspense fallback={null}>
            <SignInDialog
              request={{ kind: 'sso', profile }}
              onSignedIn={onSignedIn}
              onClose={() => setSigningIn(false)}
            />
          </Suspense>
        ) : null}
      </>
    );
  }
  if (help?.error !== error) return <AppErrorView error={error} />;
  const { field } = help;
  return (
    <AppErrorView
      error={error}
      saidAt={t('connection.lookAtField', { field: t(`connection.${field}`) })}
      actions={
        <Button small onClick={() => onGoToField(field)}>
          {t('connection.goToField')}
        </Button>
      }
    />
  );
}
