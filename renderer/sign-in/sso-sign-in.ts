import type { EngineClient } from '../../shared/contract/client.ts';
import type { SsoSignIn } from '../../shared/domain/aws-profile.ts';
import type { ConnectionId } from '../../shared/domain/ids.ts';
import { type AppError, appError } from '../../shared/errors.ts';

/** How far a sign-in in the browser is. */
export type SsoState =
  | { readonly state: 'starting' }
  | { readonly state: 'waiting'; readonly signIn: SsoSignIn }
  /** Confirmed; the connection gets its credentials. */
  | { readonly state: 'confirmed' }
  | { readonly state: 'done' }
  | { readonly state: 'ended'; readonly error: AppError };

type What = { readonly profile: string; readonly connectionId?: ConnectionId | undefined };

/**
 * Signs a profile in through the browser and then its connection, so that what waited for it goes on. Tells each state.
 * An abort cancels what the engine waits for, and nothing is told any more.
 */
export async function signInInBrowser(
  engine: EngineClient,
  { profile, connectionId }: What,
  tell: (state: SsoState) => void,
  signal: AbortSignal,
): Promise<void> {
  const say = (state: SsoState) => {
    if (!signal.aborted) tell(state);
  };
  say({ state: 'starting' });
  const started = await engine.call('profiles.startSignIn', { profile });
  if (!started.ok) return say({ state: 'ended', error: started.error });
  const { signInId, verificationUrl } = started.value;
  const cancel = () => void engine.call('profiles.cancelSignIn', { signInId });
  if (signal.aborted) return cancel();
  if (!isHttps(verificationUrl)) {
    cancel();
    return say({
      state: 'ended',
      error: appError('UnknownServiceError', { profile }, 'The sign-in page is not https.'),
    });
  }
  signal.addEventListener('abort', cancel);
  say({ state: 'waiting', signIn: started.value });
  const confirmed = await engine.call('profiles.awaitSignIn', { signInId });
  signal.removeEventListener('abort', cancel);
  if (!confirmed.ok) return say({ state: 'ended', error: confirmed.error });
  if (connectionId !== undefined) {
    say({ state: 'confirmed' });
    const signedIn = await engine.call('connections.signIn', { connectionId });
    if (!signedIn.ok) return say({ state: 'ended', error: signedIn.error });
  }
  say({ state: 'done' });
}

function isHttps(url: string): boolean {
  return URL.parse(url)?.protocol === 'https:';
}
