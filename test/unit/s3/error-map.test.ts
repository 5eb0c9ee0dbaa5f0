import { describe, expect, test, vi } from 'vitest';
import { mapFileError, mapNetworkError, mapS3Failure, mapSdkError } from '../../../main/s3/error-map.ts';
import { ofVersion } from '../../../main/s3/permissions.ts';
import { AppErrorException, appError, type ErrorCode } from '../../../shared/errors.ts';

describe('answers of servers', () => {
  const table: readonly [number, string | undefined, ErrorCode][] = [
    [403, 'AccessDenied', 'AccessDenied'],
    [403, 'InvalidAccessKeyId', 'InvalidAccessKeyId'],
    [403, 'InvalidClientTokenId', 'InvalidAccessKeyId'],
    [403, 'SignatureDoesNotMatch', 'SignatureDoesNotMatch'],
    [403, 'RequestTimeTooSkewed', 'RequestTimeTooSkewed'],
    [400, 'ExpiredToken', 'ExpiredToken'],
    [400, 'InvalidRequest', 'InvalidArgument'],
    [404, 'NoSuchBucket', 'NoSuchBucket'],
    [404, 'NoSuchUpload', 'NoSuchUpload'],
    [409, 'OperationAborted', 'ConditionalRequestConflict'],
    [409, 'BucketNotEmpty', 'BucketNotEmpty'],
    [412, 'PreconditionFailed', 'PreconditionFailed'],
    [503, 'SlowDown', 'SlowDown'],
    [503, 'ServiceUnavailable', 'SlowDown'],
    [429, 'TooManyRequests', 'SlowDown'],
    [500, 'InternalError', 'InternalError'],
    [400, 'KMS.DisabledException', 'KMS.DisabledException'],
    [400, 'BadDigest', 'BadDigest'],
    [400, 'XAmzContentChecksumMismatch', 'BadDigest'],
    [400, 'SomethingNew', 'UnknownServiceError'],
    // Our own codes are not a server's to give.
    [400, 'VaultLocked', 'UnknownServiceError'],
    [400, 'DiskFull', 'UnknownServiceError'],
    [301, undefined, 'PermanentRedirect'],
    [304, undefined, 'PreconditionFailed'],
    [400, undefined, 'InvalidArgument'],
    [403, undefined, 'AccessDenied'],
    [403, '403', 'AccessDenied'],
    [404, 'NotFound', 'NoSuchKey'],
    [405, undefined, 'MethodNotAllowed'],
    [408, undefined, 'RequestTimeout'],
    [409, undefined, 'ConditionalRequestConflict'],
    [412, undefined, 'PreconditionFailed'],
    [413, undefined, 'EntityTooLarge'],
    [416, undefined, 'InvalidRange'],
    [429, undefined, 'SlowDown'],
    [500, undefined, 'InternalError'],
    [501, undefined, 'NotImplemented'],
    [502, undefined, 'InternalError'],
    [503, undefined, 'SlowDown'],
    [599, undefined, 'InternalError'],
    [418, undefined, 'UnknownServiceError'],
  ];
  test.each(table)('%i %s is %s', (status, code, expected) => {
    expect(mapS3Failure({ status, code, bucket: 'b', key: 'k' }).code).toBe(expected);
  });

  test('a 404 without a body is about the upload, the key, the bucket or the endpoint, whichever was asked for', () => {
    expect(mapS3Failure({ status: 404, bucket: 'b', key: 'k', uploadId: 'u' }).code).toBe('NoSuchUpload');
    expect(mapS3Failure({ status: 404, code: 'NoSuchKey', key: 'k', uploadId: 'u' }).code).toBe('NoSuchUpload');
    expect(mapS3Failure({ status: 404, bucket: 'b', key: 'k' }).code).toBe('NoSuchKey');
    expect(mapS3Failure({ status: 404, bucket: 'b' }).code).toBe('NoSuchBucket');
    expect(mapS3Failure({ status: 404 }).code).toBe('NotAnS3Endpoint');
  });

  test('a 400 without a body that names a region is about the region', () => {
    const error = mapS3Failure({ status: 400, bucket: 'b', key: 'k', region: 'eu-west-1' });
    expect(error).toMatchObject({ code: 'AuthorizationHeaderMalformed', context: { region: 'eu-west-1' } });
  });

  test('a page of HTML is not S3', () => {
    const error = mapS3Failure({ status: 404, contentType: 'text/html; charset=utf-8', endpoint: 'http://x' });
    expect(error).toMatchObject({ code: 'NotAnS3Endpoint', context: { endpoint: 'http://x' } });
    expect(mapS3Failure({ status: 503, contentType: 'text/html' }).code).toBe('SlowDown');
  });

  test('an unknown code keeps its name, and is tried again when the status is a 5xx', () => {
    const error = mapS3Failure({ status: 507, code: 'XStorageFull', message: 'full' });
    expect(error).toEqual({
      code: 'UnknownServiceError',
      retry: 'backoff',
      context: { status: 507, serverCode: 'XStorageFull' },
      cause: 'full',
    });
    expect(mapS3Failure({ status: 400, code: 'Odd' }).retry).toBe('no');
  });

  test('AccessDenied names the missing permission: the server’s own word first', () => {
    const denied = { status: 403, code: 'AccessDenied', operation: 'GetObject' } as const;
    expect(mapS3Failure(denied).context['permission']).toBe('s3:GetObject');
    for (const [operation, permission] of [
      ['GetObjectTagging', 's3:GetObjectTagging'],
      ['PutObjectTagging', 's3:PutObjectTagging'],
      ['ListObjectVersions', 's3:ListBucketVersions'],
      [ofVersion('HeadObject', undefined), 's3:GetObject'],
      [ofVersion('HeadObject', 'v'), 's3:GetObjectVersion'],
      [ofVersion('GetObject', 'v'), 's3:GetObjectVersion'],
      [ofVersion('DeleteObject', 'v'), 's3:DeleteObjectVersion'],
      [ofVersion('CopyObject', 'v'), 's3:GetObjectVersion, s3:PutObject'],
      [ofVersion('UploadPartCopy', 'v'), 's3:GetObjectVersion, s3:PutObject'],
    ] as const) {
      expect(mapS3Failure({ ...denied, operation }).context['permission']).toBe(permission);
    }
    const message = 'User: arn:aws:iam::1:user/x is not authorized to perform: kms:Decrypt on resource: arn';
    expect(mapS3Failure({ ...denied, message }).context['permission']).toBe('kms:Decrypt');
  });
});

