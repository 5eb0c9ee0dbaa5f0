import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openEngine } from '../../main/engine.ts';
import type { Engine } from '../../main/engine-types.ts';
import { servePreview } from '../../main/app/serve-preview.ts';
import { startWebHost, type WebHost } from '../../main/headless/web/web-host.ts';
import { connectLocalSocket } from '../../main/ipc/local-socket-client.ts';
import { serveLocalSocket } from '../../main/ipc/local-socket-server.ts';
import type { CommandInput, CommandName, CommandOutput } from '../../shared/contract/commands.ts';
import { appError, AppErrorException } from '../../shared/errors.ts';
import type { ConnectionId } from '../../shared/domain/ids.ts';
import type { Preview } from '../../shared/domain/preview.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { type FaultyS3, startFaultyS3 } from '../fakes/faulty-s3.ts';
import { scriptedEngine } from '../fakes/scripted-engine.ts';
import { startTestLocalS3, type TestLocalS3 } from '../servers/local-s3.ts';
import { engineThreads } from '../servers/engine-threads.ts';

const bucket = 'previews';
let folder: string;
let server: TestLocalS3;
let proxy: FaultyS3;
let engine: Engine;
let host: WebHost;
let cookie = '';
let connectionId: ConnectionId;

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${JSON.stringify(result.error)}`);
  return result.value;
}
async function call<N extends CommandName>(name: N, input: CommandInput<N>): Promise<CommandOutput<N>> {
  return must(await engine.call(name, input));
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'brigade-preview-'));
  server = await startTestLocalS3();
  proxy = await startFaultyS3(server.endpointUrl);
  const dataDir = join(folder, 'data');
  await mkdir(dataDir);
  // Secrets under a key file: a passphrase takes half a second of one core, each time (vault.test.ts, cli-*.test.ts have it).
  engine = must(await openEngine({ ...engineThreads(), dataDir, host: 'cli', version: '1', checkOutput: true }));
  await startHost(engine);
  const { accessKeyId, secretAccessKey } = server;
  const auth = { type: 'accessKey', accessKeyId, secretAccessKey } as const;
  const connection = { name: 'Local', auth, endpointUrl: proxy.endpointUrl };
  connectionId = (await call('connections.add', { connection })).connection.id;
  await call('buckets.create', { connectionId, bucket });
});
afterEach(async () => {
  await host.close();
  await engine.close();
  await proxy.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function startHost(behind: Engine): Promise<void> {
  const rendererDir = join(folder, 'renderer');
  host = must(await startWebHost({ engine: behind, dataDir: folder, rendererDir, port: 0, cleanSpool: false }));
  const { pathname, search } = new URL(host.url);
  cookie = (await ask(pathname + search)).headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

async function put(key: string, body: Uint8Array, contentType?: string): Promise<void> {
  async function* once(): AsyncGenerator<Uint8Array> {
    yield body;
  }
  must(await engine.streams.put({ connectionId, bucket, key, contentType }, once()));
}

type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: Buffer };
type Asked = { readonly cookie?: string; readonly range?: string; readonly host?: string };

/** A request that is answered, but not read yet. */
function begin(path: string, { cookie: own = cookie, ...headers }: Asked = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const all = { ...headers, ...(own === '' ? {} : { cookie: own }) };
    request({ host: '127.0.0.1', port: host.port, path, headers: all, agent: false }, resolve)
      .on('error', reject)
      .end();
  });
}

async function ask(path: string, asked: Asked = {}): Promise<Answer> {
  const answer = await begin(path, asked);
  const chunks: Buffer[] = [];
  for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk);
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) };
}

type Streamed = Extract<Preview, { url: string }>;
async function openUrl(key: string): Promise<Streamed> {
  const preview = await call('preview.open', { source: { connectionId, bucket, key } });
  if (!('url' in preview)) throw new Error(`not streamed: ${preview.kind}`);
  return preview;
}

const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 7) % 251));

describe('a preview over HTTP', () => {
  test('is the bytes, whole or in ranges, under headers that let nothing run', async () => {
    await put('film.mp4', bytes, 'video/mp4; codecs="x"');
    const { url, kind } = await openUrl('film.mp4');
    expect(kind).toBe('video');
    const whole = await ask(url);
    expect(whole.status).toBe(200);
    expect(whole.body.equals(bytes)).toBe(true);
    expect(whole.headers).toMatchObject({
      'content-type': 'video/mp4',
      'content-length': '200000',
      'accept-ranges': 'bytes',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(whole.headers['content-security-policy']).toMatch(/^default-src 'none';.*sandbox$/);
    for (const [range, from, to] of [
      ['bytes=0-', 0, 199_999],
      ['bytes=1000-1999', 1000, 1999],
      ['bytes=199999-', 199_999, 199_999],
      ['bytes=-5', 199_995, 199_999],
      ['bytes=150000-900000', 150_000, 199_999],
    ] as const) {
      const part = await ask(url, { range });
      expect(part.status).toBe(206);
      expect(part.headers['content-range']).toBe(`bytes ${from}-${to}/200000`);
      expect(part.headers['content-length']).toBe(String(to - from + 1));
      expect(part.body.equals(bytes.subarray(from, to + 1))).toBe(true);
    }
    const beyond = await ask(url, { range: 'bytes=200000-' });
    expect(beyond).toMatchObject({ status: 416, headers: { 'content-range': 'bytes */200000' } });
    expect(beyond.body.length).toBe(0);
  });

  test('never has the type that the object claims', async () => {
    await put(
      'page.svg',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'),
      'image/svg+xml',
    );
    await put('page.pdf', Buffer.from('<script>1</script>'), 'text/html');
    const svg = await ask((await openUrl('page.svg')).url);
    expect(svg.headers['content-type']).toBe('image/svg+xml');
    expect(svg.headers['content-security-policy']).toMatch(/sandbox$/);
    expect(await call('preview.open', { source: { connectionId, bucket, key: 'page.pdf' } })).toMatchObject({
      kind: 'text',
    });
  });

  test('needs the session, this host, and an id that is open', async () => {
    await put('a.png', bytes);
    const { url, previewId } = await openUrl('a.png');
    expect((await ask(url, { cookie: '' })).status).toBe(401);
    expect((await ask(url, { cookie: `${cookie.split('=')[0]}=guess` })).status).toBe(401);
    expect((await ask(url, { host: 'evil.example' })).status).toBe(421);
    const other = `/preview/${previewId}x/a.png`;
    for (const path of ['/preview/preview-x', '/preview/', other, '/preview/%2e%2e/a.png', '/preview/..%2f..']) {
      expect((await ask(path)).status).toBe(404);
    }
    expect((await ask(url)).status).toBe(200);
    await call('preview.close', { previewId });
    expect((await ask(url)).status).toBe(404);
  });

  test('is of one version: a range of a newer object is refused', async () => {
    await put('a.wav', bytes);
    const { url } = await openUrl('a.wav');
    expect((await ask(url, { range: 'bytes=0-99' })).status).toBe(206);
    await put('a.wav', Buffer.from('another sound'));
    const answer = await ask(url, { range: 'bytes=0-3' });
    expect(answer.status).toBe(412);
    expect(answer.body.length).toBe(0);
    await call('objects.delete', { connectionId, bucket, keys: ['a.wav'], prefixes: [] });
    expect((await ask(url)).status).toBe(404);
  });

  test('that is left stops the request to the server, also one that has gone silent', async () => {
    await put('long.mp4', bytes);
    proxy.add({ match: (seen) => seen.method === 'GET', fault: { type: 'hang', afterBytes: 1000 } });
    const { url } = await openUrl('long.mp4');
    const answer = await begin(url);
    expect(answer.statusCode).toBe(200);
    const upstream = proxy.requests.find((seen) => seen.method === 'GET' && seen.key === 'long.mp4');
    expect(upstream).toMatchObject({ isFinished: false, isLeft: false });
    answer.destroy();
    await expect.poll(() => upstream?.isLeft).toBe(true);
  });

  test('that is closed cuts what is being read of it', async () => {
    await put('long.mp4', bytes);
    proxy.add({ match: (seen) => seen.method === 'GET', fault: { type: 'hang', afterBytes: 1000 } });
    const { url, previewId } = await openUrl('long.mp4');
    const reading = ask(url);
    reading.catch(() => undefined);
    await expect.poll(() => proxy.requests.some((seen) => seen.fault === 'hang' && seen.status === 206)).toBe(true);
    await call('preview.close', { previewId });
    await expect(reading).rejects.toThrow(/aborted|hang up|ECONNRESET/);
    await expect.poll(() => proxy.requests.find((seen) => seen.fault === 'hang')?.isLeft).toBe(true);
  });

  test('a body that breaks off breaks the answer instead of ending it', async () => {
    await put('a.png', bytes);
    const { url } = await openUrl('a.png');
    proxy.add({
      match: (seen) => seen.method === 'GET',
      fault: { type: 'cutAnswer' },
      times: Number.POSITIVE_INFINITY,
    });
    await expect(ask(url)).rejects.toThrow(/aborted|hang up|ECONNRESET/);
  });

  test('of a file of this machine', async () => {
    const path = join(folder, 'sound.flac');
    await writeFile(path, bytes);
    const preview = await call('preview.open', { source: { path } });
    if (!('url' in preview)) throw new Error(preview.kind);
    const part = await ask(preview.url, { range: 'bytes=10-19' });
    expect(part).toMatchObject({ status: 206, headers: { 'content-type': 'audio/flac' } });
    expect(part.body.equals(bytes.subarray(10, 20))).toBe(true);
  });

  test('ends with the window that opened it', async () => {
    await put('a.png', bytes);
    const socket = new WebSocket(`ws://127.0.0.1:${host.port}/ws`, {
      headers: { cookie, origin: `http://127.0.0.1:${host.port}` },
    });
    await new Promise((resolve) => socket.once('open', resolve));
    const answered = new Promise<Result<Streamed>>((resolve) => {
      socket.on('message', (data: Buffer) => {
        const frame = JSON.parse(data.toString()) as { id?: number; result: Result<Streamed> };
        if (frame.id === 1) resolve(frame.result);
      });
    });
    const source = { connectionId, bucket, key: 'a.png' };
    socket.send(JSON.stringify({ id: 1, name: 'preview.open', input: { source } }));
    const { url } = must(await answered);
    expect((await ask(url)).status).toBe(200);
    socket.close();
    await expect.poll(async () => (await ask(url)).status).toBe(404);
  });
});

