import { describe, expect, test } from 'vitest';
import type { SessionSettings } from '../../../main/credentials/roles-anywhere/create-session.ts';
import { sessionEndpoint } from '../../../main/credentials/roles-anywhere/session-endpoint.ts';
import { mapSessionFailure } from '../../../main/credentials/roles-anywhere/session-errors.ts';
import { arns, settings } from '../../fakes/roles-anywhere-settings.ts';

describe('where a session is asked for', () => {
  const endpointOf = (change: Partial<SessionSettings>) => {
    const result = sessionEndpoint({ ...settings, ...change });
    return result.ok ? result.value : result.error;
  };

  test.each([
    ['aws', 'eu-central-1', 'rolesanywhere.eu-central-1.amazonaws.com'],
    ['aws-cn', 'cn-north-1', 'rolesanywhere.cn-north-1.amazonaws.com.cn'],
    ['aws-us-gov', 'us-gov-west-1', 'rolesanywhere.us-gov-west-1.amazonaws.com'],
    ['aws-eusc', 'eusc-de-east-1', 'rolesanywhere.eusc-de-east-1.amazonaws.eu'],
  ])('%s', (partition, region, host) => {
    const endpoint = endpointOf({ ...arns(region, partition), region });
    expect(endpoint).toEqual({ protocol: 'https:', hostname: host, port: undefined, host, path: '/sessions', region });
  });

  test('a region of one’s own wins, and so does an endpoint, whose port is part of the host', () => {
    expect(endpointOf({ customRegion: 'mars-north-1' })).toMatchObject({
      host: 'rolesanywhere.mars-north-1.amazonaws.com',
      region: 'mars-north-1',
    });
    expect(endpointOf({ customRegion: '' })).toMatchObject({ region: 'eu-central-1' });
    expect(endpointOf({ endpointUrl: 'https://vpce.example:8443/base/' })).toEqual({
      protocol: 'https:',
      hostname: 'vpce.example',
      port: 8443,
      host: 'vpce.example:8443',
      path: '/base/sessions',
      region: 'eu-central-1',
    });
    expect(endpointOf({ endpointUrl: 'https://vpce.example:443' })).toMatchObject({ host: 'vpce.example' });
  });

  test('trust anchor and profile of different regions are refused before any call', () => {
    const { profileArn } = arns('us-east-1');
    for (const change of [{ profileArn }, { profileArn, endpointUrl: 'https://vpce.example' }]) {
      expect(endpointOf(change)).toMatchObject({
        code: 'RolesAnywhereInvalid',
        retry: 'no',
        context: { trustAnchorRegion: 'eu-central-1', profileRegion: 'us-east-1' },
      });
    }
  });
});

describe('answers of the service', () => {
  const failure = (status: number, headers: Record<string, string>, body: unknown) =>
    mapSessionFailure({
      status,
      headers,
      text: typeof body === 'string' ? body : JSON.stringify(body),
      host: 'h',
    });

  test.each([
    [403, 'AccessDeniedException', 'Untrusted Signing Certificate', 'RolesAnywhereUntrusted'],
    [403, 'AccessDeniedException', 'Invalid signature', 'RolesAnywhereSignatureRefused'],
    [403, 'AccessDeniedException', 'Unable to assume role for arn:aws:iam::1:role/x', 'RolesAnywhereRoleDenied'],
    [403, 'AccessDeniedException', 'Profile is disabled', 'RolesAnywhereDenied'],
    [404, 'ResourceNotFoundException', 'Trust anchor not found', 'RolesAnywhereNotFound'],
    [400, 'ValidationException', 'durationSeconds', 'RolesAnywhereInvalid'],
    [429, 'ThrottlingException', 'Rate exceeded', 'SlowDown'],
    [400, 'ThrottlingException', 'Rate exceeded', 'SlowDown'],
    [500, 'InternalServerException', 'x', 'InternalError'],
    [503, 'ServiceUnavailable', 'x', 'InternalError'],
    [409, 'ConflictException', 'x', 'UnknownServiceError'],
  ])('%i %s “%s” is %s', (status, serverCode, serverMessage, code) => {
    const inHeader = failure(
      status,
      { 'x-amzn-errortype': `${serverCode}:http://x/`, 'x-amzn-requestid': 'r-1' },
      { message: serverMessage },
    );
    const context = { host: 'h', status, serverCode, serverMessage };
    expect(inHeader).toMatchObject({ code, context: { ...context, requestId: 'r-1' } });
    expect(failure(status, {}, { __type: `com.amazonaws#${serverCode}`, Message: serverMessage })).toMatchObject({
      code,
      context,
    });
    expect(failure(status, {}, { code: serverCode, message: serverMessage })).toMatchObject({ code, context });
  });

  test('another server’s page', () => {
    expect(failure(404, {}, '<html>')).toMatchObject({ code: 'RolesAnywhereEmpty', context: { status: 404 } });
    expect(failure(302, {}, '')).toMatchObject({ code: 'RolesAnywhereEmpty', context: { status: 302 } });
    expect(failure(403, {}, '<html>')).toMatchObject({ code: 'RolesAnywhereDenied', context: { status: 403 } });
    expect(failure(502, {}, 'null')).toMatchObject({ code: 'InternalError', retry: 'backoff' });
  });
});
