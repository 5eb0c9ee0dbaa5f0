import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createBucketRegions } from '../../main/s3/bucket-regions.ts';
import type { SigningCredentials } from '../../main/s3/data-plane/transport.ts';
import { multipartEtag } from '../../main/s3/etag.ts';
import type { ServerSettings } from '../../main/s3/sdk-client.ts';
import { createSdkObjectStore } from '../../main/s3/sdk-object-store.ts';
import { createServerClock } from '../../main/s3/server-clock.ts';
import { systemClock } from '../../main/system-clock.ts';
import { appError, AppErrorException } from '../../shared/errors.ts';
import { err, ok } from '../../shared/result.ts';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

const mebibyte = 1024 * 1024;
const partBytes = 32 * mebibyte;
const content = randomBytes(2 * partBytes + 5);
const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');

type Seen = { readonly what: string; readonly region: string; readonly keyId: string; readonly sizeBytes: number };
/** True: the test has answered (or never will). */
type Fault = (what: string, response: ServerResponse, request: IncomingMessage) => boolean;

function xml(response: ServerResponse, status: number, body: string, headers: Record<string, string> = {}): true {
  response.writeHead(status, { 'content-type': 'application/xml', ...headers }).end(`<?xml version="1.0"?>${body}`);
  return true;
}
const errorXml = (code: string) => `<Error><Code>${code}</Code><Message>m</Message></Error>`;

/** A server that keeps one object and one upload and no checksums, with faults as the test says. */
async function faulty(fault: Fault = () => false) {
  const seen: Seen[] = [];
  const parts = new Map<number, Buffer>();
  const state: { object: Buffer | null; etag: string; uploadIsOpen: boolean } = {
    object: null,
    etag: '',
    uploadIsOpen: false,
  };
  const answer = (what: string, body: Buffer, response: ServerResponse): void => {
    if (what === 'PutObject') {
      state.object = body;
      state.etag = md5(body);
      response.writeHead(200, { etag: `"${state.etag}"` }).end();
    } else if (what === 'Create') {
      state.uploadIsOpen = true;
      xml(response, 200, '<R><UploadId>u</UploadId></R>');
    } else if (what.startsWith('Part')) {
      parts.set(Number(what.slice(4)), body);
      response.writeHead(200, { etag: `"${md5(body)}"` }).end();
    } else if (what === 'Complete') {
      const bodies = [...parts].sort(([a], [b]) => a - b).map(([, part]) => part);
      state.object = Buffer.concat(bodies);
      state.etag = multipartEtag(bodies.map(md5));
      state.uploadIsOpen = false;
      xml(response, 200, `<CompleteMultipartUploadResult><ETag>"${state.etag}"</ETag></CompleteMultipartUploadResult>`);
    } else if (what === 'Abort') {
      state.uploadIsOpen = false;
      response.writeHead(204).end();
    } else {
      response.writeHead(200, { etag: `"${state.etag}"`, 'content-length': state.object?.byteLength ?? 0 }).end();
    }
  };
  const server = createServer((request, response) => {
    const query = new URL(request.url ?? '', 'http://server').searchParams;
    const what = nameOf(request.method ?? '', query);
    const [keyId = '', , region = ''] =
      /Credential=([^,]+)/.exec(request.headers.authorization ?? '')?.[1]?.split('/') ?? [];
    seen.push({ what, region, keyId, sizeBytes: Number(request.headers['content-length'] ?? 0) });
    if (fault(what, response, request)) {
      request.resume();
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => answer(what, Buffer.concat(chunks), response));
  });
  return { endpointUrl: `http://127.0.0.1:${await listen(server)}`, seen, state };
}

function nameOf(method: string, query: URLSearchParams): string {
  if (method === 'PUT') return query.has('partNumber') ? `Part${query.get('partNumber')}` : 'PutObject';
  if (method === 'POST') return query.has('uploads') ? 'Create' : 'Complete';
  return method === 'DELETE' ? 'Abort' : 'Head';
}

async function listen(server: Server & { closeAllConnections?(): void }): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endings.push(
    () => server.closeAllConnections?.(),
    () => new Promise((resolve) => server.close(resolve)),
  );
  return (server.address() as AddressInfo).port;
}

function storeOf(endpointUrl: string, changes: Partial<ServerSettings> = {}) {
  let keys: SigningCredentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };
  const store = createSdkObjectStore({
    settings: { endpointUrl, region: null, pathStyle: true, tls: { verify: false }, ...changes },
    credentials: async (request) => {
      if (request?.rejected !== undefined) keys = { accessKeyId: 'AKIARENEWED', secretAccessKey: 'newer' };
      return ok(keys);
    },
    regions: createBucketRegions(null),
    serverClock: createServerClock(systemClock),
    clock: systemClock,
  });
  endings.unshift(() => store.close());
  return store;
}

