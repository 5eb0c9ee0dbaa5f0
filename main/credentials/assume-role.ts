import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { cleanSessionName, defaultDurationSeconds, maxChainedDurationSeconds } from '../../shared/domain/auth.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { SigningCredentials } from '../s3/data-plane/transport.ts';
import { createServerClock } from '../s3/server-clock.ts';
import { createStsClient, mapStsError, type StsAddress, stsEndpoint } from './sts-client.ts';

export type AssumeRoleRequest = {
  readonly roleArn: string;
  /** Sent to the letter; empty: none is sent. */
  readonly externalId?: string | undefined;
  /** As typed; see cleanSessionName. */
  readonly sessionName?: string | undefined;
  readonly durationSeconds: number;
  readonly mfaSerial?: string | undefined;
  /** Works once. */
  readonly mfaCode?: string | undefined;
  readonly region: string;
  /** Null: Amazon's STS of the region. */
  readonly endpointUrl: string | null;
};

export type AssumeRoleDeps = {
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly tls: StsAddress['tls'];
};

export type AssumedCredentials = SigningCredentials & {
  /** Set when less was asked for than was wanted, because the caller's own credentials are a role's. */
  readonly shortenedToSeconds?: number;
};

/**
 * One AssumeRole with `base`'s credentials; not cached. `expiresMs` is what the server says, on our clock: where the two
 * clocks are a minute or more apart, the difference is taken out.
 *
 * MfaNeeded, without a call, when there is a device and no code. Else AssumeRoleDenied, MfaRefused, RoleDurationTooLong,
 * InvalidAccessKeyId, SignatureDoesNotMatch, ExpiredToken (of `base`), RegionDisabledException, PackedPolicyTooLarge …,
 * what the network says, Cancelled.
 */
export async function assumeRole(
  base: SigningCredentials,
  request: AssumeRoleRequest,
  deps: AssumeRoleDeps,
  signal?: AbortSignal,
): Promise<Result<AssumedCredentials>> {
  const { roleArn, externalId, mfaSerial, mfaCode, region, endpointUrl } = request;
  if (mfaSerial && !mfaCode) return err(appError('MfaNeeded', { mfaSerial, roleArn }));
  const isChained = Boolean(base.sessionToken);
  const durationSeconds = isChained
    ? Math.min(request.durationSeconds, maxChainedDurationSeconds)
    : request.durationSeconds;
  const address: StsAddress = { region, endpointUrl, tls: deps.tls };
  const client = createStsClient(base, address, deps.clock);
  try {
    const answer = await client.send(
      new AssumeRoleCommand({
        RoleArn: roleArn,
        RoleSessionName: cleanSessionName(request.sessionName),
        DurationSeconds: durationSeconds,
        ...(externalId ? { ExternalId: externalId } : {}),
        ...(mfaSerial ? { SerialNumber: mfaSerial, TokenCode: mfaCode } : {}),
      }),
      signal ? { abortSignal: signal } : {},
    );
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials ?? {};
    if (!AccessKeyId || !SecretAccessKey || !SessionToken) {
      return err(
        appError(
          'NotAnS3Endpoint',
          { roleArn, endpoint: stsEndpoint(address) },
          'The answer to AssumeRole has no credentials in it.',
        ),
      );
    }
    const serverClock = createServerClock(deps.clock);
    serverClock.noteServerDate(Date.now() + client.config.systemClockOffset);
    const expiresMs = Expiration
      ? Expiration.getTime() - serverClock.offsetMs()
      : deps.clock.nowMs() + durationSeconds * 1000;
    return ok({
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiresMs,
      ...(durationSeconds < request.durationSeconds ? { shortenedToSeconds: durationSeconds } : {}),
    });
  } catch (thrown) {
    const secrets = mfaCode ? [mfaCode] : [];
    const error = mapStsError(thrown, { operation: 'AssumeRole', address, credentials: base, secrets, signal });
    return err(assumeRoleError(error, { ...request, durationSeconds }));
  } finally {
    client.destroy();
  }
}

/** Pure. What an error of STS means when a role was asked for: at Amazon, and at Ceph, which answers with S3's codes. */
export function assumeRoleError(
  error: AppError,
  request: Pick<AssumeRoleRequest, 'roleArn' | 'region' | 'durationSeconds' | 'mfaSerial'>,
): AppError {
  const { roleArn, region, durationSeconds, mfaSerial } = request;
  const { code, context } = error;
  const said = error.cause ?? '';
  if (code === 'AccessDenied') {
    // A wrong code, one used before, or a device that is not the caller's. Its mere absence is an ordinary refusal.
    return /MultiFactorAuthentication failed/i.test(said)
      ? appError('MfaRefused', { ...context, permission: undefined, roleArn, mfaSerial }, said)
      : appError('AssumeRoleDenied', { ...context, roleArn }, said);
  }
  const tooLong = () => appError('RoleDurationTooLong', { ...context, roleArn, durationSeconds }, said);
  if (code === 'UnknownServiceError' && context['serverCode'] === 'NoSuchEntity') {
    return appError('AssumeRoleDenied', { ...context, roleArn }, said);
  }
  if (code === 'UnknownServiceError' && context['serverCode'] === 'ValidationError') {
    return /DurationSeconds exceeds/i.test(said)
      ? tooLong()
      : appError('InvalidArgument', { ...context, roleArn }, said);
  }
  // All that Ceph says of a session longer than the role allows; its roles allow an hour unless told otherwise.
  const isWordless = /^(?:HTTP 400\b|$)/.test(said);
  if (code === 'InvalidArgument' && isWordless && durationSeconds > defaultDurationSeconds) return tooLong();
  // What remains when the clock could not be corrected by the answer's Date header.
  if (code === 'SignatureDoesNotMatch' && /Signature (?:expired|not yet current)/i.test(said)) {
    return appError('RequestTimeTooSkewed', context, said);
  }
  // An S3 server that knows no roles.
  if (code === 'MethodNotAllowed') return appError('NotImplemented', { ...context, roleArn }, said);
  return code === 'RegionDisabledException' ? appError(code, { ...context, region }, said) : error;
}
