import { randomUUID } from 'node:crypto';
import type { SsoSignIn } from '../../../shared/domain/aws-profile.ts';
import type { Clock } from '../../../shared/domain/clock.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { type AwsFiles, readAwsFiles } from './aws-files.ts';
import { endpointOfProfile } from './profile-endpoints.ts';
import { createSsoOidc, type DeviceAuthorization, type SsoOidc, type TokenAnswer } from './sso-oidc.ts';
import { ssoSettings } from './sso-settings.ts';
import { writeSsoToken } from './sso-token-file.ts';

export type SsoSignInDeps = {
  readonly clock: Clock;
  readonly files?: AwsFiles | undefined;
  /** Where the tokens are kept; aws-cli's own place when left out. */
  readonly cacheFolder?: string | undefined;
  /** In the place of Amazon's and of what the files say. */
  readonly endpointUrl?: string | undefined;
  /** Told each secret of a sign-in: the log's redactor takes them. */
  readonly onSecret?: ((text: string) => void) | undefined;
};

/** Sign-ins in the browser (IAM Identity Center). The tokens go into the files of the AWS tools and nowhere else. */
export interface SsoSignIns {
  /**
   * Asks for a code and waits in the background until the person has confirmed it, or it expires. CredentialsMissing when
   * the profile has no such sign-in or its settings are not right; what the network says.
   */
  start(profile: string): Promise<Result<SsoSignIn>>;
  /**
   * Settles when the sign-in ends, at once when it has: SsoSignInExpired, SsoSignInDenied, Cancelled, or why the token could
   * not be kept. InvalidInput for one that is not known. May be asked any number of times.
   */
  wait(signInId: string): Promise<Result<void>>;
  /** Idempotent. InvalidInput for one that is not known. */
  cancel(signInId: string): Result<void>;
  /** Cancels all, also those that are just starting. */
  closeAll(): void;
}

type Following = { readonly outcome: Promise<Result<void>>; readonly hasEnded: () => boolean; cancel(): void };

/** Ended ones are remembered this long, for whoever asks late. */
const maxRemembered = 32;
/** RFC 8628, 3.5. */
const slowDownSeconds = 5;

export function createSsoSignIns(deps: SsoSignInDeps): SsoSignIns {
  const { clock } = deps;
  const signIns = new Map<string, Following>();
  const closed = new AbortController();

  function remember(signInId: string, following: Following): void {
    signIns.set(signInId, following);
    for (const [id, other] of signIns) {
      if (signIns.size <= maxRemembered) break;
      if (other.hasEnded()) signIns.delete(id);
    }
  }

  return {
    async start(profile) {
      const parsed = await readAwsFiles(deps.files);
      const settings = ssoSettings(parsed, profile);
      if (!settings.ok) return settings;
      const endpointOf = (service: 'sso' | 'sso_oidc') =>
        endpointOfProfile(parsed, settings.value.profile, service, process.env);
      const endpointUrl = deps.endpointUrl ?? endpointOf('sso_oidc');
      const oidc = createSsoOidc(profile, settings.value, endpointUrl);
      const device = await oidc.authorizeDevice(closed.signal);
      if (!device.ok || closed.signal.aborted) {
        oidc.close();
        return device.ok ? err(appError('Cancelled', { profile })) : device;
      }
      deps.onSecret?.(device.value.clientSecret);
      deps.onSecret?.(device.value.deviceCode);
      const startedMs = clock.nowMs();
      const signInId = randomUUID();
      const keep = (token: TokenAnswer & { type: 'token' }) => {
        deps.onSecret?.(token.accessToken);
        if (token.refreshToken !== undefined) deps.onSecret?.(token.refreshToken);
        const expiresMs = clock.nowMs() + token.expiresSeconds * 1000;
        return writeSsoToken(settings.value, { ...device.value, ...token, expiresMs }, deps.cacheFolder);
      };
      remember(signInId, followSignIn(profile, device.value, oidc, keep, clock));
      const { verificationUrl, userCode, expiresSeconds } = device.value;
      return ok({ signInId, verificationUrl, userCode, expiresMs: startedMs + expiresSeconds * 1000 });
    },
    async wait(signInId) {
      return (await signIns.get(signInId)?.outcome) ?? unknownSignIn(signInId);
    },
    cancel(signInId) {
      const following = signIns.get(signInId);
      following?.cancel();
      return following === undefined ? unknownSignIn(signInId) : ok();
    },
    closeAll() {
      closed.abort();
      for (const following of signIns.values()) following.cancel();
    },
  };
}

/** Asks for the token, at the pace the server wants, until there is one or the sign-in has ended otherwise. */
function followSignIn(
  profile: string,
  device: DeviceAuthorization,
  oidc: SsoOidc,
  keep: (token: TokenAnswer & { type: 'token' }) => Promise<Result<void>>,
  clock: Clock,
): Following {
  const stopped = new AbortController();
  let settle: (result: Result<void>) => void;
  const outcome = new Promise<Result<void>>((resolve) => {
    settle = resolve;
  });
  let intervalSeconds = device.intervalSeconds;
  let forgetPoll = () => {};
  const forgetExpiry = clock.setTimer(device.expiresSeconds * 1000, () =>
    end(err(appError('SsoSignInExpired', { profile }))),
  );

  function end(result: Result<void>): void {
    if (stopped.signal.aborted) return;
    stopped.abort();
    forgetPoll();
    forgetExpiry();
    oidc.close();
    settle(result);
  }

  function pollLater(): void {
    forgetPoll = clock.setTimer(intervalSeconds * 1000, () => {
      poll().catch((error: unknown) => end(err(appError('UnexpectedFailure', { profile }, error))));
    });
  }

  async function poll(): Promise<void> {
    const answer = await oidc.askForToken(device, stopped.signal);
    if (stopped.signal.aborted) return;
    switch (answer.type) {
      case 'slowDown':
        intervalSeconds += slowDownSeconds;
        return pollLater();
      case 'pending':
        return pollLater();
      case 'failed':
        return end(err(answer.error));
      case 'token':
        return end(await keep(answer));
      default:
        return answer satisfies never;
    }
  }

  pollLater();
  return {
    outcome,
    hasEnded: () => stopped.signal.aborted,
    cancel: () => end(err(appError('Cancelled', { profile }))),
  };
}

const unknownSignIn = (signInId: string) =>
  err(appError('InvalidInput', { field: 'signInId', reason: 'There is no such sign-in.', signInId }));