async function* inChunks(bytes: Uint8Array, chunkBytes = 700_001): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.byteLength; from += chunkBytes) yield bytes.subarray(from, from + chunkBytes);
}

/** These bytes, then nothing for ever. `closed` when its reader gave it up. */
function silentAfter(bytes: Uint8Array): { body: AsyncIterable<Uint8Array>; closed: Promise<void> } {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const chunks = inChunks(bytes);
  const next = async (): Promise<IteratorResult<Uint8Array>> => {
    const step = await chunks.next();
    return step.done === true ? new Promise(() => undefined) : step;
  };
  const close = async (): Promise<IteratorResult<Uint8Array>> => {
    resolve();
    return { done: true, value: undefined };
  };
  return { body: { [Symbol.asyncIterator]: () => ({ next, return: close }) }, closed };
}

/** Faults once, for the requests of one name. */
function once(name: string, fault: (response: ServerResponse) => true): Fault {
  let isOver = false;
  return (what, response) => {
    if (isOver || what !== name) return false;
    isOver = true;
    return fault(response);
  };
}

const names = (seen: readonly Seen[]): string[] => seen.map(({ what }) => what);

describe('a stream', () => {
  test('that fits a part is one PUT, one byte more are parts', async () => {
    const one = await faulty();
    const totals: number[] = [];
    const exactly = content.subarray(0, partBytes);
    const options = { onBytes: (total: number) => totals.push(total) };
    const stored = await storeOf(one.endpointUrl).putStream('docs', 'k', inChunks(exactly), {}, options);
    expect(stored).toMatchObject({ ok: true, value: { sizeBytes: partBytes, verification: 'md5' } });
    expect(names(one.seen)).toEqual(['PutObject']);
    expect(totals.at(-1)).toBe(partBytes);

    const two = await faulty();
    const begun: string[] = [];
    const onUpload = async (uploadId: string) => ok(void begun.push(`${uploadId} of ${names(two.seen).join()}`));
    const more = content.subarray(0, partBytes + 1);
    expect(await storeOf(two.endpointUrl).putStream('docs', 'k', inChunks(more), {}, { onUpload })).toMatchObject({
      ok: true,
    });
    expect(begun).toEqual(['u of Create']);
    expect(names(two.seen).sort()).toEqual(['Complete', 'Create', 'Part1', 'Part2']);
    expect(two.state.object?.equals(more)).toBe(true);
  });

  test('whose producer uses its buffer again arrives as it was', async () => {
    const server = await faulty();
    async function* reusing(): AsyncGenerator<Uint8Array> {
      const buffer = Buffer.alloc(300_007);
      for (let from = 0; from < content.byteLength; from += buffer.byteLength) {
        const sizeBytes = content.copy(buffer, 0, from, from + buffer.byteLength);
        yield buffer.subarray(0, sizeBytes);
      }
    }
    expect(await storeOf(server.endpointUrl).putStream('docs', 'k', reusing(), {})).toMatchObject({ ok: true });
    expect(server.state.object?.equals(content)).toBe(true);
  });

  test.each(['PutObject', 'Create', 'Part2', 'Complete'])(
    'goes on with new credentials when they end at %s',
    async (name) => {
      const server = await faulty(once(name, (response) => xml(response, 400, errorXml('ExpiredToken'))));
      const bytes = name === 'PutObject' ? content.subarray(0, 1000) : content;
      expect(await storeOf(server.endpointUrl).putStream('docs', 'k', inChunks(bytes), {})).toMatchObject({ ok: true });
      expect(server.state.object?.equals(bytes)).toBe(true);
      expect(server.seen.at(-1)?.keyId).toBe('AKIARENEWED');
    },
  );

  test.each([1000, content.byteLength])('of %i bytes follows its bucket to another region', async (sizeBytes) => {
    const server = await faulty((_what, response, request) => {
      if (request.headers.authorization?.includes('/eu-west-1/')) return false;
      return xml(response, 301, errorXml('PermanentRedirect'), { 'x-amz-bucket-region': 'eu-west-1' });
    });
    const bytes = content.subarray(0, sizeBytes);
    expect(await storeOf(server.endpointUrl).putStream('docs', 'k', inChunks(bytes), {})).toMatchObject({ ok: true });
    expect(server.state.object?.equals(bytes)).toBe(true);
    expect(server.seen.filter(({ region }) => region !== 'eu-west-1')).toHaveLength(1);
  });
});

