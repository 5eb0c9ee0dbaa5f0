import { describe, expect, it } from 'vitest';
import type { StoreTarget } from '../../../main/connections/open-store.ts';
import {
  testConnection,
  type TestConnectionDeps,
  type TestConnectionOptions,
} from '../../../main/connections/test-connection.ts';
import type { ListPage, ListPageRequest, ObjectStore } from '../../../main/s3/object-store.ts';
import type { ConnectionSettings } from '../../../shared/domain/connection.ts';
import {
  testNoteCodes,
  type TestStep,
  testResultSchema,
  testStepNames,
} from '../../../shared/domain/connection-test.ts';
import { appError, type ErrorCode } from '../../../shared/errors.ts';
import { err, ok } from '../../../shared/result.ts';
import { describeTestStep } from '../../../shared/words/describe-test-step.ts';

const nowMs = Date.parse('2030-01-01T12:00:00Z');
const minuteMs = 60_000;

type Scene = {
  settings?: Partial<ConnectionSettings>;
  /** Names, or why there is no list. */
  buckets?: readonly string[] | ErrorCode;
  /** Keys under the restriction, or why not. */
  page?: readonly string[] | ErrorCode;
  deps?: Partial<TestConnectionDeps>;
  options?: TestConnectionOptions;
};

/** Runs the test of a connection to a server that answers as told; no method of the store that writes may be asked. */
async function run({ settings = {}, buckets = [], page = 'NoSuchBucket', deps = {}, options = {} }: Scene) {
  const asked: ListPageRequest[] = [];
  const probed = new Set<string>();
  const told: TestStep[] = [];
  let closed = 0;
  const store = {
    listBuckets: async () =>
      typeof buckets === 'string' ? err(appError(buckets)) : ok(buckets.map((name) => ({ name, createdMs: null }))),
    listPage: async (request: ListPageRequest) => {
      if (settings.restrictToBucket !== undefined) asked.push(request);
      if (typeof page === 'string') return err(appError(page));
      const objects = page.map((key) => ({ key, sizeBytes: 1 })) as unknown as ListPage['objects'];
      return ok({ objects, prefixes: [], continuationToken: null });
    },
    bucketLocation: async (bucket: string) => {
      probed.add(bucket);
      return ok('us-east-1');
    },
    readRange: async () => (page === 'AccessDenied' ? err(appError(page)) : ok(oneByte())),
    presignGet: async () => ok('http://h/signed'),
  } as unknown as ObjectStore;
  const target: StoreTarget = {
    settings: { name: 'n', pathStyle: false, downloadThreads: 1, uploadThreads: 4, ...settings },
    auth: { type: 'profile', profile: 'p' },
  };
  const result = await testConnection(
    target,
    {
      probeEndpoint: async () => ok({ status: 403, server: 'AmazonS3', dateMs: nowMs, listsBucketsToAnybody: false }),
      loadCredentials: async () => ok({ accessKeyId: 'AKIA', secretAccessKey: 'never shown' }),
      openStore: async () => ok({ store, close: () => (closed += 1) }),
      callerIdentity: async () => ok({ arn: 'arn:aws:iam::123:user/me', account: '123', isRoot: false }),
      clock: { nowMs: () => nowMs },
      ...deps,
    },
    { ...options, onStep: (step) => told.push(step) },
  );
  testResultSchema.parse(result);
  expect(result.steps.map((step) => step.name)).toEqual(testStepNames);
  expect(JSON.stringify(result)).not.toContain('never shown');
  expect(told.filter((step) => step.state !== 'running')).toEqual(result.steps);
  const states = Object.fromEntries(result.steps.map((step) => [step.name, step.state]));
  const details = Object.fromEntries(result.steps.map((step) => [step.name, describeTestStep(step)]));
  return { result, states, details, asked, told, closed, probed: [...probed] };
}

async function* oneByte(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(1);
}

const own = { endpointUrl: 'http://127.0.0.1:9000' };
const restricted = { ...own, restrictToBucket: 'Data', restrictToPath: 'in/' };

