import { useTranslation } from 'react-i18next';
import { useEngine } from '../bridge/engine-context.ts';
import { useBrowserStore } from '../stores/browser-store.ts';
import { findConnection, useConnectionsStore } from '../stores/connections-store.ts';
import type { SignInRequest } from '../stores/sign-in-store.ts';
import { useToast } from '../ui/toast/toast.tsx';
import { MfaDialog } from './mfa-dialog.tsx';
import { SsoDialog } from './sso-dialog.tsx';

type Props = {
  readonly request: SignInRequest;
  readonly onClose: () => void;
  /** After `onClose`; what waited in the engine goes on by itself. */
  readonly onSignedIn?: (() => void) | undefined;
};

/** The sign-in that a connection needs a person for. The open place is listed again afterwards. */
export function SignInDialog({ request, onClose, onSignedIn }: Props) {
  const { t } = useTranslation();
  const engine = useEngine();
  const toast = useToast();
  const { connectionId } = request;
  const connection = useConnectionsStore((state) => findConnection(state, connectionId));
  const profile = request.kind === 'sso' ? request.profile : '';
  const name = connection?.name ?? profile;
  const done = () => {
    useBrowserStore.setState(({ place, staleSerial }) =>
      place !== null && place.connectionId === connectionId ? { staleSerial: staleSerial + 1 } : {},
    );
    toast(t('signIn.done', { name }));
    onClose();
    onSignedIn?.();
  };
  if (request.kind === 'sso') {
    return <SsoDialog name={name} profile={profile} connectionId={connectionId} onClose={onClose} onDone={done} />;
  }
  return (
    <MfaDialog
      name={name}
      mfaSerial={request.mfaSerial}
      refusal={request.refusal}
      onClose={onClose}
      submit={async (mfaCode) => {
        const answer = await engine.call('connections.signIn', { connectionId: request.connectionId, mfaCode });
        if (!answer.ok) return answer.error;
        done();
        return null;
      }}
    />
  );
}
