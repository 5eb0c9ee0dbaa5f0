import { describe, expect, it } from 'vitest';
import { assumeRoleError } from '../../../main/credentials/assume-role.ts';
import { stsEndpoint } from '../../../main/credentials/sts-client.ts';
import { mapS3Failure } from '../../../main/s3/s3-failure.ts';

const roleArn = 'arn:aws:iam::123456789012:role/reader';
const request = {
  roleArn,
  region: 'eu-west-1',
  durationSeconds: 7200,
  mfaSerial: 'arn:aws:iam::123456789012:mfa/phone',
};
const errorFor = (status: number, code: string | undefined, message = '', asked: Partial<typeof request> = {}) =>
  assumeRoleError(mapS3Failure({ status, code, message, operation: 'AssumeRole' }), { ...request, ...asked });

describe('an error of AssumeRole', () => {
  it.each([
    [
      403,
      'AccessDenied',
      'User: arn:aws:iam::1:user/a is not authorized to perform: sts:AssumeRole',
      'AssumeRoleDenied',
    ],
    [403, 'AccessDenied', '', 'AssumeRoleDenied'],
    [404, 'NoSuchEntity', '', 'AssumeRoleDenied'],
    [403, 'AccessDenied', 'MultiFactorAuthentication failed with invalid MFA one time pass code. ', 'MfaRefused'],
    [403, 'AccessDenied', 'MultiFactorAuthentication failed, unable to validate MFA code.', 'MfaRefused'],
    [
      400,
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
      'RoleDurationTooLong',
    ],
    [
      400,
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
      'RoleDurationTooLong',
    ],
    [400, 'ValidationError', "1 validation error detected: Value 'x' at 'roleSessionName' failed", 'InvalidArgument'],
    [400, 'InvalidArgument', '', 'RoleDurationTooLong'],
    [400, 'InvalidArgument', 'Something else', 'InvalidArgument'],
    [403, 'InvalidClientTokenId', 'The security token included in the request is invalid.', 'InvalidAccessKeyId'],
    [403, 'SignatureDoesNotMatch', 'The request signature we calculated does not match', 'SignatureDoesNotMatch'],
    [403, 'SignatureDoesNotMatch', 'Signature expired: 20200101T000000Z is now earlier than …', 'RequestTimeTooSkewed'],
    [
      403,
      'SignatureDoesNotMatch',
      'Signature not yet current: 20200101T000000Z is still later than …',
      'RequestTimeTooSkewed',
    ],
    [403, 'ExpiredToken', 'The security token included in the request is expired', 'ExpiredToken'],
    [403, 'RegionDisabledException', 'STS is not activated in this region', 'RegionDisabledException'],
    [400, 'PackedPolicyTooLarge', 'Packed size', 'PackedPolicyTooLarge'],
    [400, 'Throttling', 'Rate exceeded', 'SlowDown'],
    [405, 'MethodNotAllowed', '', 'NotImplemented'],
  ])('%i %s “%s” is %s', (status, code, message, expected) => {
    expect(errorFor(status, code, message).code).toBe(expected);
  });

  it('keeps what the server said, and names the role, the device, the region', () => {
    const denied = errorFor(403, 'AccessDenied', 'is not authorized to perform: sts:AssumeRole on resource: x');
    expect(denied).toMatchObject({ retry: 'no', cause: 'is not authorized to perform: sts:AssumeRole on resource: x' });
    expect(denied.context).toMatchObject({ roleArn, operation: 'AssumeRole', permission: 'sts:AssumeRole' });
    expect(errorFor(403, 'AccessDenied', 'MultiFactorAuthentication failed').context).toMatchObject({
      roleArn,
      mfaSerial: request.mfaSerial,
    });
    expect(errorFor(403, 'RegionDisabledException').context).toMatchObject({ region: 'eu-west-1' });
    expect(errorFor(400, 'ValidationError', 'Value at … failed').cause).toBe('Value at … failed');
  });

  it('without words is no matter of the duration when an hour was asked for', () => {
    expect(errorFor(400, 'InvalidArgument', '', { durationSeconds: 3600 }).code).toBe('InvalidArgument');
  });
});

it('Amazon has an STS in each region', () => {
  expect(stsEndpoint({ endpointUrl: null, region: 'eu-west-1' })).toBe('https://sts.eu-west-1.amazonaws.com');
  expect(stsEndpoint({ endpointUrl: null, region: 'cn-north-1' })).toBe('https://sts.cn-north-1.amazonaws.com.cn');
  expect(stsEndpoint({ endpointUrl: 'http://127.0.0.1:8000', region: 'eu-west-1' })).toBe('http://127.0.0.1:8000');
});
