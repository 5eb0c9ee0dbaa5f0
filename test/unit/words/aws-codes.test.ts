import { expect, it } from 'vitest';
import { mapS3Failure } from '../../../main/s3/error-map.ts';
import { describeError } from '../../../shared/words/describe-error.ts';

/** What S3 answers, with the status it has there. Each must come through under its own name and say what to do. */
it.each([
  ['NoSuchBucket', 404, /letter by letter/],
  ['NoSuchKey', 404, /exact|deleted or renamed/],
  ['AccessDenied', 403, /allow s3:GetObject/],
  ['AllAccessDisabled', 403, /provider's console/],
  ['InvalidAccessKeyId', 403, /access key ID/],
  ['SignatureDoesNotMatch', 403, /secret/i],
  ['ExpiredToken', 400, /sign in again/i],
  ['InvalidToken', 400, /session token/],
  ['RequestTimeTooSkewed', 403, /clock/],
  ['AuthorizationHeaderMalformed', 400, /region/],
  ['PermanentRedirect', 301, /region|address/],
  ['InvalidObjectState', 403, /Restore/],
  ['EntityTooLarge', 400, /limit/],
  ['EntityTooSmall', 400, /again/],
  ['InvalidPart', 400, /Retry/],
  ['NoSuchUpload', 404, /Retry/],
  ['BadDigest', 400, /sent again/],
  ['PreconditionFailed', 412, /Look at what is there now/],
  ['ConditionalRequestConflict', 409, /tried again/],
  ['KMS.DisabledException', 400, /enable/],
  ['KMS.NotFoundException', 400, /KMS/],
  ['BucketAlreadyExists', 409, /another name/],
  ['BucketAlreadyOwnedByYou', 409, /Open it/],
  ['BucketNotEmpty', 409, /Delete what is in it/],
  ['SlowDown', 503, /fewer threads/],
  ['InternalError', 500, /tried again/],
  ['RequestTimeout', 400, /tried again/],
  ['NotImplemented', 501, /another server/],
] as const)('%s (HTTP %i) keeps its name and says what to do', (code, status, fix) => {
  const error = mapS3Failure({ status, code, operation: 'GetObject', bucket: 'Docs', key: 'k' });
  expect(error).toMatchObject({ code, context: { status } });
  const words = describeError(error);
  expect(words.fix).toMatch(fix);
  expect(words.message).not.toContain(code);
});