describe('a preview of an engine in another process', () => {
  test('comes through the local socket in ranges, and is left through it', async () => {
    await put('a.mp4', bytes);
    const { url, previewId } = await openUrl('a.mp4');
    const path = join(folder, 'engine.sock');
    const sockets = must(await serveLocalSocket(engine, path));
    const remote = must(await connectLocalSocket(path));
    await host.close();
    await startHost(remote);
    const part = await ask(url, { range: 'bytes=500-149999' });
    expect(part).toMatchObject({ status: 206, headers: { 'content-range': 'bytes 500-149999/200000' } });
    expect(part.body.equals(bytes.subarray(500, 150_000))).toBe(true);
    expect((await ask(url, { range: 'bytes=200000-' })).status).toBe(416);

    proxy.add({ match: (seen) => seen.method === 'GET', fault: { type: 'hang', afterBytes: 1000 } });
    const answer = await begin(url);
    const upstream = proxy.requests.find((seen) => seen.fault === 'hang');
    answer.destroy();
    await expect.poll(() => upstream?.isLeft).toBe(true);

    await call('preview.close', { previewId });
    expect((await ask(url)).status).toBe(404);
    await remote.close();
    await sockets.close();
  });
});

describe('a preview on app://', () => {
  const asked = (range?: string) => new Request('app://x/', { headers: range === undefined ? {} : { range } });

  test('answers as the web host does', async () => {
    await put('a.mp4', bytes);
    const { previewId } = await openUrl('a.mp4');
    const part = await servePreview(asked('bytes=3-9'), engine, previewId);
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe('bytes 3-9/200000');
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(3, 10))).toBe(true);
    expect((await servePreview(asked('bytes=200000-'), engine, previewId)).status).toBe(416);
    expect((await servePreview(asked(), engine, 'preview-guess')).status).toBe(404);
    expect((await servePreview(new Request('app://x/', { method: 'POST' }), engine, previewId)).status).toBe(405);
  });

  test('left early stops the request to the server', async () => {
    await put('a.mp4', bytes);
    const { previewId } = await openUrl('a.mp4');
    proxy.add({ match: (seen) => seen.method === 'GET', fault: { type: 'hang', afterBytes: 1000 } });
    const answer = await servePreview(asked(), engine, previewId);
    const reader = answer.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    await expect.poll(() => proxy.requests.find((seen) => seen.fault === 'hang')?.isLeft).toBe(true);
  });

  test('a body that fails is an error of the stream', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield bytes;
      throw new AppErrorException(appError('ResponseTruncated'));
    }
    const head = { contentType: 'image/png', sizeBytes: 400_000, range: null };
    const half = scriptedEngine({}, { preview: async () => ok({ ...head, body: broken() }) });
    await expect((await servePreview(asked(), half, 'id')).arrayBuffer()).rejects.toThrow('ResponseTruncated');
    const down = scriptedEngine({}, { preview: async () => err(appError('EndpointUnreachable')) });
    expect((await servePreview(asked(), down, 'id')).status).toBe(502);
  });
});
