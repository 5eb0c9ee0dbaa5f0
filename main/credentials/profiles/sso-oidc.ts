import {
  CreateTokenCommand,
  RegisterClientCommand,
  SSOOIDCClient,
  SSOOIDCServiceException,
  StartDeviceAuthorizationCommand,
} from '@aws-sdk/client-sso-oidc';
import { appError, type AppError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { createSignInWire } from './sign-in-wire.ts';
import type { SsoSettings } from './sso-settings.ts';

/** A code that waits for a person in a browser. The secrets in it stay here. */
export type DeviceAuthorization = {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly registrationExpiresMs: number;
  readonly deviceCode: string;
  readonly userCode: string;
  /** Has the code in it. */
  readonly verificationUrl: string;
  readonly expiresSeconds: number;
  readonly intervalSeconds: number;
};

export type TokenAnswer =
  | {
      readonly type: 'token';
      readonly accessToken: string;
      readonly refreshToken?: string | undefined;
      readonly expiresSeconds: number;
    }
  | { readonly type: 'pending' }
  | { readonly type: 'slowDown' }
  | { readonly type: 'failed'; readonly error: AppError };

/** IAM Identity Center's side of a sign-in in the browser (OAuth 2.0 device authorization, RFC 8628). */
export interface SsoOidc {
  /** Registers this program for one sign-in and asks for a code. */
  authorizeDevice(signal: AbortSignal): Promise<Result<DeviceAuthorization>>;
  /** Asks once. A server that cannot be reached just now counts as pending: the code has an end of its own. */
  askForToken(device: DeviceAuthorization, signal: AbortSignal): Promise<TokenAnswer>;
  close(): void;
}

/** What the page in the browser calls the program that asks. */
const clientName = 'Bucket Brigade';
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';
/** RFC 8628, 3.2. */
const defaultIntervalSeconds = 5;

export function createSsoOidc(profile: string, settings: SsoSettings, endpointUrl: string | null): SsoOidc {
  const wire = createSignInWire();
  const makeClient = (maxAttempts: number) => {
    const config = {
      region: settings.region,
      requestHandler: wire.requestHandler,
      maxAttempts,
      retryMode: 'standard',
      // `auto` would ask instance metadata for the region.
      defaultsMode: 'standard' as const,
      // The S3 server of AWS_ENDPOINT_URL or of some profile has no Identity Center.
      ignoreConfiguredEndpointUrls: true,
      // None of these calls is signed; nothing may look for credentials.
      credentials: () => Promise.reject(new Error('These calls are not signed.')),
      customUserAgent: 'bucket-brigade',
      ...(endpointUrl === null ? {} : { endpoint: endpointUrl }),
    };
    return new SSOOIDCClient(config);
  };
  const client = makeClient(3);
  // The polling is the trying again.
  const pollingClient = makeClient(1);

  return {
    async authorizeDevice(signal) {
      try {
        const { scopes, startUrl } = settings;
        const registered = await client.send(
          new RegisterClientCommand({
            clientName,
            clientType: 'public',
            ...(scopes.length === 0 ? {} : { scopes: [...scopes] }),
          }),
          { abortSignal: signal },
        );
        const { clientId = '', clientSecret = '', clientSecretExpiresAt = 0 } = registered;
        const started = await client.send(new StartDeviceAuthorizationCommand({ clientId, clientSecret, startUrl }), {
          abortSignal: signal,
        });
        const verificationUrl = started.verificationUriComplete ?? started.verificationUri ?? '';
        if (!isWebPage(verificationUrl) || !started.deviceCode || !started.userCode || !started.expiresIn) {
          return err(appError('UnknownServiceError', { profile }, 'The answer to the sign-in has no page or no code.'));
        }
        return ok({
          clientId,
          clientSecret,
          registrationExpiresMs: clientSecretExpiresAt * 1000,
          deviceCode: started.deviceCode,
          userCode: started.userCode,
          verificationUrl,
          expiresSeconds: started.expiresIn,
          intervalSeconds: started.interval || defaultIntervalSeconds,
        });
      } catch (error) {
        if (signal.aborted) return err(appError('Cancelled', { profile }));
        return err(wire.networkFailure() ?? startFailure(error, profile));
      }
    },

    async askForToken({ clientId, clientSecret, deviceCode }, signal) {
      try {
        const answer = await pollingClient.send(
          new CreateTokenCommand({ clientId, clientSecret, deviceCode, grantType: deviceGrant }),
          { abortSignal: signal },
        );
        const { accessToken, refreshToken, expiresIn } = answer;
        if (!accessToken || !expiresIn) {
          const cause = 'The answer to the sign-in has no token.';
          return { type: 'failed', error: appError('UnknownServiceError', { profile }, cause) };
        }
        return { type: 'token', accessToken, refreshToken: refreshToken || undefined, expiresSeconds: expiresIn };
      } catch (error) {
        return wire.networkFailure() === null ? answerOfFailure(error, profile) : { type: 'pending' };
      }
    },

    close() {
      client.destroy();
      pollingClient.destroy();
      wire.close();
    },
  };
}

function answerOfFailure(error: unknown, profile: string): TokenAnswer {
  const name = error instanceof Error ? error.name : '';
  const failed = (code: 'SsoSignInDenied' | 'SsoSignInExpired'): TokenAnswer => ({
    type: 'failed',
    error: appError(code, { profile }, textOf(error)),
  });
  switch (name) {
    case 'AuthorizationPendingException':
      return { type: 'pending' };
    case 'SlowDownException':
      return { type: 'slowDown' };
    case 'ExpiredTokenException':
    // The code is not known (any more).
    case 'InvalidGrantException':
      return failed('SsoSignInExpired');
    case 'AccessDeniedException':
      return failed('SsoSignInDenied');
    default:
      if (isTemporary(error)) return { type: 'slowDown' };
      return { type: 'failed', error: startFailure(error, profile) };
  }
}

function startFailure(error: unknown, profile: string): AppError {
  if (!(error instanceof SSOOIDCServiceException)) return appError('UnknownServiceError', { profile }, error);
  if (isTemporary(error)) {
    const isServers = (error.$metadata.httpStatusCode ?? 0) >= 500;
    return appError(isServers ? 'InternalError' : 'SlowDown', { profile }, textOf(error));
  }
  // The start URL, the region or the scopes of the profile are not right.
  return appError('CredentialsMissing', { profile }, textOf(error));
}

function isTemporary(error: unknown): boolean {
  if (!(error instanceof SSOOIDCServiceException)) return false;
  const status = error.$metadata.httpStatusCode ?? 0;
  return status >= 500 || status === 429;
}

/** The service has its sentence in a field of OAuth's. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const description = 'error_description' in error ? error.error_description : undefined;
  return typeof description === 'string' && description !== '' ? `${error.name}: ${description}` : error.name;
}

/** It is opened in a browser: anything but a web page must not be. */
function isWebPage(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || (protocol === 'http:' && (hostname === '127.0.0.1' || hostname === 'localhost'));
}
