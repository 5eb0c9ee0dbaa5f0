import { z } from 'zod';

/**
 * Every expected failure has one of these codes. S3's own codes keep S3's spelling, so that they can be looked up;
 * ours follow the same style. `shared/words/en/errors.json` has what happened and what to do for each (a test keeps it complete).
 */
export const errorCodes = [
  // S3 and STS
  'AccessDenied',
  'AllAccessDisabled',
  'AuthorizationHeaderMalformed',
  'BadDigest',
  'BucketAlreadyExists',
  'BucketAlreadyOwnedByYou',
  'BucketNotEmpty',
  'ConditionalRequestConflict',
  'EntityTooLarge',
  'EntityTooSmall',
  'ExpiredToken',
  'InternalError',
  'InvalidAccessKeyId',
  'InvalidArgument',
  'InvalidBucketName',
  'InvalidObjectState',
  'InvalidPart',
  'InvalidRange',
  'InvalidToken',
  'KeyTooLongError',
  'KMS.DisabledException',
  'KMS.NotFoundException',
  'MalformedPolicyDocument',
  'MethodNotAllowed',
  'NoSuchBucket',
  'NoSuchKey',
  'NoSuchUpload',
  'NotImplemented',
  'PackedPolicyTooLarge',
  'PermanentRedirect',
  'PreconditionFailed',
  'RegionDisabledException',
  'RequestTimeTooSkewed',
  'RequestTimeout',
  'SignatureDoesNotMatch',
  'SlowDown',
  'UnknownServiceError',
  // The way to the server
  'ConnectionReset',
  'EndpointUnreachable',
  'HostNotFound',
  'NotAnS3Endpoint',
  'ResponseTruncated',
  'Stalled',
  'TlsFailed',
  // Signing in
  'AssumeRoleDenied',
  'CertificateChainBroken',
  'CertificateExpired',
  'CertificateMissing',
  'CertificateNotYetValid',
  'CertificateUnreadable',
  'CertificateUnsupported',
  'KeyEncryptionUnsupported',
  'MfaNeeded',
  'MfaRefused',
  'PassphraseMissing',
  'PassphraseWrong',
  'PrivateKeyMismatch',
  'PrivateKeyMissing',
  'PrivateKeyUnreadable',
  'RoleDurationTooLong',
  'RolesAnywhereDenied',
  'RolesAnywhereEmpty',
  'RolesAnywhereInvalid',
  'RolesAnywhereNotFound',
  'RolesAnywhereRoleDenied',
  'RolesAnywhereSignatureRefused',
  'RolesAnywhereUntrusted',
  'SsoSignInDenied',
  'SsoSignInExpired',
  'SsoSignInNeeded',
  // Verification
  'ChecksumMismatch',
  'SizeMismatch',
  'SourceChanged',
  // The local file system
  'DiskFull',
  'FileBusy',
  'FileExists',
  'FileNotFound',
  'FolderReplaced',
  'IsADirectory',
  'LocalAccessDenied',
  'LocalIoError',
  'NameTooLong',
  'NotADirectory',
  'NotAFile',
  'ReadOnlyFileSystem',
  'SymlinkLoop',
  'DanglingLink',
  'LinkNotFollowed',
  'LinkLeadsOutside',
  'TooManyOpenFiles',
  'TooManyToWatch',
  'WatchLimitReached',
  'WatchUnsupported',
  // Our own state
  'Cancelled',
  'ConditionsNotMet',
  'ConnectionNameTaken',
  'ConnectionNotFound',
  'CopyLeftOut',
  'CredentialsMissing',
  'DatabaseCorrupt',
  'DatabaseLocked',
  'DatabaseNewer',
  'EngineUnavailable',
  'InvalidInput',
  'JobNotEnded',
  'JobNotFound',
  'KeyringUnavailable',
  'LaterVersionDone',
  'ListingNotFound',
  'LoopDetected',
  'MirrorDeletesTooMany',
  'MirrorNotConfirmed',
  'OutsideRestriction',
  'OwnChange',
  'RuleEdited',
  'RuleFailsAlways',
  'RuleNotFound',
  'SeenToBefore',
  'SelectionNotFound',
  'PreviewNotFound',
  'TagsNotKept',
  'TargetExists',
  'TargetInsideSource',
  'TooLargeToCopy',
  'UnexpectedFailure',
  'UnsafePath',
  'Unsupported',
  'UploadNotKept',
  'UploadNotOurs',
  'VaultLocked',
  'VaultWrongPassphrase',
  'VersionWouldBeLost',
] as const;

export const errorCodeSchema = z.enum(errorCodes);
export type ErrorCode = z.infer<typeof errorCodeSchema>;

/**
 * What a caller may do about it: nothing, try again after a pause, renew the credentials first, or ask the person.
 */
export const retryAdviceSchema = z.enum(['no', 'backoff', 'reauth', 'ask']);
export type RetryAdvice = z.infer<typeof retryAdviceSchema>;

export const appErrorSchema = z.object({
  code: errorCodeSchema,
  retry: retryAdviceSchema,
  /** Values for the words of this code (bucket, key, path, field …) and for the details line. Never a secret. */
  context: z.record(z.string(), z.union([z.string(), z.number()])),
  /** The technical message of whoever failed, for the details line. */
  cause: z.string().optional(),
});
export type AppError = z.infer<typeof appErrorSchema>;

const retryByCode: Partial<Record<ErrorCode, RetryAdvice>> = {
  ConditionalRequestConflict: 'backoff',
  ConnectionReset: 'backoff',
  EndpointUnreachable: 'backoff',
  HostNotFound: 'backoff',
  InternalError: 'backoff',
  RequestTimeout: 'backoff',
  ResponseTruncated: 'backoff',
  SlowDown: 'backoff',
  Stalled: 'backoff',
  BadDigest: 'backoff',
  FileBusy: 'backoff',
  ExpiredToken: 'reauth',
  InvalidToken: 'reauth',
  RequestTimeTooSkewed: 'backoff',
  MfaNeeded: 'ask',
  SsoSignInNeeded: 'ask',
  TargetExists: 'ask',
  VaultLocked: 'ask',
};

/** A person has to come before new credentials can be had: nothing is wrong, and what waits goes on afterwards. */
export function isSignInNeeded({ code }: AppError): boolean {
  return code === 'MfaNeeded' || code === 'SsoSignInNeeded';
}

/** Builds an AppError with the retry advice its code has by default. `cause` may be anything that was caught. */
export function appError(
  code: ErrorCode,
  context: Record<string, string | number | undefined> = {},
  cause?: unknown,
  retry: RetryAdvice = retryByCode[code] ?? 'no',
): AppError {
  const present: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(context)) if (value !== undefined) present[name] = value;
  const text = textOfCause(cause);
  return { code, retry, context: present, ...(text === undefined ? {} : { cause: text }) };
}

function textOfCause(cause: unknown): string | undefined {
  if (cause === undefined || typeof cause === 'string') return cause;
  return cause instanceof Error ? cause.message : JSON.stringify(cause);
}

/** For the places where only throwing works, such as a stream that fails half-way: carries the AppError. */
export class AppErrorException extends Error {
  readonly error: AppError;

  constructor(error: AppError) {
    super(error.cause === undefined ? error.code : `${error.code}: ${error.cause}`);
    this.name = 'AppErrorException';
    this.error = error;
  }
}
