import { appError, AppErrorException, type AppError } from '../../../shared/errors.ts';
import { mapNetworkError } from '../../s3/network-errors.ts';
import { mapSdkError } from '../../s3/sdk-errors.ts';
import type { SignInWire } from './sign-in-wire.ts';

type Wire = Pick<SignInWire, 'networkFailure' | 'lastAnswer'>;
type Role = {
  readonly roleArn: string | undefined;
  readonly mfaSerial?: string | undefined;
  readonly region: string;
};

/** The AppError of an AssumeRole that failed. Bugs are thrown again. */
export function mapRoleFailure(error: unknown, { roleArn, mfaSerial, region }: Role, wire: Wire): AppError {
  const network = wire.networkFailure();
  if (network !== null) return network;
  const [name, message] = error instanceof Error ? [error.name, error.message] : ['', ''];
  if (mfaSerial !== undefined) {
    if (/MultiFactorAuthentication failed/i.test(message)) return appError('MfaRefused', { mfaSerial, roleArn }, error);
    // Its message repeats the code.
    if (name.startsWith('Validation') && /tokenCode/i.test(message))
      return appError('MfaRefused', { mfaSerial, roleArn });
  }
  if (/^AccessDenied(Exception)?$/.test(name)) return appError('AssumeRoleDenied', { roleArn }, error);
  if (name.startsWith('Validation') && /MaxSessionDuration|DurationSeconds/.test(message)) {
    return appError('RoleDurationTooLong', { roleArn }, error);
  }
  return mapSdkError(error, { operation: 'AssumeRole', region });
}

/** The AppError of credentials that IAM Identity Center did not give. */
export function mapSsoFailure(error: unknown, profile: string, wire: Wire): AppError {
  const network = wire.networkFailure();
  if (network !== null) return network;
  const answer = wire.lastAnswer();
  const status = answer?.status ?? 0;
  if (status === 429) return appError('SlowDown', { profile }, error);
  if (status >= 500) return appError('InternalError', { profile }, error);
  // No request at all: the token is missing, or has ended and cannot be renewed.
  const isTokenGone = answer === null || status === 401 || answer.path.startsWith('/token');
  return appError(isTokenGone ? 'SsoSignInNeeded' : 'CredentialsMissing', { profile }, error);
}

/** The AppError of whatever else a profile's provider of the SDK threw. */
export function mapProviderFailure(error: unknown, profile: string, isProgram: boolean, wire: Wire): AppError {
  if (error instanceof AppErrorException) return error.error;
  const network = wire.networkFailure() ?? mapNetworkError(error, { profile });
  if (network !== null) return network;
  const message = error instanceof Error ? error.message : String(error);
  return appError('CredentialsMissing', { profile }, isProgram ? programMessage(message) : message);
}

/** What the SDK itself says of a program may be shown; its command line and what it wrote may hold secrets. */
function programMessage(message: string): string {
  const isSdkText = /^Profile \S+ credential_process (returned|did not return) [\w ]+\.$/.test(message);
  return isSdkText ? message : 'The program of the profile (credential_process) failed.';
}