describe('a stream that fails leaves nothing', () => {
  test('when a part is refused while it is silent: it is closed, the upload is taken back', async () => {
    const server = await faulty((what, response) => what === 'Part1' && xml(response, 403, errorXml('AccessDenied')));
    const { body, closed } = silentAfter(content.subarray(0, partBytes + 2 * mebibyte));
    const outcome = await storeOf(server.endpointUrl).putStream('docs', 'k', body, {});
    expect(outcome).toMatchObject({ ok: false, error: { code: 'AccessDenied' } });
    await closed;
    expect(server.state).toMatchObject({ object: null, uploadIsOpen: false });
  });

  test('when its maker throws: that error is told, even if the upload cannot be taken back', async () => {
    for (const abortFails of [false, true]) {
      const server = await faulty(
        (what, response) => abortFails && what === 'Abort' && xml(response, 403, errorXml('AccessDenied')),
      );
      async function* failing(): AsyncGenerator<Uint8Array> {
        yield* inChunks(content);
        throw new AppErrorException(appError('DiskFull', { path: 'x' }));
      }
      const outcome = await storeOf(server.endpointUrl).putStream('docs', 'k', failing(), {});
      expect(outcome).toMatchObject({ ok: false, error: { code: 'DiskFull' } });
      expect(server.state.object).toBe(null);
      expect(server.state.uploadIsOpen).toBe(abortFails);
      expect(names(server.seen).at(-1)).toBe('Abort');
    }
  });

  test('when its upload cannot be noted: no part is sent, it is taken back', async () => {
    const server = await faulty();
    const options = { onUpload: async () => err(appError('DiskFull', { path: 'db' })) };
    const outcome = await storeOf(server.endpointUrl).putStream('docs', 'k', inChunks(content), {}, options);
    expect(outcome).toMatchObject({ ok: false, error: { code: 'DiskFull' } });
    expect(names(server.seen)).toEqual(['Create', 'Abort']);
    expect(server.state.uploadIsOpen).toBe(false);
  });

  test('when its maker throws before a part is full: nothing is sent', async () => {
    const server = await faulty();
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield content.subarray(0, 1000);
      throw new Error('the pipe broke');
    }
    const outcome = await storeOf(server.endpointUrl).putStream('docs', 'k', failing(), {});
    expect(outcome).toMatchObject({ ok: false, error: { code: 'SourceChanged' } });
    expect(server.seen).toEqual([]);
  });

  test.each(['PutObject', 'Create', 'Part1', 'Part2'])('when it is aborted at %s', async (name) => {
    const controller = new AbortController();
    const server = await faulty((what) => {
      if (what !== name) return false;
      controller.abort();
      // Not broken off: an upload nobody knows the id of could not be taken back.
      return what !== 'Create';
    });
    const bytes = name === 'PutObject' ? content.subarray(0, 1000) : content;
    const options = { signal: controller.signal };
    const outcome = await storeOf(server.endpointUrl).putStream('docs', 'k', inChunks(bytes), {}, options);
    expect(outcome).toMatchObject({ ok: false, error: { code: 'Cancelled' } });
    expect(server.state).toMatchObject({ object: null, uploadIsOpen: false });
  });

  test('when the completion is refused', async () => {
    const server = await faulty((what, response) => what === 'Complete' && xml(response, 400, errorXml('InvalidPart')));
    const outcome = await storeOf(server.endpointUrl).putStream('docs', 'k', inChunks(content), {});
    expect(outcome).toMatchObject({ ok: false, error: { code: 'InvalidPart' } });
    expect(server.state).toMatchObject({ object: null, uploadIsOpen: false });
  });
});

describe('a slow line', () => {
  test('under TLS is not a silent one', async () => {
    const body = content.subarray(0, partBytes);
    let requests = 0;
    // Three times as long as silence is suffered; what the system holds for the socket takes less than that.
    const server = createTlsServer(certificate(), (request, response) => {
      requests += 1;
      request.on('data', (chunk: Buffer) => {
        request.pause();
        setTimeout(() => request.resume(), chunk.byteLength / 3500);
      });
      request.on('end', () => response.writeHead(200, { etag: `"${md5(body)}"` }).end());
    });
    const endpointUrl = `https://127.0.0.1:${await listen(server)}`;
    const store = storeOf(endpointUrl, { timeouts: { connectMs: 2000, idleMs: 3000 } });
    expect(await store.putStream('docs', 'k', inChunks(body), {})).toMatchObject({ ok: true });
    expect(requests).toBe(1);
  });
});

function certificate(): { readonly key: string; readonly cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'brigade-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  execFileSync('openssl', [...request, '-subj', '/CN=localhost', '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const pair = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  rmSync(folder, { recursive: true });
  return pair;
}
