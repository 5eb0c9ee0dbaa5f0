import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createBucketRegions } from '../../main/s3/bucket-regions.ts';
import type { SigningCredentials } from '../../main/s3/data-plane/transport.ts';
import type { ServerSettings } from '../../main/s3/sdk-client.ts';
import { createSdkObjectStore } from '../../main/s3/sdk-object-store.ts';
import { createServerClock } from '../../main/s3/server-clock.ts';
import { systemClock } from '../../main/system-clock.ts';
import type { AppError } from '../../shared/errors.ts';
import { ok, type Result } from '../../shared/result.ts';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
  vi.unstubAllEnvs();
});

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endings.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}

/** A server that answers as the test says; requests are kept. */
async function scripted(answer: (request: IncomingMessage, response: ServerResponse, count: number) => void) {
  const requests: { method: string; url: string; headers: IncomingMessage['headers'] }[] = [];
  const listener: RequestListener = (request, response) => {
    requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers });
    request.resume();
    answer(request, response, requests.length);
  };
  const server = createServer(listener);
  const port = await listen(server);
  endings.unshift(() => server.closeAllConnections());
  return { requests, endpointUrl: `http://127.0.0.1:${port}`, port };
}

function storeOf(endpointUrl: string, changes: Partial<ServerSettings> = {}) {
  const renewals: unknown[] = [];
  let keys: SigningCredentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };
  const regions = createBucketRegions(null);
  const serverClock = createServerClock(systemClock);
  const store = createSdkObjectStore({
    settings: {
      endpointUrl,
      region: null,
      pathStyle: true,
      tls: { verify: true },
      ...changes,
    },
    credentials: async (request) => {
      if (request?.rejected !== undefined) {
        renewals.push(request.rejected.accessKeyId);
        keys = { accessKeyId: 'AKIARENEWED', secretAccessKey: 'newer' };
      }
      return ok(keys);
    },
    regions,
    serverClock,
    clock: systemClock,
  });
  endings.unshift(() => store.close());
  return { store, renewals, regions, serverClock };
}

function xml(response: ServerResponse, status: number, body: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/xml', ...headers }).end(`<?xml version="1.0"?>${body}`);
}
const errorXml = (code: string, more = '') => `<Error><Code>${code}</Code><Message>m</Message>${more}</Error>`;
const emptyPage = '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>';
const page = { bucket: 'docs', prefix: '', delimiter: '' } as const;

function fail(result: Result<unknown>): AppError {
  if (result.ok) throw new Error('It was expected to fail');
  return result.error;
}
const scopeOf = (request: { headers: IncomingMessage['headers'] } | undefined) =>
  /Credential=([^,]+)/.exec(request?.headers.authorization ?? '')?.[1]?.split('/') ?? [];

