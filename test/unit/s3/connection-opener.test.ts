import { describe, expect, test } from 'vitest';
import { bucketAddress, needsPathStyle } from '../../../main/s3/bucket-address.ts';
import { type ConnectionDetails, createConnectionOpener } from '../../../main/s3/connection-opener.ts';
import { createEnvironmentConnections } from '../../../main/s3/environment-connections.ts';
import { restrictStore } from '../../../main/s3/restrict-store.ts';
import { connectionStateOf } from '../../../main/s3/observe-store.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { createManualClock } from '../../fakes/manual-clock.ts';
import { createMemoryObjectStore } from '../../fakes/memory-object-store.ts';

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}
const aws = { endpointUrl: null, pathStyle: false };

describe('where requests for a bucket go', () => {
  test.each([
    [aws, 'docs', 'eu-west-1', 'docs.s3.eu-west-1.amazonaws.com', '/'],
    [aws, 'docs', 'cn-north-1', 'docs.s3.cn-north-1.amazonaws.com.cn', '/'],
    [aws, 'my.docs', 'eu-west-1', 's3.eu-west-1.amazonaws.com', '/my.docs/'],
    [aws, 'Docs', 'us-east-1', 's3.us-east-1.amazonaws.com', '/Docs/'],
    [aws, 'a_b', 'us-east-1', 's3.us-east-1.amazonaws.com', '/a_b/'],
    [{ ...aws, pathStyle: true }, 'docs', 'us-east-1', 's3.us-east-1.amazonaws.com', '/docs/'],
    [{ endpointUrl: 'https://s3.example.com', pathStyle: false }, 'docs', 'x', 'docs.s3.example.com', '/'],
    [
      { endpointUrl: 'https://s3.example.com:8443/base', pathStyle: false },
      'docs',
      'x',
      'docs.s3.example.com:8443',
      '/base/',
    ],
    [{ endpointUrl: 'https://s3.example.com/base/', pathStyle: true }, 'docs', 'x', 's3.example.com', '/base/docs/'],
    [{ endpointUrl: 'http://s3.example.com', pathStyle: false }, 'my.docs', 'x', 'my.docs.s3.example.com', '/'],
    [{ endpointUrl: 'http://127.0.0.1:9000', pathStyle: false }, 'docs', 'x', '127.0.0.1:9000', '/docs/'],
    [{ endpointUrl: 'http://[::1]:9000', pathStyle: false }, 'docs', 'x', '[::1]:9000', '/docs/'],
    [{ endpointUrl: 'http://localhost:9000', pathStyle: false }, 'docs', 'x', 'localhost:9000', '/docs/'],
    [{ endpointUrl: 'http://minio:9000', pathStyle: false }, 'docs', 'x', 'minio:9000', '/docs/'],
  ])('%o %s in %s: %s%s', (settings, bucket, region, host, pathPrefix) => {
    expect(bucketAddress(settings, bucket, region)).toMatchObject({ host, pathPrefix });
  });

  test('the socket goes to the bare address and the right port', () => {
    const settings = { endpointUrl: 'http://[::1]:9000', pathStyle: false };
    expect(bucketAddress(settings, 'b', 'x')).toMatchObject({ protocol: 'http:', hostname: '::1', port: 9000 });
    expect(bucketAddress(aws, 'docs', 'us-east-1')).toMatchObject({ protocol: 'https:', port: 443 });
    expect(needsPathStyle(aws)).toBe(false);
  });
});

