import type { Clock } from '../../shared/domain/clock.ts';
import type { ConnectionState } from '../../shared/domain/connection.ts';
import type { AppError, ErrorCode } from '../../shared/errors.ts';
import type { Result } from '../../shared/result.ts';
import type { ObjectStore } from './object-store.ts';

/** Called after each call with what it says about the connection. */
export type OnConnectionState = (state: ConnectionState) => void;

/** A person has to mend these in the connection. */
const needsYou: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'AllAccessDisabled',
  'AssumeRoleDenied',
  'CertificateChainBroken',
  'CertificateExpired',
  'CertificateMissing',
  'CertificateNotYetValid',
  'CertificateUnreadable',
  'CertificateUnsupported',
  'CredentialsMissing',
  'ExpiredToken',
  'InvalidAccessKeyId',
  'InvalidToken',
  'KeyringUnavailable',
  'MfaNeeded',
  'MfaRefused',
  'PrivateKeyMismatch',
  'PrivateKeyMissing',
  'PrivateKeyUnreadable',
  'RegionDisabledException',
  'RoleDurationTooLong',
  'RolesAnywhereDenied',
  'RolesAnywhereEmpty',
  'RolesAnywhereInvalid',
  'RolesAnywhereNotFound',
  'RolesAnywhereRoleDenied',
  'RolesAnywhereSignatureRefused',
  'RolesAnywhereUntrusted',
  'SignatureDoesNotMatch',
  'SsoSignInNeeded',
  'VaultLocked',
  'VaultWrongPassphrase',
]);

/** These say that the server cannot be talked to. */
const failing: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'ConnectionReset',
  'EndpointUnreachable',
  'HostNotFound',
  'NotAnS3Endpoint',
  'RequestTimeTooSkewed',
  'Stalled',
  'TlsFailed',
]);

/** What an outcome says about the connection; null when it says nothing. Any other refusal is an answer: it works. */
export function connectionStateOf(error: AppError | null): ConnectionState | null {
  if (error === null) return { state: 'ready' };
  if (error.code === 'Cancelled' || error.code === 'OutsideRestriction') return null;
  if (needsYou.has(error.code)) return { state: 'needsYou', error };
  if (failing.has(error.code)) return { state: 'failing', error };
  return error.context['status'] === undefined ? null : { state: 'ready' };
}

/** The same state again is told at most once a second: there may be thousands of calls in it. */
const repeatAfterMs = 1000;

/** The same store; each outcome is told as the state of the connection. */
export function observeStore(store: ObjectStore, clock: Pick<Clock, 'nowMs'>, onState: OnConnectionState): ObjectStore {
  const observed: Record<string, unknown> = {};
  let told = '';
  let toldMs = Number.NEGATIVE_INFINITY;
  const tell = (state: ConnectionState): void => {
    const text = 'error' in state ? `${state.state} ${state.error.code}` : state.state;
    if (text === told && clock.nowMs() - toldMs < repeatAfterMs) return;
    told = text;
    toldMs = clock.nowMs();
    onState(state);
  };
  for (const [name, method] of Object.entries(store)) {
    if (typeof method !== 'function' || name === 'listAll') continue;
    observed[name] = async (...input: unknown[]): Promise<unknown> => {
      const result = (await (method as (...all: unknown[]) => Promise<unknown>)(...input)) as Result<unknown>;
      const state = connectionStateOf(result.ok ? null : result.error);
      if (state !== null) tell(state);
      return result;
    };
  }
  const listAll: ObjectStore['listAll'] = async function* listAllObserved(request) {
    for await (const listed of store.listAll(request)) {
      const state = connectionStateOf(listed.ok ? null : listed.error);
      if (state !== null) tell(state);
      yield listed;
    }
  };
  return { ...(observed as unknown as ObjectStore), listAll };
}