describe('failures on the way', () => {
  const failure = (code: string, extra: object = {}) => Object.assign(new Error(code), { code, ...extra });
  const table: readonly [string, ErrorCode][] = [
    ['ENOTFOUND', 'HostNotFound'],
    ['EAI_AGAIN', 'HostNotFound'],
    ['ECONNREFUSED', 'EndpointUnreachable'],
    ['EHOSTUNREACH', 'EndpointUnreachable'],
    ['ECONNRESET', 'ConnectionReset'],
    ['EPIPE', 'ConnectionReset'],
    ['ETIMEDOUT', 'Stalled'],
    ['CERT_HAS_EXPIRED', 'TlsFailed'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'TlsFailed'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'TlsFailed'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'TlsFailed'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'TlsFailed'],
    ['EPROTO', 'TlsFailed'],
    ['HPE_INVALID_CONSTANT', 'NotAnS3Endpoint'],
    ['EMFILE', 'TooManyOpenFiles'],
  ];
  test.each(table)('%s is %s', (code, expected) => {
    expect(mapNetworkError(failure(code), { host: 'h' })).toMatchObject({ code: expected, context: { host: 'h' } });
  });

  test('a timeout while connecting is an endpoint that cannot be reached', () => {
    expect(mapNetworkError(failure('ETIMEDOUT', { syscall: 'connect' }))?.code).toBe('EndpointUnreachable');
  });

  test.each(['EACCES', 'EPERM', 'ENOBUFS', 'EINVAL', 'EADDRINUSE'])(
    'a connection that is not made is an endpoint that cannot be reached, whatever the system says: %s',
    (code) => {
      const error = failure(code, { syscall: 'connect' });
      expect(mapNetworkError(error)).toMatchObject({ code: 'EndpointUnreachable', context: { systemCode: code } });
      const several = Object.assign(new AggregateError([error, error]), { code });
      expect(mapSdkError(several, { host: 'h' })).toMatchObject({ code: 'EndpointUnreachable' });
      // Of a file it is another matter.
      expect(mapNetworkError(failure(code, { syscall: 'open' }))).toBeNull();
    },
  );

  test('the code is found in causes and in the errors of several addresses', () => {
    expect(mapNetworkError(new Error('fetch failed', { cause: failure('ENOTFOUND') }))?.code).toBe('HostNotFound');
    expect(mapNetworkError(new AggregateError([failure('ECONNREFUSED')]))?.code).toBe('EndpointUnreachable');
  });

  test('a refused connection says where: as it was asked for, or the address where that is another one', () => {
    const refused = (address: string, port: number) => failure('ECONNREFUSED', { syscall: 'connect', address, port });
    const at = (error: Error, host?: string) => mapNetworkError(error, { host })?.context['refusedAt'];
    expect(at(refused('127.0.0.1', 9000), 'localhost:9000')).toBe('localhost:9000');
    expect(at(refused('10.0.0.7', 443), 's3.example.com')).toBe('s3.example.com:443');
    expect(at(refused('10.0.0.1', 3128), 's3.example.com')).toBe('10.0.0.1:3128');
    expect(at(refused('::1', 9000))).toBe('[::1]:9000');
    vi.stubEnv('https_proxy', 'http://10.0.0.1:443');
    expect(at(refused('10.0.0.1', 443), 's3.example.com')).toBe('10.0.0.1:443');
    vi.unstubAllEnvs();
    const both = Object.assign(new AggregateError([refused('::1', 9000), refused('127.0.0.1', 9000)]), {
      code: 'ECONNREFUSED',
    });
    expect(at(both, 'localhost:9000')).toBe('localhost:9000');
    expect(at(failure('ECONNREFUSED'), 'h:1')).toBeUndefined();
    expect(at(failure('EHOSTUNREACH', { address: '10.0.0.7', port: 9000 }), '10.0.0.7:9000')).toBeUndefined();
    expect(at(failure('ETIMEDOUT', { syscall: 'connect', address: '10.0.0.7', port: 9000 }))).toBeUndefined();
  });

  test('anything else is not a network error', () => {
    expect(mapNetworkError(new TypeError('x is not a function'))).toBeNull();
    expect(mapNetworkError('ENOTFOUND')).toBeNull();
  });
});