describe('a restriction', () => {
  test('every operation outside is refused, without a request', async () => {
    const memory = createMemoryObjectStore();
    for (const bucket of ['mine', 'other']) must(await memory.createBucket(bucket));
    for (const key of ['p/a', 'px', 'q']) must(await memory.putSmall('mine', key, Buffer.from(key), {}));
    const asked: string[] = [];
    const watched = new Proxy(memory, {
      get(target, name: keyof typeof memory) {
        const method = target[name];
        if (typeof method !== 'function') return method;
        return (...input: unknown[]) => {
          asked.push(name);
          return (method as (...all: unknown[]) => unknown)(...input);
        };
      },
    });
    const store = restrictStore(watched, { bucket: 'mine', path: 'p' });
    const signal = new AbortController().signal;
    async function* nothing(): AsyncGenerator<Uint8Array> {}
    const outcomes: Result<unknown>[] = [];
    for (const [bucket, key] of [
      ['mine', 'q'],
      ['mine', 'px'],
      ['other', 'p/a'],
      ['mine', 'p/../q'],
      ['mine', 'p/%2e%2e/q'],
      ['mine', 'p/..%2fq'],
      ['mine', 'p/..\\q'],
      ['mine', 'p/%252e%252e/q'],
    ] as const) {
      const place = { bucket, key };
      const inside = { bucket: 'mine', key: 'p/a' };
      outcomes.push(
        await store.head(bucket, key),
        await store.putSmall(bucket, key, new Uint8Array(), {}),
        await store.putStream(bucket, key, nothing(), {}, { signal }),
        await store.getStream(bucket, key),
        await store.readRange(bucket, key, { offset: 0, sizeBytes: 1, ifMatch: null }),
        await store.getTags(bucket, key),
        await store.setTags(bucket, key, {}),
        await store.remove(bucket, key),
        await store.removeVersion(bucket, key, 'null'),
        await store.listVersions({ bucket, prefix: key, delimiter: '' }),
        await store.copy(place, inside),
        await store.copy(inside, place),
        await store.createMultipart(bucket, key, {}),
        await store.copyPart({ ...place, offset: 0, sizeBytes: 1 }, { ...inside, uploadId: 'u', partNumber: 1 }),
        await store.copyPart({ ...inside, offset: 0, sizeBytes: 1 }, { ...place, uploadId: 'u', partNumber: 1 }),
        await store.listParts(bucket, key, 'u'),
        await store.completeMultipart(bucket, key, 'u', []),
        await store.abortMultipart(bucket, key, 'u'),
        await store.presignGet(bucket, key, 60),
        await store.listPage({ bucket, prefix: key, delimiter: '/' }),
        await store.listUploads(bucket, key),
      );
    }
    outcomes.push(
      await store.listPage({ bucket: 'mine', prefix: '', delimiter: '/' }),
      await store.createBucket('new'),
      await store.removeBucket('mine'),
      await store.bucketLocation('other'),
      await store.removeMany('other', ['p/a']),
    );
    expect(outcomes.map((outcome) => (outcome.ok ? 'done' : outcome.error.code))).toEqual(
      outcomes.map(() => 'OutsideRestriction'),
    );
    expect(asked).toEqual([]);

    const mixed = must(await store.removeMany('mine', ['q', 'p/a', 'p/../q']));
    expect([...mixed.keys()]).toEqual(['q', 'p/../q']);
    expect([...(memory.buckets.get('mine')?.objects.keys() ?? [])]).toEqual(['px', 'q']);
  });

  test('hides no key below the path, also where it may not be touched', async () => {
    const memory = createMemoryObjectStore();
    must(await memory.createBucket('mine'));
    for (const key of ['p/../q', 'p/a/../b', 'p//x']) must(await memory.putSmall('mine', key, Buffer.from(key), {}));
    const upload = must(await memory.createMultipart('mine', 'p/../q', {}));
    const store = restrictStore(memory, { bucket: 'mine', path: 'p/' });
    const page = must(await store.listPage({ bucket: 'mine', prefix: 'p/', delimiter: '' }));
    expect(page.objects.map(({ key }) => key)).toEqual(['p/../q', 'p//x', 'p/a/../b']);
    expect(must(await store.listPage({ bucket: 'mine', prefix: 'p/', delimiter: '/' })).prefixes).toContain('p/../');
    expect(must(await store.listUploads('mine', 'p/'))).toMatchObject([{ uploadId: upload.uploadId }]);
    const { versions } = must(await store.listVersions({ bucket: 'mine', prefix: 'p/', delimiter: '' }));
    expect(versions.map(({ key }) => key)).toEqual(['p/../q', 'p//x', 'p/a/../b']);
    for (const key of ['p/a/../b', 'p//x']) expect(must(await store.head('mine', key)).key).toBe(key);
    expect(await store.head('mine', 'p/../q')).toMatchObject({ error: { code: 'OutsideRestriction' } });
  });

  test('of a whole bucket keeps keys in it', async () => {
    const store = restrictStore(createMemoryObjectStore(), { bucket: 'mine', path: '' });
    for (const key of ['../other/x', 'a/../../other/x', '..%2fother%2fx']) {
      expect(await store.head('mine', key)).toMatchObject({
        error: { code: 'OutsideRestriction', context: { key, restrictedTo: 'mine' } },
      });
    }
    expect(await store.head('mine', 'a/../b')).toMatchObject({ error: { code: 'NoSuchBucket' } });
  });

  test('shows what is inside, and its bucket', async () => {
    const memory = createMemoryObjectStore();
    must(await memory.createBucket('mine'));
    for (const key of ['p', 'p/a', 'px']) must(await memory.putSmall('mine', key, Buffer.from(key), {}));
    const store = restrictStore(memory, { bucket: 'mine', path: 'p' });
    const page = must(await store.listPage({ bucket: 'mine', prefix: 'p', delimiter: '/' }));
    expect([page.objects.map((object) => object.key), page.prefixes]).toEqual([['p'], ['p/']]);
    const { versions } = must(await store.listVersions({ bucket: 'mine', prefix: 'p', delimiter: '' }));
    expect(versions.map(({ key }) => key)).toEqual(['p', 'p/a']);
    expect(must(await store.listBuckets())).toEqual([{ name: 'mine', createdMs: null }]);
  });
});

