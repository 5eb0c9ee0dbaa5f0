import { appError, type AppError, type ErrorCode, errorCodes } from '../../shared/errors.ts';
import { missingPermission } from './permissions.ts';

/** An answer of an S3 (or STS) server that is not a success, however it was received. */
export type S3Failure = {
  readonly status: number;
  /** `<Code>` of the XML body; absent for HEAD and for servers that answer without a body. */
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly requestId?: string | undefined;
  /** The bucket's real region: `x-amz-bucket-region`, or `<Region>` of the body. */
  readonly region?: string | undefined;
  /** `Content-Type` of the answer: an HTML page is not S3. */
  readonly contentType?: string | undefined;
  /** Of `Retry-After`. */
  readonly retryAfterSeconds?: number | undefined;
  /** As the SDK calls it: `GetObject`, `UploadPart` … */
  readonly operation?: string | undefined;
  readonly bucket?: string | undefined;
  readonly key?: string | undefined;
  readonly prefix?: string | undefined;
  readonly uploadId?: string | undefined;
  readonly endpoint?: string | undefined;
};

/** What other services and other servers call the same thing. */
const aliases: Readonly<Record<string, ErrorCode>> = {
  AccessDeniedException: 'AccessDenied',
  AccountProblem: 'AllAccessDisabled',
  AuthorizationQueryParametersError: 'AuthorizationHeaderMalformed',
  BandwidthLimitExceeded: 'SlowDown',
  ClockSkew: 'RequestTimeTooSkewed',
  ExpiredTokenException: 'ExpiredToken',
  Forbidden: 'AccessDenied',
  IllegalLocationConstraintException: 'InvalidArgument',
  IncompleteBody: 'BadDigest',
  IncorrectEndpoint: 'PermanentRedirect',
  InternalFailure: 'InternalError',
  InvalidClientTokenId: 'InvalidAccessKeyId',
  InvalidDigest: 'BadDigest',
  InvalidLocationConstraint: 'InvalidArgument',
  InvalidPartNumber: 'InvalidRange',
  InvalidPartOrder: 'InvalidPart',
  InvalidRequest: 'InvalidArgument',
  InvalidSignatureException: 'SignatureDoesNotMatch',
  InvalidTag: 'InvalidArgument',
  InvalidURI: 'InvalidArgument',
  'KMS.AccessDeniedException': 'AccessDenied',
  'KMS.KMSInvalidStateException': 'KMS.DisabledException',
  KeyTooLong: 'KeyTooLongError',
  MalformedXML: 'InvalidArgument',
  MetadataTooLarge: 'InvalidArgument',
  NoSuchVersion: 'NoSuchKey',
  NotSignedUp: 'AllAccessDisabled',
  ObjectLocked: 'AccessDenied',
  // 409 while another operation on the same bucket or key runs: S3 says "try again".
  OperationAborted: 'ConditionalRequestConflict',
  RequestExpired: 'RequestTimeTooSkewed',
  RequestInTheFuture: 'RequestTimeTooSkewed',
  RequestLimitExceeded: 'SlowDown',
  RequestTimeoutException: 'RequestTimeout',
  ServiceUnavailable: 'SlowDown',
  SlowDownRead: 'SlowDown',
  SlowDownWrite: 'SlowDown',
  TemporaryRedirect: 'PermanentRedirect',
  Throttling: 'SlowDown',
  ThrottlingException: 'SlowDown',
  TokenRefreshRequired: 'ExpiredToken',
  TooManyRequests: 'SlowDown',
  UnrecognizedClientException: 'InvalidAccessKeyId',
  XAmzContentChecksumMismatch: 'BadDigest',
  XAmzContentSHA256Mismatch: 'BadDigest',
  XNotImplemented: 'NotImplemented',
};

const known: ReadonlySet<string> = new Set(errorCodes);

/**
 * Turns an answer into the AppError the rest of the product knows. Pure. An answer without a code (HEAD) is judged by
 * its status; a code nobody knows becomes UnknownServiceError with the server's own code in the context, `backoff`
 * when the status says that trying again may help.
 */
export function mapS3Failure(failure: S3Failure): AppError {
  const code = codeOf(failure);
  const temporary = failure.code === 'TemporaryRedirect' || (code === 'UnknownServiceError' && failure.status >= 500);
  const context = {
    bucket: failure.bucket,
    key: failure.key,
    prefix: failure.prefix,
    uploadId: failure.uploadId,
    endpoint: failure.endpoint,
    region: failure.region,
    operation: failure.operation,
    status: failure.status,
    serverCode: failure.code === code ? undefined : failure.code,
    requestId: failure.requestId,
    retryAfterSeconds: failure.retryAfterSeconds,
    permission: code === 'AccessDenied' ? missingPermission(failure.operation, failure.message) : undefined,
  };
  const cause = failure.message || [`HTTP ${failure.status}`, failure.code ?? ''].join(' ').trim();
  return temporary ? appError(code, context, cause, 'backoff') : appError(code, context, cause);
}

function codeOf(failure: S3Failure): ErrorCode {
  const { code } = failure;
  if (code !== undefined && code !== '') {
    // What Ceph says of an upload that is gone.
    if (code === 'NoSuchKey' && failure.uploadId !== undefined) return 'NoSuchUpload';
    if (isServerCode(code)) return code;
    const alias = Object.hasOwn(aliases, code) ? aliases[code] : undefined;
    if (alias !== undefined) return alias;
  }
  // A page for people where S3 would answer XML: a login page, a proxy, some web server.
  if (failure.contentType !== undefined && /^text\/html\b/i.test(failure.contentType) && failure.status < 500) {
    return 'NotAnS3Endpoint';
  }
  if (code !== undefined && code !== '' && !isStatusName(code)) return 'UnknownServiceError';
  return codeOfStatus(failure);
}

/** Codes that only this product gives must not be believed when a server sends them. */
function isServerCode(code: string): code is ErrorCode {
  return known.has(code) && errorCodes.indexOf(code as ErrorCode) <= errorCodes.indexOf('SlowDown');
}

/** The SDK's stand-ins where the body had no code. */
function isStatusName(code: string): boolean {
  return /^(\d{3}|Unknown|UnknownError|NotFound|BadRequest|Error)$/.test(code);
}

function codeOfStatus(failure: S3Failure): ErrorCode {
  switch (failure.status) {
    case 301:
    case 302:
    case 307:
    case 308:
      return 'PermanentRedirect';
    case 304:
    case 412:
      return 'PreconditionFailed';
    case 400:
      return failure.region === undefined ? 'InvalidArgument' : 'AuthorizationHeaderMalformed';
    case 401:
    case 403:
      return 'AccessDenied';
    case 404:
      if (failure.uploadId !== undefined) return 'NoSuchUpload';
      if (failure.key !== undefined) return 'NoSuchKey';
      return failure.bucket === undefined ? 'NotAnS3Endpoint' : 'NoSuchBucket';
    case 405:
      return 'MethodNotAllowed';
    case 408:
      return 'RequestTimeout';
    case 409:
      return 'ConditionalRequestConflict';
    case 413:
      return 'EntityTooLarge';
    case 416:
      return 'InvalidRange';
    case 429:
    case 503:
      return 'SlowDown';
    case 500:
    case 502:
    case 504:
      return 'InternalError';
    case 501:
      return 'NotImplemented';
    default:
      return failure.status >= 500 ? 'InternalError' : 'UnknownServiceError';
  }
}