describe('failures of the file system', () => {
  const table: readonly [string, ErrorCode][] = [
    ['ENOENT', 'FileNotFound'],
    ['EACCES', 'LocalAccessDenied'],
    ['EPERM', 'LocalAccessDenied'],
    ['ENOSPC', 'DiskFull'],
    ['EDQUOT', 'DiskFull'],
    ['EROFS', 'ReadOnlyFileSystem'],
    ['EISDIR', 'IsADirectory'],
    ['ENOTDIR', 'NotADirectory'],
    ['ELOOP', 'SymlinkLoop'],
    ['ENAMETOOLONG', 'NameTooLong'],
    ['EMFILE', 'TooManyOpenFiles'],
    ['EBUSY', 'FileBusy'],
    ['EEXIST', 'FileExists'],
    ['EIO', 'LocalIoError'],
    ['EWHATEVER', 'LocalIoError'],
  ];
  test.each(table)('%s is %s', (code, expected) => {
    const error = mapFileError(Object.assign(new Error('x'), { code }), '/a/b');
    expect(error).toMatchObject({ code: expected, context: { path: '/a/b', systemCode: code }, cause: 'x' });
  });
});

describe('what the SDK throws', () => {
  const sdk = (name: string, status: number | undefined, extra: object = {}) =>
    Object.assign(new Error('message'), { name, $metadata: { httpStatusCode: status, requestId: 'r1' }, ...extra });

  test('a service error keeps its code, request id and place', () => {
    const error = mapSdkError(sdk('NoSuchKey', 404, { Code: 'NoSuchKey' }), { bucket: 'b', key: 'k' });
    expect(error).toMatchObject({
      code: 'NoSuchKey',
      context: { bucket: 'b', key: 'k', requestId: 'r1', status: 404 },
    });
  });

  test('the region of a redirect is taken from the header', () => {
    const response = { statusCode: 301, headers: { 'x-amz-bucket-region': 'eu-west-1' } };
    const error = mapSdkError(sdk('PermanentRedirect', 301, { $response: response }), { bucket: 'b' });
    expect(error).toMatchObject({ code: 'PermanentRedirect', context: { region: 'eu-west-1' } });
  });

  test('an abort is Cancelled, a missing credential is CredentialsMissing', () => {
    expect(mapSdkError(Object.assign(new Error('a'), { name: 'AbortError' })).code).toBe('Cancelled');
    expect(mapSdkError(Object.assign(new Error('a'), { name: 'CredentialsProviderError' })).code).toBe(
      'CredentialsMissing',
    );
  });

  test('an error inside of a 200 is that error; a 200 that is no XML is not S3', () => {
    expect(mapSdkError(sdk('InternalError', 200, { Code: 'InternalError' })).code).toBe('InternalError');
    expect(mapSdkError(sdk('SyntaxError', 200)).code).toBe('NotAnS3Endpoint');
  });

  test('an AppError thrown by one of our own providers comes through', () => {
    const inner = appError('VaultLocked');
    expect(mapSdkError(new AppErrorException(inner))).toBe(inner);
  });

  test('a bug is thrown on', () => {
    expect(() => mapSdkError(new TypeError('undefined is not a function'))).toThrow(TypeError);
  });
});
