import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { createBucketRegions } from '../../main/s3/bucket-regions.ts';
import { pagesAhead } from '../../main/s3/data-plane/listing/listing-protocol.ts';
import { createListingsHere, type ListingRunner } from '../../main/s3/data-plane/listing/listing-runner.ts';
import { createListingThread } from '../../main/s3/data-plane/listing/listing-thread.ts';
import type { SigningCredentials } from '../../main/s3/data-plane/transport.ts';
import type { ListAllRequest, ObjectStore } from '../../main/s3/object-store.ts';
import { restrictStore } from '../../main/s3/restrict-store.ts';
import { createSdkObjectStore } from '../../main/s3/sdk-object-store.ts';
import { createServerClock } from '../../main/s3/server-clock.ts';
import { systemClock } from '../../main/system-clock.ts';
import { ok } from '../../shared/result.ts';
import { listWorkerUrl } from '../servers/thread-url.ts';
import { createManualClock } from '../fakes/manual-clock.ts';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

const thread = createListingThread(listWorkerUrl);
afterAll(() => thread.close());

const keyOf = (index: number): string => `p/${String(index).padStart(6, '0')} & "ü"`;
const rowsAPage = 10;

function pageXml(page: number, pages: number): string {
  const rows = Array.from({ length: rowsAPage }, (_, at) => {
    const key = encodeURIComponent(keyOf(page * rowsAPage + at)).replaceAll('%20', '+');
    return `<Contents><Key>${key}</Key><LastModified>2026-01-01T00:00:00Z</LastModified><ETag>&quot;e&quot;</ETag><Size>${at}</Size></Contents>`;
  });
  const isLast = page === pages - 1;
  const token = isLast ? '' : `<NextContinuationToken>${page + 1}</NextContinuationToken>`;
  return `<?xml version="1.0"?><ListBucketResult><EncodingType>url</EncodingType><IsTruncated>${!isLast}</IsTruncated>${token}${rows.join('')}</ListBucketResult>`;
}

/** Pages are numbered, and a machine under load may make them slow: what is asked for after a key is beside the point here. */
const noneAfter = (url: URL): boolean => url.searchParams.has('start-after');

type Asked = { readonly page: number; readonly keyId: string; readonly region: string; readonly count: number };