describe('what a server teaches', () => {
  test.each([
    ['a redirect', 301, errorXml('PermanentRedirect'), { 'x-amz-bucket-region': 'eu-west-1' }],
    ['a malformed scope', 400, errorXml('AuthorizationHeaderMalformed', '<Region>eu-west-1</Region>'), {}],
  ])(
    'the region of a bucket by %s: asked again there, remembered for this bucket only',
    async (_, status, body, headers) => {
      const { requests, endpointUrl } = await scripted((request, response) => {
        if (request.url?.startsWith('/docs') && scopeOf(request)[2] !== 'eu-west-1')
          xml(response, status, body, headers);
        else xml(response, 200, emptyPage);
      });
      const { store, regions } = storeOf(endpointUrl);
      expect((await store.listPage(page)).ok).toBe(true);
      expect((await store.listPage(page)).ok).toBe(true);
      expect((await store.listPage({ ...page, bucket: 'other' })).ok).toBe(true);
      expect(requests.map((request) => scopeOf(request)[2])).toEqual([
        'us-east-1',
        'eu-west-1',
        'eu-west-1',
        'us-east-1',
      ]);
      expect([regions.regionOf('docs'), regions.regionOf('other')]).toEqual(['eu-west-1', 'us-east-1']);
    },
  );

  test('a redirect that leads round in a circle ends', async () => {
    const { requests, endpointUrl } = await scripted((request, response) => {
      const region = scopeOf(request)[2] === 'eu-west-1' ? 'us-east-1' : 'eu-west-1';
      xml(response, 301, errorXml('PermanentRedirect'), { 'x-amz-bucket-region': region });
    });
    expect(fail(await storeOf(endpointUrl).store.listPage(page)).code).toBe('PermanentRedirect');
    expect(requests).toHaveLength(2);
  });

  test('that a token expired: renewed as long as others come of it', async () => {
    const { requests, endpointUrl } = await scripted((request, response) => {
      if (scopeOf(request)[0] === 'AKIARENEWED') xml(response, 200, emptyPage);
      else xml(response, 400, errorXml('ExpiredToken'));
    });
    const { store, renewals } = storeOf(endpointUrl);
    expect((await store.listPage(page)).ok).toBe(true);
    expect((await store.listPage(page)).ok).toBe(true);
    expect([requests.length, renewals]).toEqual([3, ['AKIATEST']]);

    const never = await scripted((_request, response) => xml(response, 400, errorXml('ExpiredToken')));
    const other = storeOf(never.endpointUrl);
    expect(fail(await other.store.listPage(page))).toMatchObject({ code: 'ExpiredToken', retry: 'reauth' });
    expect([never.requests.length, other.renewals]).toEqual([2, ['AKIATEST', 'AKIARENEWED']]);
  });

  test('its clock: requests are signed with its time', async () => {
    const serverNow = () => Date.now() + 3_600_000;
    const { endpointUrl, requests } = await scripted((request, response) => {
      const stamp = String(request.headers['x-amz-date']).replace(
        /(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/,
        '$1-$2-$3T$4:$5:$6Z',
      );
      const date = { date: new Date(serverNow()).toUTCString() };
      const isOff = Math.abs(Date.parse(stamp) - serverNow()) > 900_000;
      xml(response, isOff ? 403 : 200, isOff ? errorXml('RequestTimeTooSkewed') : emptyPage, date);
    });
    const { store, serverClock } = storeOf(endpointUrl);
    expect((await store.listPage(page)).ok).toBe(true);
    expect(Math.round(serverClock.offsetMs() / 60_000)).toBe(60);
    const before = requests.length;
    expect((await store.listPage({ ...page, bucket: 'more' })).ok).toBe(true);
    expect(requests.length - before).toBe(1);
  });

  test('that it does not keep checksums of uploads: asked without, and not again', async () => {
    const { requests, endpointUrl } = await scripted((request, response) => {
      if (request.headers['x-amz-checksum-algorithm'] !== undefined) xml(response, 400, errorXml('InvalidArgument'));
      else xml(response, 200, '<R><UploadId>u</UploadId></R>');
    });
    const { store } = storeOf(endpointUrl);
    const expected = { ok: true, value: { uploadId: 'u', keepsChecksum: false } };
    expect(await store.createMultipart('docs', 'k', {})).toEqual(expected);
    expect(await store.createMultipart('docs', 'k', {})).toEqual(expected);
    expect(requests).toHaveLength(3);
  });
});

describe('servers that fail', () => {
  test('throttling is tried again a few times, then told', async () => {
    const { requests, endpointUrl } = await scripted((_request, response) => xml(response, 503, errorXml('SlowDown')));
    expect(fail(await storeOf(endpointUrl).store.listPage(page))).toMatchObject({ code: 'SlowDown', retry: 'backoff' });
    expect(requests).toHaveLength(3);
  });

  test('one that asks for more time than the SDK would wait is told at once, with that time', async () => {
    const { requests, endpointUrl } = await scripted((_request, response) =>
      xml(response, 503, errorXml('SlowDown'), { 'retry-after': '30' }),
    );
    const refused = fail(await storeOf(endpointUrl).store.remove('docs', 'k'));
    expect(refused).toMatchObject({ code: 'SlowDown', retry: 'backoff', context: { retryAfterSeconds: 30 } });
    expect(requests).toHaveLength(1);
  });

  test('a broken connection is tried again', async () => {
    const { requests, endpointUrl } = await scripted((request, response, count) => {
      if (count < 3) request.socket.destroy();
      else xml(response, 200, emptyPage);
    });
    expect((await storeOf(endpointUrl).store.listPage(page)).ok).toBe(true);
    expect(requests).toHaveLength(3);
  });

  test('a deletion whose answer is lost is sent again only to what was looked at: Ceph heeds no If-Match', async () => {
    // The first attempt deletes it, and before the second one somebody writes another.
    const after = { replaced: '"new"', gone: null };
    for (const [key, etag] of Object.entries(after)) {
      let there: string | null = '"old"';
      let deletions = 0;
      const server = await scripted((request, response) => {
        if (request.method === 'HEAD') {
          if (there === null) response.writeHead(404).end();
          else response.writeHead(200, { etag: there, 'content-length': '3' }).end();
          return;
        }
        if (request.method === 'GET') return xml(response, 404, errorXml('NoSuchKey'));
        deletions += 1;
        there = etag;
        request.socket.destroy();
      });
      const removed = await storeOf(server.endpointUrl).store.remove('docs', key, { ifMatch: '"old"' });
      expect(deletions).toBe(1);
      expect(there).toBe(etag);
      if (etag === null) expect(removed).toEqual(ok());
      else expect(fail(removed).code).toBe('PreconditionFailed');
    }
  });

  // The second key is deleted by itself: XML cannot name it.
  test.each([
    ['a', 'lost', []],
    ['a', 'that it is too much', ['m']],
    ['a\u0001', 'lost', []],
    ['a\u0001', 'that it is too much', ['m']],
  ])(
    'a deletion of %j whose first answer is %s tells its marker only when there can be no other',
    async (key, first, told) => {
      const { requests, endpointUrl } = await scripted((request, response, count) => {
        const marker = '<DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>m</DeleteMarkerVersionId>';
        if (count === 1 && first === 'lost') request.socket.destroy();
        else if (count === 1) xml(response, 503, errorXml('SlowDown'));
        else if (request.method === 'DELETE')
          response.writeHead(204, { 'x-amz-delete-marker': 'true', 'x-amz-version-id': 'm' }).end();
        else xml(response, 200, `<DeleteResult><Deleted><Key>a</Key>${marker}</Deleted></DeleteResult>`);
      });
      const markers: string[] = [];
      let isUntold = false;
      const failed = await storeOf(endpointUrl).store.removeMany(
        'docs',
        [key],
        ({ versionId }) => markers.push(versionId),
        () => (isUntold = true),
      );
      expect([failed, requests.length, markers, isUntold]).toEqual([ok(new Map()), 2, told, first === 'lost']);
    },
  );

  test('a server that hangs is Stalled, one that resets is ConnectionReset', async () => {
    const silent = await scripted(() => undefined);
    const { store } = storeOf(silent.endpointUrl, { timeouts: { connectMs: 2000, idleMs: 300 } });
    expect(fail(await store.listPage(page)).code).toBe('Stalled');
    const rude = await scripted((request) => request.socket.resetAndDestroy());
    expect(fail(await storeOf(rude.endpointUrl).store.listPage(page)).code).toBe('ConnectionReset');
  });

  test('a page of HTML, a login page and a body that is no XML are not S3', async () => {
    for (const status of [200, 404, 403]) {
      const { endpointUrl } = await scripted((_request, response) =>
        response
          .writeHead(status, { 'content-type': 'text/html' })
          .end('<!doctype html><html><body><p>Hello</body></html>'),
      );
      const outcome = await storeOf(endpointUrl).store.listBuckets();
      expect(outcome.ok ? outcome.value : outcome.error.code).toBe('NotAnS3Endpoint');
    }
    const { endpointUrl } = await scripted((_request, response) => response.writeHead(200).end('{"json": true'));
    const outcome = await storeOf(endpointUrl).store.listPage(page);
    expect(outcome.ok ? outcome.value : outcome.error.code).toBe('NotAnS3Endpoint');
  });

  test('half a body throws after what came, and is never taken for the whole', async () => {
    const { endpointUrl } = await scripted((_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('x'.repeat(500), () => response.destroy());
    });
    const got = await storeOf(endpointUrl).store.getStream('docs', 'k');
    if (!got.ok) throw new Error(got.error.code);
    let receivedBytes = 0;
    const reading = (async () => {
      for await (const chunk of got.value.body) receivedBytes += chunk.byteLength;
    })();
    await expect(reading).rejects.toMatchObject({ name: 'AppErrorException', error: { retry: 'backoff' } });
    expect(receivedBytes).toBe(500);
  });

  test('a truncated listing without a token is no listing', async () => {
    const cut = '<ListBucketResult><IsTruncated>true</IsTruncated><Contents><Key>a</Key></Contents></ListBucketResult>';
    const { endpointUrl } = await scripted((_request, response) => xml(response, 200, cut));
    expect(fail(await storeOf(endpointUrl).store.listPage(page)).code).toBe('NotAnS3Endpoint');
  });

  test('an error inside of a 200 is an error', async () => {
    const { endpointUrl } = await scripted((_request, response) => xml(response, 200, errorXml('InternalError')));
    const copied = await storeOf(endpointUrl).store.copy({ bucket: 'a', key: 'k' }, { bucket: 'a', key: 'l' });
    expect(fail(copied).code).toBe('InternalError');
  });

  test('a HEAD that is refused says why, as GET does', async () => {
    const { endpointUrl } = await scripted((request, response) => {
      if (request.method === 'HEAD') response.writeHead(403).end();
      else xml(response, 403, errorXml('InvalidAccessKeyId'));
    });
    expect(fail(await storeOf(endpointUrl).store.head('docs', 'k')).code).toBe('InvalidAccessKeyId');
  });

  test('a name that does not exist and a port where nobody listens', async () => {
    expect(fail(await storeOf('http://no-such-host.invalid').store.listBuckets()).code).toBe('HostNotFound');
    const server = createServer();
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    const refused = fail(await storeOf(`http://127.0.0.1:${port}`).store.listBuckets());
    const at = `127.0.0.1:${port}`;
    expect(refused).toMatchObject({ code: 'EndpointUnreachable', context: { host: at, refusedAt: at } });
  });
});

describe('a listing of versions', () => {
  const version = (id: string) =>
    `<Version><Key>a%2Bb</Key><VersionId>${id}</VersionId><LastModified>2026-01-01T00:00:00.000Z</LastModified></Version>`;
  const marker = (id: string) =>
    version(id).replaceAll('Version>', 'DeleteMarker>').replaceAll('DeleteMarkerId', 'VersionId');
  const listing = (...content: string[]) => `<ListVersionsResult>${content.join('')}</ListVersionsResult>`;
  const encoded = '<EncodingType>url</EncodingType>';
  const unfinished = (more: string) => listing('<IsTruncated>true</IsTruncated>', encoded, version('v1'), more);
  const ask = async (body: string, keyMarker?: string) => {
    const { endpointUrl } = await scripted((_request, response) => xml(response, 200, body));
    return storeOf(endpointUrl).store.listVersions({ ...page, keyMarker });
  };

  test('keeps versions and delete markers of one second in the order they came in', async () => {
    const listed = await ask(listing(encoded, version('1'), marker('2'), marker('3'), version('4'), marker('5')));
    const rows = listed.ok ? listed.value.versions.map((row) => [row.key, row.versionId, row.isDeleteMarker]) : [];
    const kinds = [false, true, true, false, true];
    expect(rows).toEqual(kinds.map((isMarker, index) => ['a+b', `${index + 1}`, isMarker]));
  });

  test.each(['a%2Bb', 'a+b'])('goes on behind its last key, written as %s', async (text) => {
    const next = `<NextKeyMarker>${text}</NextKeyMarker><NextVersionIdMarker>v1</NextVersionIdMarker>`;
    expect(await ask(unfinished(next))).toMatchObject({ value: { next: { keyMarker: 'a+b', versionIdMarker: 'v1' } } });
  });

  test.each([
    ['a page that is no listing', '<html><body>Sign in</body></html>'],
    ['another listing', emptyPage],
    ['no next page named', unfinished('')],
    ['a next page that is this one', unfinished('<NextKeyMarker>here</NextKeyMarker>')],
    ['a version without an id', listing('<Version><Key>k</Key></Version>')],
  ])('%s is an answer to nothing, not an end', async (_, body) => {
    expect(fail(await ask(body, 'here'))).toMatchObject({ code: 'NotAnS3Endpoint', context: { bucket: 'docs' } });
  });

  test('cut off is none', async () => {
    const whole = listing(version('1'), version('2'));
    const { endpointUrl } = await scripted((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/xml', 'content-length': whole.length });
      response.write(whole.slice(0, -40), () => response.destroy());
    });
    expect(fail(await storeOf(endpointUrl).store.listVersions(page)).code).toBe('ConnectionReset');
    expect(fail(await ask(whole.slice(0, version('1').length + 30))).code).toBe('NotAnS3Endpoint');
  });
});

describe('keys that look encoded', () => {
  test('are decoded only where the server says that it encoded them', async () => {
    const contents = '<Contents><Key>a+b%2Bc%25</Key></Contents>';
    const { endpointUrl } = await scripted((request, response) => {
      const encoding = request.url?.startsWith('/plain') ? '' : '<EncodingType>url</EncodingType>';
      xml(response, 200, `<ListBucketResult>${encoding}${contents}</ListBucketResult>`);
    });
    const { store } = storeOf(endpointUrl);
    expect(await store.listPage(page)).toMatchObject({ value: { objects: [{ key: 'a b+c%' }] } });
    expect(await store.listPage({ ...page, bucket: 'plain' })).toMatchObject({
      value: { objects: [{ key: 'a+b%2Bc%25' }] },
    });
  });

  test('are sent as they are: no path is normalised', async () => {
    const { requests, endpointUrl } = await scripted((_request, response) => xml(response, 200, ''));
    const { store } = storeOf(endpointUrl);
    for (const key of ['a//b', 'a/../b', '.', '..', '/x', 'a/./b/', '%2e', '+ ']) await store.remove('docs', key);
    expect(requests.map((request) => request.url?.replace(/\?.*/, ''))).toEqual([
      '/docs/a//b',
      '/docs/a/../b',
      '/docs/.',
      '/docs/..',
      '/docs//x',
      '/docs/a/./b/',
      '/docs/%252e',
      '/docs/%2B%20',
    ]);
  });
});

describe('TLS and proxies', () => {
  function certificate() {
    const folder = mkdtempSync(join(tmpdir(), 'brigade-tls-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    execFileSync('openssl', [...request, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    const pair = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
    rmSync(folder, { recursive: true });
    return pair;
  }

  test('a certificate nobody knows is refused, unless its authority is given or it is not to be verified', async () => {
    const pair = certificate();
    const server = createTlsServer(pair, (_request, response) => xml(response, 200, emptyPage));
    const endpointUrl = `https://127.0.0.1:${await listen(server)}`;
    endings.unshift(() => server.closeAllConnections());
    const refused = fail(await storeOf(endpointUrl).store.listPage(page));
    expect(refused).toMatchObject({ code: 'TlsFailed', context: { endpoint: endpointUrl } });
    const unverified = storeOf(endpointUrl, { tls: { verify: false } });
    expect((await unverified.store.listPage(page)).ok).toBe(true);
    const known = storeOf(endpointUrl, { tls: { verify: true, caBundle: pair.cert } });
    expect((await known.store.listPage(page)).ok).toBe(true);
  });

  test('HTTPS_PROXY is used, NO_PROXY is not', async () => {
    const pair = certificate();
    const server = createTlsServer(pair, (_request, response) => xml(response, 200, emptyPage));
    const port = await listen(server);
    endings.unshift(() => server.closeAllConnections());
    const tunnels: string[] = [];
    const proxy = createServer();
    proxy.on('connect', (request, socket) => {
      tunnels.push(request.url ?? '');
      const upstream = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
      for (const end of [socket, upstream]) end.on('error', () => undefined);
      endings.unshift(() => [socket, upstream].map((end) => end.destroy()));
    });
    const proxyPort = await listen(proxy);
    vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${proxyPort}`);
    vi.stubEnv('NO_PROXY', '127.0.0.1');
    const tls = { verify: false };
    expect((await storeOf('https://s3.proxied.invalid', { tls }).store.listPage(page)).ok).toBe(true);
    expect(tunnels).toEqual(['s3.proxied.invalid:443']);
    expect((await storeOf(`https://127.0.0.1:${port}`, { tls }).store.listPage(page)).ok).toBe(true);
    expect(tunnels).toHaveLength(1);
  });
});