describe('a connection without a restriction', () => {
  it('is fine when the buckets can be listed', async () => {
    const { result, states, details, asked, closed } = await run({ buckets: ['a', 'b'], page: [] });
    expect(result).toMatchObject({ ok: true });
    expect(result.error).toBeUndefined();
    expect(states).toEqual({
      endpoint: 'ok',
      clock: 'ok',
      credentials: 'ok',
      identity: 'ok',
      buckets: 'ok',
      restriction: 'skipped',
      permissions: 'ok',
    });
    expect(details).toMatchObject({ identity: 'arn:aws:iam::123:user/me', buckets: '2 buckets.' });
    expect([asked, closed]).toEqual([[], 1]);
  });

  it('is not when they cannot, though the credentials are right', async () => {
    const { result, states } = await run({ buckets: 'AccessDenied' });
    expect(result).toMatchObject({ ok: false, error: { code: 'AccessDenied' } });
    expect(states).toMatchObject({ credentials: 'ok', buckets: 'failed', restriction: 'skipped' });
  });

  it('tells each step as it begins and as it ends', async () => {
    const { told } = await run({ buckets: [] });
    expect(told.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'endpoint running',
      'endpoint ok',
      'clock running',
      'clock ok',
      'credentials running',
      'credentials ok',
      'identity running',
      'identity ok',
      'buckets running',
      'buckets ok',
      'restriction running',
      'restriction skipped',
      'permissions running',
      'permissions skipped',
    ]);
  });
});

describe('a failure', () => {
  it('of the endpoint ends the test: nothing is signed', async () => {
    const { result, states, closed } = await run({
      deps: {
        probeEndpoint: async () => err(appError('HostNotFound', { host: 'h' })),
        loadCredentials: () => expect.unreachable(),
      },
    });
    expect(result).toMatchObject({ ok: false, error: { code: 'HostNotFound', context: { host: 'h' } } });
    expect(Object.values(states)).toEqual(['failed', ...Array(6).fill('skipped')]);
    expect(closed).toBe(0);
  });

  it.each<ErrorCode>(['CredentialsMissing', 'VaultLocked', 'VaultWrongPassphrase', 'KeyringUnavailable'])(
    'to get credentials, %s, fails that step',
    async (code) => {
      const { result, states } = await run({ deps: { loadCredentials: async () => err(appError(code)) } });
      expect(result).toMatchObject({ ok: false, error: { code } });
      expect(states).toMatchObject({ clock: 'ok', credentials: 'failed', identity: 'skipped' });
    },
  );

  it.each<ErrorCode>([
    'InvalidAccessKeyId',
    'SignatureDoesNotMatch',
    'ExpiredToken',
    'InvalidToken',
    'RequestTimeTooSkewed',
    'AuthorizationHeaderMalformed',
    'AllAccessDisabled',
    'ConnectionReset',
    'Stalled',
    'TlsFailed',
    'NotAnS3Endpoint',
  ])('of the first signed request, %s, is one of the credentials step', async (code) => {
    for (const settings of [own, restricted]) {
      const { result, states, closed } = await run({ settings, buckets: code, page: [] });
      expect(result).toMatchObject({ ok: false, error: { code } });
      expect(states).toMatchObject({ endpoint: 'ok', credentials: 'failed', buckets: 'skipped' });
      expect(closed).toBe(1);
    }
  });
});

it('tests what would be saved: endpoint and path in their normal form, or the field that has none', async () => {
  const settings = { endpointUrl: 'http://127.0.0.1:9000/', restrictToBucket: 'b', restrictToPath: '/in/' };
  const { asked, details } = await run({ settings, page: [] });
  expect(asked).toMatchObject([{ prefix: 'in/' }]);
  expect(details['endpoint']).toBe('http://127.0.0.1:9000 answers (AmazonS3).');
  const { result } = await run({ settings: { endpointUrl: 'http://host:99999' } });
  expect(result).toMatchObject({ ok: false, error: { code: 'InvalidInput', context: { field: 'endpointUrl' } } });
});

it('puts failures in words', async () => {
  const { details } = await run({ settings: restricted, buckets: 'AccessDenied', page: 'AccessDenied' });
  expect(details['restriction']).toBe('The server refused access.');
});

it('blames the key when the server refuses it what it gives to anybody', async () => {
  const probeEndpoint = async () => ok({ status: 200, server: null, dateMs: nowMs, listsBucketsToAnybody: true });
  for (const settings of [own, restricted]) {
    const { result, states, details } = await run({
      settings,
      buckets: 'AccessDenied',
      page: 'AccessDenied',
      deps: { probeEndpoint },
    });
    expect(result).toMatchObject({
      ok: false,
      error: { code: 'InvalidAccessKeyId', context: { accessKeyId: 'AKIA' } },
    });
    expect(states).toMatchObject({ credentials: 'failed', buckets: 'skipped' });
    expect(details['credentials']).toBe('The server refuses the access key AKIA: the ID or the secret is wrong.');
  }
});

