import { create } from 'zustand';
import { profileOfAuth } from '../../shared/domain/auth.ts';
import type { ConnectionView } from '../../shared/domain/connection.ts';
import type { ConnectionId } from '../../shared/domain/ids.ts';
import type { JobView } from '../../shared/domain/transfer.ts';
import { type AppError, isSignInNeeded } from '../../shared/errors.ts';

/** A sign-in that only a person can do: the code of an MFA device, or a confirmation in the browser. */
export type SignInRequest =
  | {
      readonly kind: 'mfa';
      readonly connectionId: ConnectionId;
      readonly mfaSerial?: string;
      /** The code before was refused. */
      readonly refusal?: AppError;
    }
  | {
      readonly kind: 'sso';
      readonly profile: string;
      /** Left out: for a connection that is not saved yet. */
      readonly connectionId?: ConnectionId;
    };

/** Features that meet such a failure put their request here; the window shows the dialog. */
export type SignInState = { readonly request: SignInRequest | null };

export const useSignInStore = create<SignInState>()(() => ({ request: null }));

export function askToSignIn(request: SignInRequest): void {
  useSignInStore.setState({ request });
}

/** Pure. Whether the failure is mended by signing in, and by nothing else. */
export function isOfSignIn(error: AppError): boolean {
  return isSignInNeeded(error) || error.code === 'MfaRefused';
}

/** Pure. What a person is to do about a failure of the connection; null when it is no matter of signing in. */
export function signInRequest(error: AppError, connection: Pick<ConnectionView, 'id' | 'auth'>): SignInRequest | null {
  if (error.code === 'SsoSignInNeeded') {
    const profile = textOf(error, 'profile') ?? profileOfAuth(connection.auth);
    return profile === null ? null : { kind: 'sso', profile, connectionId: connection.id };
  }
  if (!isOfSignIn(error)) return null;
  const known = connection.auth.type === 'role' ? connection.auth.mfaSerial : undefined;
  const mfaSerial = textOf(error, 'mfaSerial') ?? known;
  return {
    kind: 'mfa',
    connectionId: connection.id,
    ...(mfaSerial === undefined ? {} : { mfaSerial }),
    ...(error.code === 'MfaRefused' ? { refusal: error } : {}),
  };
}

/** Pure. The sign-in that a connection needs before anything else of it works. */
export function signInOfConnection(connection: ConnectionView): SignInRequest | null {
  return 'error' in connection.status ? signInRequest(connection.status.error, connection) : null;
}

/** Pure. The sign-in that a job waits for, or failed for want of: of the end that its failure names, or that needs it. */
export function signInOfJob(job: JobView, connections: readonly ConnectionView[]): SignInRequest | null {
  const ends = [job.connectionId, job.toConnectionId];
  const mine = connections.filter(({ id }) => ends.includes(id));
  if (job.error && isOfSignIn(job.error)) {
    const named = textOf(job.error, 'connectionId') ?? job.connectionId;
    const connection = mine.find(({ id }) => id === named);
    return connection ? signInRequest(job.error, connection) : null;
  }
  return mine.map(signInOfConnection).find((request) => request !== null) ?? null;
}

function textOf({ context }: AppError, name: string): string | undefined {
  const value = context[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
