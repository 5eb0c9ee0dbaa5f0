import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRedactor } from '../../main/credentials/redact.ts';
import { createLog } from '../../main/log.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'brigade-log-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const written = () => readFileSync(join(dataDir, 'logs', 'brigade.log'), 'utf8');
const lines = () =>
  written()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const secretKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const sessionToken = 'FwoGZXIvYXdzEJr//////////wEaDEXAMPLETOKEN==';
const signature = 'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404';

describe('the log', () => {
  it('is JSON lines with time, level and message, for this user only', () => {
    const log = createLog({ dataDir });
    log.info({ bucket: 'b', sizeBytes: 7 }, 'uploaded %s', 'key');
    log.debug('not at this level');
    expect(lines()).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        bucket: 'b',
        sizeBytes: 7,
        message: 'uploaded key',
      },
    ]);
    expect(statSync(join(dataDir, 'logs')).mode & 0o777).toBe(0o700);
    expect(statSync(join(dataDir, 'logs', 'brigade.log')).mode & 0o777).toBe(0o600);
  });

  it('is rotated by size, and only so many are kept', () => {
    const log = createLog({ dataDir, maxFileBytes: 400, keptFiles: 2 });
    for (let number = 0; number < 40; number += 1) log.info({ number }, 'x'.repeat(50));
    const names = readdirSync(join(dataDir, 'logs')).toSorted();
    expect(names).toEqual(['brigade.1.log', 'brigade.2.log', 'brigade.log']);
    for (const name of names) expect(statSync(join(dataDir, 'logs', name)).size).toBeLessThanOrEqual(400);
    expect(lines().at(-1)).toMatchObject({ number: 39 });
  });

  it('goes on in the file that is there', () => {
    createLog({ dataDir }).info('first');
    createLog({ dataDir }).info('second');
    expect(lines().map((line) => line['message'])).toEqual(['first', 'second']);
  });

  it('never stops the work when it cannot be written', () => {
    writeFileSync(join(dataDir, 'logs'), 'a file where the folder should be');
    expect(() => createLog({ dataDir }).error('lost')).not.toThrow();
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['access key secret', { auth: { type: 'accessKey', accessKeyId: 'AKIA', secretAccessKey: secretKey } }, secretKey],
    ['secret in a list', { list: [{ deep: [{ Secret_Access_Key: secretKey }] }] }, secretKey],
    ['session token', { credentials: { sessionToken } }, sessionToken],
    [
      'authorization header',
      { headers: { Authorization: `AWS4-HMAC-SHA256 Credential=A/b, Signature=${signature}` } },
      signature,
    ],
    ['presigned URL', { url: `https://b.s3.amazonaws.com/k?X-Amz-Expires=60&X-Amz-Signature=${signature}` }, signature],
    [
      'token in a presigned URL',
      { url: new URL(`https://b/k?X-Amz-Security-Token=${encodeURIComponent(sessionToken)}&a=b`) },
      encodeURIComponent(sessionToken),
    ],
    [
      'one-time token in the URL of the window',
      { opened: 'http://127.0.0.1:4000/?token=0123456789abcdef#x' },
      '0123456789abcdef',
    ],
    ['session cookie', { headers: { cookie: 'brigade_session=0123456789abcdef; theme=dark' } }, '0123456789abcdef'],
    ['code of a device', { mfaCode: '493817', serial: 'x' }, '493817'],
    ['code as STS is sent it', { body: 'Action=AssumeRole&TokenCode=493817&Version=1' }, '493817'],
    ['device code', { deviceCode: 'long-device-code' }, 'long-device-code'],
    ['client secret', { registered: { clientSecret: 'long-client-secret' } }, 'long-client-secret'],
    ['access token', { tokens: [{ accessToken: 'long-access-token' }] }, 'long-access-token'],
    ['refresh token', { refresh_token: 'long-refresh-token' }, 'long-refresh-token'],
    ['bearer token', { headers: { 'x-amz-sso_bearer_token': 'long-bearer-token' } }, 'long-bearer-token'],
    ['passphrase', { options: new Map([['passphrase', 'correct horse']]) }, 'correct horse'],
    ['proxy password', { proxy: 'http://user:hunter22@proxy:3128' }, 'hunter22'],
    [
      'bytes',
      { dataKey: Buffer.from(secretKey), other: Buffer.from(secretKey) },
      Buffer.from(secretKey).toString('base64'),
    ],
    ['error', { err: new Error(`aws_secret_access_key = ${secretKey}`, { cause: { sessionToken } }) }, secretKey],
    ['private key', { text: `-----BEGIN PRIVATE KEY-----\n${signature}\n-----END PRIVATE KEY-----` }, signature],
  ])('hides the %s', (hidden, fields, secret) => {
    const log = createLog({ dataDir });
    log.info(fields, 'fields');
    log.info('in a message: %j', fields);
    log.info({ inside: JSON.stringify(fields) }, 'as text');
    expect(lines()).toHaveLength(3);
    expect(lines()[0]).toMatchObject({ message: 'fields' });
    const told = written()
      .split('\n')
      .slice(0, hidden === 'bytes' ? 1 : 3)
      .join('\n');
    expect(told).not.toContain(secret);
    expect(told).toMatch(/\[redacted\]/);
  });

  it.each([
    `GET /k?X-Amz-Signature=${signature} failed`,
    `authorization: AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=${signature}`,
    `x-amz-security-token:${signature}`,
    `AWS_SECRET_ACCESS_KEY=${signature}`,
    `BRIGADE_VAULT_PASSPHRASE=${signature} brigade run`,
    `{"secretAccessKey":"${signature}"}`,
    `set-cookie: s=${signature}; HttpOnly`,
    `Authorization: Bearer ${signature}`,
  ])('hides the secret in the message %s', (message) => {
    const log = createLog({ dataDir });
    log.warn(message);
    log.warn(new Error(message));
    expect(written()).not.toContain(signature);
    expect(lines()).toHaveLength(2);
  });

  it('hides what it was told to remember, however it is written', () => {
    const redactor = createRedactor();
    const odd = `pa"ss\\wo/rd+${'x'.repeat(4)}`;
    redactor.remember(odd);
    redactor.remember('short');
    const log = createLog({ dataDir, redactor });
    log.info({ a: `before ${odd} after`, b: `?q=${encodeURIComponent(odd)}`, c: 'shorter' }, `x${odd}y`);
    expect(lines()).toEqual([
      expect.objectContaining({
        a: 'before [redacted] after',
        b: '?q=[redacted]',
        c: 'shorter',
        message: 'x[redacted]y',
      }),
    ]);
  });

  it('learns the secrets of what it is shown, at any depth', () => {
    const redactor = createRedactor();
    redactor.learn({
      target: { draft: { auth: { base: [{ secretAccessKey: secretKey, accessKeyId: 'AKIAEXAMPLE' }] } } },
    });
    redactor.learn('text');
    redactor.learn(null);
    expect(redactor.text(`AKIAEXAMPLE ${secretKey}`)).toBe('AKIAEXAMPLE [redacted]');
  });

  it('keeps what is no secret', () => {
    const fields = {
      hasSessionToken: true,
      sessionToken: null,
      continuationToken: 'abc',
      secretId: 'connection/1',
      cookie: undefined,
      token: false,
    };
    createLog({ dataDir }).info(fields, 'k');
    expect(lines()[0]).toMatchObject({
      hasSessionToken: true,
      sessionToken: null,
      continuationToken: 'abc',
      secretId: 'connection/1',
      token: false,
    });
  });

  it('takes cycles, depth and odd values', () => {
    const cycle: Record<string, unknown> = { when: new Date(0), big: 10n, set: new Set([1]) };
    cycle['self'] = cycle;
    createLog({ dataDir }).info(cycle, 'cycle');
    expect(lines()[0]).toMatchObject({ when: '1970-01-01T00:00:00.000Z', big: '10', set: [1], self: '[…]' });
  });

  it('stays JSON whatever is logged', () => {
    const log = createLog({ dataDir });
    const piece = fc.constantFrom(
      'secretAccessKey',
      '"',
      '\\',
      ':',
      '=',
      ' ',
      'cookie',
      'authorization',
      'AWS4-',
      '?token=',
      'https://',
      '@',
      "'",
      '\n',
      'null',
      '-----BEGIN PRIVATE KEY-----',
      'x',
      '{',
      '}',
      ',',
    );
    const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
    const value = fc.object({ key: text, values: [text, fc.constant(null), fc.boolean(), fc.integer()] });
    fc.assert(
      fc.property(value, text, (fields, message) => {
        log.info(fields, message);
        log.info('%s', message);
      }),
      { numRuns: 500 },
    );
    expect(lines()).toHaveLength(1000);
  });
});