describe('the clock', () => {
  it.each([
    [5 * minuteMs, 'ok', /agrees/],
    [-5 * minuteMs, 'ok', /agrees/],
    [6 * minuteMs, 'warning', /6 minutes behind the server/],
    [-90 * minuteMs, 'warning', /90 minutes ahead of the server/],
  ])('of a server %i ms away gives %s', async (offsetMs, state, detail) => {
    const probeEndpoint = async () =>
      ok({ status: 403, server: null, dateMs: nowMs + offsetMs, listsBucketsToAnybody: false });
    const { result, states, details } = await run({ deps: { probeEndpoint } });
    expect([result.ok, states['clock']]).toEqual([true, state]);
    expect(details['clock']).toMatch(detail);
  });

  it('is not judged when the server has none', async () => {
    const { states } = await run({
      deps: {
        probeEndpoint: async () => ok({ status: 403, server: null, dateMs: null, listsBucketsToAnybody: false }),
      },
    });
    expect(states['clock']).toBe('skipped');
  });
});

describe('who the credentials belong to', () => {
  it('is asked only of Amazon', async () => {
    const { states } = await run({ settings: own, deps: { callerIdentity: () => expect.unreachable() } });
    expect(states['identity']).toBe('skipped');
  });

  it('does not count when Amazon does not say', async () => {
    const { result, states } = await run({ deps: { callerIdentity: async () => err(appError('AccessDenied')) } });
    expect([result.ok, states['identity']]).toEqual([true, 'skipped']);
  });

  it('is a warning when it is the root user', async () => {
    const callerIdentity = async () => ok({ arn: 'arn:aws:iam::123:root', account: '123', isRoot: true });
    const { result, states, details } = await run({ deps: { callerIdentity } });
    expect([result.ok, states['identity']]).toEqual([true, 'warning']);
    expect(details['identity']).toContain('root user of the account 123');
  });
});

describe('a restricted connection', () => {
  it('is fine when its place can be listed, also where buckets cannot', async () => {
    for (const buckets of [['Data'], 'AccessDenied', 'NotImplemented', 'UnknownServiceError'] as const) {
      const { result, states, asked } = await run({ settings: restricted, buckets, page: ['in/a'] });
      expect([buckets, result.ok, result.error]).toEqual([buckets, true, undefined]);
      expect(states).toMatchObject({
        credentials: 'ok',
        buckets: typeof buckets === 'string' ? 'warning' : 'ok',
        restriction: 'ok',
      });
      expect(asked).toMatchObject([{ bucket: 'Data', prefix: 'in/', delimiter: '' }]);
      expect(asked).toHaveLength(1);
    }
  });

  it('is fine when there is nothing yet', async () => {
    const { result, details } = await run({ settings: restricted, buckets: ['Data'], page: [] });
    expect([result.ok, details['restriction']]).toEqual([true, 'Data/in/ can be read; there is nothing yet.']);
  });

  it('is not when its place may not be read', async () => {
    const { result, states } = await run({ settings: restricted, buckets: ['Data'], page: 'AccessDenied' });
    expect(result).toMatchObject({ ok: false, error: { code: 'AccessDenied' } });
    expect(states).toMatchObject({ credentials: 'ok', buckets: 'ok', restriction: 'failed' });
  });

  it('to a missing bucket is a warning, with the bucket that differs in case', async () => {
    const { result, states, details } = await run({ settings: restricted, buckets: ['other', 'data'] });
    expect([result.ok, result.error, states['restriction']]).toEqual([true, undefined, 'warning']);
    expect(details['restriction']).toBe('There is no bucket Data. Names are exact: did you mean data?');
  });

  it('to a missing bucket with no like has no suggestion', async () => {
    const { details } = await run({ settings: { ...own, restrictToBucket: 'gone' }, buckets: ['other'] });
    expect(details['restriction']).toBe('There is no bucket gone. Names are exact, capitals too.');
  });

  it('to a missing bucket where nothing can be read fails, with the hint', async () => {
    for (const page of ['NoSuchBucket', 'InvalidBucketName'] as const) {
      const { result, states } = await run({ settings: restricted, buckets: 'AccessDenied', page });
      expect(states['restriction']).toBe('warning');
      expect(result).toMatchObject({
        ok: false,
        error: { code: 'NoSuchBucket', context: { bucket: 'Data', suggestion: 'data' } },
      });
    }
  });

  it('fails with the credentials when only the second request shows them wrong', async () => {
    const { result, states } = await run({
      settings: restricted,
      buckets: 'NotImplemented',
      page: 'SignatureDoesNotMatch',
    });
    expect(result).toMatchObject({ ok: false, error: { code: 'SignatureDoesNotMatch' } });
    expect(states).toMatchObject({ credentials: 'failed', buckets: 'skipped', restriction: 'skipped' });
  });
});