describe('the opener', () => {
  const details: ConnectionDetails = {
    id: 'c',
    name: 'C',
    settings: { endpointUrl: null, region: 'eu-west-1', pathStyle: false, tls: { verify: true } },
    credentials: async (options) =>
      ok({ accessKeyId: options?.rejected?.accessKeyId === 'first' ? 'renewed' : 'first', secretAccessKey: 's' }),
    restriction: null,
    downloadThreads: 1,
    uploadThreads: 4,
  };

  test('opens once and shares, until it is told to forget; failures are not remembered', async () => {
    let asked = 0;
    const opener = createConnectionOpener(async () => {
      asked += 1;
      return asked === 1 ? err(appError('VaultLocked')) : ok(details);
    }, createManualClock());
    expect(await opener.open('c')).toMatchObject({ error: { code: 'VaultLocked' } });
    const [first, second] = await Promise.all([opener.open('c'), opener.open('c')]);
    expect(must(first)).toBe(must(second));
    opener.forget('c');
    expect(must(await opener.open('c'))).not.toBe(must(first));
    expect(asked).toBe(3);
    await opener.close();
  });

  test('tells the data plane where to go: region and clock as learned, credentials renewed on demand', async () => {
    const clock = createManualClock();
    const opener = createConnectionOpener(async () => ok(details), clock);
    const connection = must(await opener.open('c'));
    const before = must(await connection.dataTarget('docs'));
    expect(before).toEqual({
      protocol: 'https:',
      hostname: 'docs.s3.eu-west-1.amazonaws.com',
      port: 443,
      host: 'docs.s3.eu-west-1.amazonaws.com',
      pathPrefix: '/',
      region: 'eu-west-1',
      bucket: 'docs',
      credentials: { accessKeyId: 'first', secretAccessKey: 's' },
      clockOffsetMs: 0,
      tls: { verify: true },
    });
    connection.noteRegion('docs', 'eu-north-1');
    connection.noteServerDate(clock.nowMs() + 1_000_000);
    const after = must(await connection.dataTarget('docs', { rejected: before.credentials }));
    expect(after).toMatchObject({
      region: 'eu-north-1',
      host: 'docs.s3.eu-north-1.amazonaws.com',
      clockOffsetMs: 1_000_000,
    });
    expect(after.credentials.accessKeyId).toBe('renewed');
    expect(must(await connection.dataTarget('other')).region).toBe('eu-west-1');
    connection.noteServerDate(clock.nowMs() + 2000);
    expect(must(await connection.dataTarget('docs')).clockOffsetMs).toBe(0);
    await opener.close();
  });
});

describe('connections of an environment', () => {
  const environments = (onChanged: (id: string) => void = () => undefined) =>
    createEnvironmentConnections({
      onChanged,
      credentialsOf: (environment) => async () =>
        ok({
          accessKeyId: environment.accessKeyId ?? 'of profile',
          secretAccessKey: environment.secretAccessKey ?? '',
        }),
      regionOfProfile: async (profile) => `region-of-${profile}`,
    });

  test('have an id of server and identity, and always the latest secrets', async () => {
    const changes: string[] = [];
    const known = environments((changed) => changes.push(changed));
    const base = { accessKeyId: 'A', secretAccessKey: '1', verifyTls: true, endpointUrl: 'http://x' };
    const id = known.use(base);
    const opened = must(await known.find(id));
    expect(known.use({ ...base, secretAccessKey: '2' })).toBe(id);
    expect(must(await opened.credentials()).secretAccessKey).toBe('2');
    expect(changes).toEqual([id]);
    const others = [{ accessKeyId: 'B' }, { endpointUrl: 'http://y' }, { region: 'eu-west-1' }, { verifyTls: false }];
    const ids = new Set([id, ...others.map((other) => known.use({ ...base, ...other }))]);
    expect(ids.size).toBe(5);
    expect([...ids].every((one) => /^env-[0-9a-f]{20}$/.test(one))).toBe(true);
  });

  test('of a profile take its region; a job finds one for its server', async () => {
    const known = environments();
    const id = known.use({ profile: 'work', verifyTls: true });
    expect(must(await known.find(id))).toMatchObject({ name: 'work', settings: { region: 'region-of-work' } });
    expect(known.findByServer({ endpointUrl: null, region: null })).toBe(id);
    expect(known.findByServer({ endpointUrl: 'http://x', region: null })).toBeNull();
    expect(await known.find('env-unknown')).toMatchObject({ error: { code: 'CredentialsMissing' } });
  });
});

describe('what an outcome says about the connection', () => {
  test.each([
    [null, 'ready'],
    [appError('NoSuchKey', { status: 404 }), 'ready'],
    [appError('AccessDenied', { status: 403 }), 'ready'],
    [appError('ExpiredToken', { status: 400 }), 'needsYou'],
    [appError('VaultLocked'), 'needsYou'],
    [appError('HostNotFound'), 'failing'],
    [appError('Cancelled'), undefined],
    [appError('OutsideRestriction'), undefined],
    [appError('DiskFull'), undefined],
  ])('%o: %s', (error, state) => expect(connectionStateOf(error)?.state).toBe(state));
});