/** A bucket of so many pages; `fault` answers in its place when it returns true. `count`: requests for this page so far. */
async function bucketOf(pages: number, fault: (response: ServerResponse, asked: Asked) => boolean = () => false) {
  const requests: Asked[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    const url = new URL(request.url ?? '', 'http://x');
    if (noneAfter(url))
      return void response.end('<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>');
    const page = Number(url.searchParams.get('continuation-token') ?? '0');
    const [keyId = '', , region = ''] = (
      /Credential=([^,]+)/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    ).split('/');
    const asked = { page, keyId, region, count: requests.filter((one) => one.page === page).length };
    requests.push(asked);
    if (!fault(response, asked)) response.setHeader('content-type', 'application/xml').end(pageXml(page, pages));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endings.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { requests, endpointUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const error = (response: ServerResponse, status: number, code: string, headers: Record<string, string> = {}): true => {
  response
    .writeHead(status, { 'content-type': 'application/xml', ...headers })
    .end(`<Error><Code>${code}</Code></Error>`);
  return true;
};

function storeOn(endpointUrl: string, listings: ListingRunner, expiresMs?: number) {
  const rejected: string[] = [];
  let keys: SigningCredentials = { accessKeyId: 'OLD', secretAccessKey: 's', sessionToken: 't', expiresMs };
  const regions = createBucketRegions(null);
  const store = createSdkObjectStore({
    settings: { endpointUrl, region: null, pathStyle: true, tls: { verify: true }, timeouts: { idleMs: 2000 } },
    credentials: async (request) => {
      if (request?.rejected !== undefined) {
        rejected.push(request.rejected.accessKeyId);
        keys = { accessKeyId: 'NEW', secretAccessKey: 's' };
      }
      return ok(keys);
    },
    regions,
    serverClock: createServerClock(systemClock),
    clock: systemClock,
    listings,
  });
  endings.unshift(() => store.close());
  return { store, rejected, regions };
}

async function take(store: ObjectStore, request: Partial<ListAllRequest> = {}) {
  const keys: string[] = [];
  let failure: string | null = null;
  for await (const listed of store.listAll({ bucket: 'b', prefix: 'p/', ...request })) {
    expect(failure).toBe(null);
    if (!listed.ok) failure = listed.error.code;
    else if (request.as === 'lines') {
      const lines = Buffer.from(listed.value.lines())
        .toString()
        .split('\n')
        .filter((line) => line !== '');
      keys.push(...lines.map((line) => (JSON.parse(line) as { key: string }).key));
    } else keys.push(...listed.value.rows().map(({ key }) => key));
  }
  return { keys, failure };
}

const upTo = (pages: number) => Array.from({ length: pages * rowsAPage }, (_, index) => keyOf(index));

describe.each([
  ['in this thread', createListingsHere(createManualClock())],
  ['in a thread of its own', thread],
] as const)('everything below a prefix, %s', (_, runner) => {
  test('comes in order, each key once, in either form', async () => {
    const { endpointUrl, requests } = await bucketOf(30);
    const { store } = storeOn(endpointUrl, runner);
    expect(await take(store)).toEqual({ keys: upTo(30), failure: null });
    expect(await take(store, { as: 'lines' })).toEqual({ keys: upTo(30), failure: null });
    expect(requests).toHaveLength(60);
  });

  test('is fetched ahead of its reader by a few pages; one page is fetched alone', async () => {
    const { endpointUrl, requests } = await bucketOf(50);
    const { store } = storeOn(endpointUrl, runner);
    const page = await store.listPage({ bucket: 'b', prefix: 'p/', delimiter: '' });
    expect(page).toMatchObject({ ok: true, value: { continuationToken: '1' } });
    expect(requests).toHaveLength(1);
    const listed = store.listAll({ bucket: 'b', prefix: 'p/' })[Symbol.asyncIterator]();
    expect((await listed.next()).value).toMatchObject({ ok: true, value: { count: rowsAPage } });
    await listed.next();
    await expect.poll(() => requests.length).toBeGreaterThan(3);
    await listed.return?.();
    // What is read, what may be ahead of it, and the page that is fetched while the thread waits to be asked for more.
    expect(requests.length).toBeLessThanOrEqual(1 + 2 + pagesAhead + 2);
  });

  test.each<[string, (response: ServerResponse, asked: Asked) => boolean]>([
    ['throttling', (response, { page, count }) => page === 2 && count === 0 && error(response, 503, 'SlowDown')],
    [
      'an internal error',
      (response, { page, count }) => page === 0 && count === 0 && error(response, 500, 'InternalError'),
    ],
    [
      'a reset in the middle of a body',
      (response, { page, count }) => {
        if (page !== 3 || count > 0) return false;
        response.writeHead(200, { 'content-length': '100000' });
        response.write(pageXml(3, 6).slice(0, 300), () => response.socket?.resetAndDestroy());
        return true;
      },
    ],
    [
      'a body that ends early, though HTTP calls it whole',
      (response, { page, count }) => {
        if (page !== 1 || count > 0) return false;
        response.end(pageXml(1, 6).slice(0, 900));
        return true;
      },
    ],
  ])('survives %s', async (_name, fault) => {
    const { endpointUrl, requests } = await bucketOf(6, fault);
    expect(await take(storeOn(endpointUrl, runner).store)).toEqual({ keys: upTo(6), failure: null });
    expect(requests.length).toBeGreaterThanOrEqual(7);
  });

  test('goes on where it was when its credentials expire on the way', async () => {
    const { endpointUrl, requests } = await bucketOf(8, (response, { page, keyId }) => {
      return page >= 4 && keyId === 'OLD' && error(response, 400, 'ExpiredToken');
    });
    const { store, rejected } = storeOn(endpointUrl, runner);
    expect(await take(store)).toEqual({ keys: upTo(8), failure: null });
    expect(rejected).toEqual(['OLD']);
    expect(requests.filter(({ page }) => page < 4)).toHaveLength(4);
  });

  test('asks for its credentials again before they end', async () => {
    const { endpointUrl, requests } = await bucketOf(4);
    const { store } = storeOn(endpointUrl, runner, Date.now() + 1000);
    expect(await take(store)).toEqual({ keys: upTo(4), failure: null });
    expect(requests.every(({ keyId }) => keyId === 'OLD')).toBe(true);
  });

  test('follows the bucket to its region, and remembers it', async () => {
    const { endpointUrl, requests } = await bucketOf(3, (response, { region }) => {
      return (
        region !== 'eu-west-1' && error(response, 301, 'PermanentRedirect', { 'x-amz-bucket-region': 'eu-west-1' })
      );
    });
    const { store, regions } = storeOn(endpointUrl, runner);
    expect(await take(store)).toEqual({ keys: upTo(3), failure: null });
    expect([regions.regionOf('b'), requests.length]).toEqual(['eu-west-1', 4]);
  });

  test('never ends short: what fails is the last that is told', async () => {
    const denied = await bucketOf(6, (response, { page }) => page === 3 && error(response, 403, 'AccessDenied'));
    expect(await take(storeOn(denied.endpointUrl, runner).store)).toEqual({ keys: upTo(3), failure: 'AccessDenied' });
    const inside = await bucketOf(6, (response, { page }) => page === 2 && error(response, 200, 'NoSuchBucket'));
    expect(await take(storeOn(inside.endpointUrl, runner).store)).toEqual({ keys: upTo(2), failure: 'NoSuchBucket' });
    const html = await bucketOf(6, (response, { page }) => {
      if (page === 1) response.setHeader('content-type', 'text/html').end('<!doctype html><p>Sign in');
      return page === 1;
    });
    expect(await take(storeOn(html.endpointUrl, runner).store)).toEqual({ keys: upTo(1), failure: 'NotAnS3Endpoint' });
  });

  test('a server that does not heed the token is not listed for ever', async () => {
    const { endpointUrl, requests } = await bucketOf(6, (response, { page }) => {
      if (page === 1) response.end(pageXml(0, 6));
      return page === 1;
    });
    const { failure } = await take(storeOn(endpointUrl, runner).store);
    expect([failure, requests.length < 5]).toEqual(['NotAnS3Endpoint', true]);
  });

  test('ends as Cancelled when it is told to', async () => {
    const stop = new AbortController();
    const { endpointUrl } = await bucketOf(50, (_response, { page }) => {
      if (page === 5) stop.abort();
      return page === 5;
    });
    expect((await take(storeOn(endpointUrl, runner).store, { signal: stop.signal })).failure).toBe('Cancelled');
  });

  test('shows only what is inside of a restriction', async () => {
    const { endpointUrl, requests } = await bucketOf(3);
    const { store } = storeOn(endpointUrl, runner);
    const inside = restrictStore(store, { bucket: 'b', path: keyOf(7) });
    expect(await take(inside, { prefix: keyOf(7), as: 'lines' })).toEqual({ keys: [keyOf(7)], failure: null });
    const before = requests.length;
    expect(await take(inside)).toEqual({ keys: [], failure: 'OutsideRestriction' });
    expect(requests).toHaveLength(before);
  });
});

test('a thread that is gone fails its listings, and the next one has another', async () => {
  const runner = createListingThread(listWorkerUrl);
  const { endpointUrl } = await bucketOf(6, (_response, { page, count }) => page === 3 && count === 0);
  const { store } = storeOn(endpointUrl, runner);
  const taking = take(store);
  setTimeout(() => void runner.close(), 300);
  expect((await taking).failure).toBe('ConnectionReset');
  expect(await take(store)).toEqual({ keys: upTo(6), failure: null });
  await runner.close();
});

test('a listing that begins as the idle thread is being ended has another', async () => {
  const { endpointUrl } = await bucketOf(2);
  const here = createListingsHere(systemClock);
  let task: Parameters<ListingRunner['run']>[0] | undefined;
  const noted: ListingRunner = {
    run: (asked, ...rest) => here.run((task = asked), ...rest),
    close: () => here.close(),
  };
  await take(storeOn(endpointUrl, noted).store);
  const runner = createListingThread(listWorkerUrl);
  const list = async () => {
    const steps: string[] = [];
    for await (const step of runner.run(task as NonNullable<typeof task>, 'rows', new AbortController().signal))
      steps.push(step.type === 'failed' ? step.error.code : step.type);
    return steps;
  };
  const timers = vi.spyOn(globalThis, 'setTimeout');
  expect(await list()).toEqual(['page', 'page']);
  const endIdle = timers.mock.calls.findLast(([, delayMs]) => delayMs === 30_000)?.[0];
  timers.mockRestore();
  expect(endIdle).toBeDefined();
  endIdle?.();
  expect(await list()).toEqual(['page', 'page']);
  await runner.close();
});