describe('permissions', () => {
  it('are tried in the bucket of the restriction, else in the one that was asked for, else in the first', async () => {
    const scene = { buckets: ['a', 'b'], page: ['in/x'], options: { probeBucket: 'b' } };
    expect((await run({ ...scene, settings: restricted })).result.permissions).toMatchObject({
      bucket: 'Data',
      prefix: 'in/',
      wrote: false,
    });
    expect((await run(scene)).probed).toEqual(['b']);
    const { probed, details, states } = await run({ ...scene, options: {} });
    expect([probed, states['permissions']]).toEqual([['a'], 'ok']);
    expect(details['permissions']).toBe('Everything that was tried in a/ is allowed.');
  });

  it('are not where no bucket is known, or the one that is named is missing', async () => {
    for (const scene of [{}, { settings: restricted, buckets: ['data'] }]) {
      const { result, states, details, probed } = await run(scene);
      expect([result.ok, result.permissions, states['permissions'], probed]).toEqual([true, undefined, 'skipped', []]);
      expect(details['permissions']).toBe('No bucket is known to try permissions in.');
    }
  });

  it('of a bucket that was asked for and is missing are a warning, with the one that was meant', async () => {
    const { result, states, details } = await run({ buckets: ['reports'], options: { probeBucket: 'Reports' } });
    expect([result.ok, result.permissions, states['permissions']]).toEqual([true, undefined, 'warning']);
    expect(details['permissions']).toBe('There is no bucket Reports. Names are exact: did you mean reports?');
  });

  it('are tried too when the credentials work and nothing can be listed', async () => {
    const denied = { buckets: 'AccessDenied', page: 'AccessDenied' } as const;
    for (const scene of [
      { ...denied, settings: restricted },
      { ...denied, options: { probeBucket: 'b' } },
    ]) {
      const { result, states, details } = await run(scene);
      expect(result).toMatchObject({ ok: false, error: { code: 'AccessDenied' } });
      expect(states).toMatchObject({ credentials: 'ok', permissions: 'warning' });
      expect(details['permissions']).toMatch(/^3 actions are not allowed in .*: s3:ListAllMyBuckets, s3:ListBucket\.$/);
      expect(result.permissions?.results).toMatchObject(
        ['denied', 'notTested', 'notTested', 'notTested', 'notTested', 'allowed', 'denied']
          .concat(['notTested', 'notTested', 'denied', 'notTested'])
          .map((outcome) => ({ outcome })),
      );
    }
  });

  it('are not when the credentials do not work', async () => {
    const { states, probed } = await run({ settings: restricted, buckets: 'SignatureDoesNotMatch' });
    expect([states['permissions'], probed]).toEqual(['skipped', []]);
  });

  it('to write are never tried in a bucket that nobody named', async () => {
    // The store of these tests has no method to write with.
    const { result } = await run({ buckets: ['a'], page: [], options: { writeProbe: true } });
    expect(result.permissions?.wrote).toBe(false);
    await expect(run({ buckets: ['a'], page: [], options: { writeProbe: true, probeBucket: 'a' } })).rejects.toThrow(
      'putSmall',
    );
  });
});

it('says until when temporary credentials are valid', async () => {
  const expiresMs = nowMs + 60 * minuteMs;
  const loadCredentials = async () => ok({ accessKeyId: 'ASIA', secretAccessKey: 'never shown', expiresMs });
  const { states, details } = await run({ deps: { loadCredentials } });
  expect(states['credentials']).toBe('ok');
  expect(details['credentials']).toBe(
    'The server accepts the access key ASIA, which is valid until 2030-01-01T13:00:00.000Z.',
  );
});

it('every note has its words', () => {
  for (const code of testNoteCodes) {
    expect(describeTestStep({ note: { code, values: { count: 2 } } })).not.toBe(code);
  }
});
