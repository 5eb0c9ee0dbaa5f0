import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startWebHost, type WebHost } from '../../main/headless/web/web-host.ts';
import type { EngineStreams } from '../../main/engine-types.ts';
import { appError, AppErrorException } from '../../shared/errors.ts';
import { err, ok } from '../../shared/result.ts';
import { scriptedEngine, type ScriptedEngine } from '../fakes/scripted-engine.ts';

let folder = '';
let dataDir = '';
let engine: ScriptedEngine;
let host: WebHost;
const answers = {
  'transfers.list': () => ok({ jobs: [] }),
  'transfers.start': () => ok({ jobId: 'job-1' }),
  'connections.list': () => ok({ connections: [] }),
  'app.info': () => ok({ host: 'cli', version: '1' }),
};

async function start(streams: Partial<EngineStreams> = {}, more: object = {}): Promise<void> {
  engine = scriptedEngine({ ...answers, ...more }, streams);
  const started = await startWebHost({
    engine,
    dataDir,
    rendererDir: join(folder, 'renderer'),
    port: 0,
    cleanSpool: true,
  });
  if (!started.ok) throw new Error(started.error.code);
  host = started.value;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'brigade-web-'));
  dataDir = join(folder, 'data');
  await mkdir(join(folder, 'renderer', 'assets'), { recursive: true });
  await mkdir(dataDir);
  await writeFile(join(folder, 'renderer', 'index.html'), '<!doctype html>the window');
  await writeFile(join(folder, 'renderer', 'assets', 'a-1.js'), 'let a;');
  await writeFile(join(folder, 'secret.js'), 'outside');
  await start();
});
afterEach(async () => {
  await host.close();
  await rm(folder, { recursive: true, force: true });
});

type Answer = { status: number; headers: IncomingHttpHeaders; body: string };

/** A request exactly as told: no header is added, and the path is not tidied. */
function ask(
  path: string,
  {
    method = 'GET',
    headers = {},
    body,
  }: { method?: string; headers?: OutgoingHttpHeaders; body?: Readable | string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: host.port, path, method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
      response.on('error', reject);
    });
    sent.on('error', reject);
    if (body !== undefined && typeof body !== 'string') body.pipe(sent);
    else sent.end(body);
  });
}

const ownOrigin = (): string => `http://127.0.0.1:${host.port}`;

async function signIn(): Promise<string> {
  const { pathname, search } = new URL(host.url);
  const answer = await ask(pathname + search);
  return answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

/** Opens the window's socket; resolves to the socket, or to the status it was refused with. */
function openSocket(headers: OutgoingHttpHeaders, path = '/ws'): Promise<WebSocket | number> {
  const socket = new WebSocket(`ws://127.0.0.1:${host.port}${path}`, { headers });
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket));
    socket.once('unexpected-response', (sent, response) => {
      resolve(response.statusCode ?? 0);
      sent.destroy();
    });
    socket.once('error', reject);
  });
}

async function openWindow(): Promise<{ socket: WebSocket; call: (name: string, input: unknown) => Promise<unknown> }> {
  const socket = await openSocket({ cookie: await signIn(), origin: ownOrigin() });
  if (typeof socket === 'number') throw new Error(`refused with ${socket}`);
  let nextId = 0;
  const call = (name: string, input: unknown): Promise<unknown> => {
    const id = nextId++;
    socket.send(JSON.stringify({ id, name, input }));
    return new Promise((resolve) => {
      socket.on('message', (data: Buffer) => {
        const frame = JSON.parse(data.toString()) as { id?: number; result?: unknown };
        if (frame.id === id) resolve(frame.result);
      });
    });
  };
  return { socket, call };
}

const closeOf = (socket: WebSocket): Promise<number> => new Promise((resolve) => socket.once('close', resolve));

describe('the way in', () => {
  test('the printed link sets a session cookie and leads to the window without the token', async () => {
    const { pathname, search } = new URL(host.url);
    const answer = await ask(pathname + search);
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe('/');
    const cookie = answer.headers['set-cookie']?.[0] ?? '';
    expect(cookie).toContain('HttpOnly');
    expect(cookie).toContain('SameSite=Strict');
    expect(cookie).not.toContain(new URL(host.url).searchParams.get('token'));
    const window = await ask('/', { headers: { cookie: cookie.split(';')[0] } });
    expect(window).toMatchObject({ status: 200, body: '<!doctype html>the window' });
  });

  test('the link works once', async () => {
    const cookie = await signIn();
    const { pathname, search } = new URL(host.url);
    const again = await ask(pathname + search);
    expect(again.status).toBe(401);
    expect(again.headers['set-cookie']).toBeUndefined();
    expect(again.body).toContain('works once');
    // The one who used it may open it again: the browser's history has it.
    expect((await ask(pathname + search, { headers: { cookie } })).status).toBe(303);
  });

  test('nothing is served without the cookie, or with a wrong one', async () => {
    const cookie = await signIn();
    const [name = ''] = cookie.split('=');
    for (const headers of [{}, { cookie: `${name}=` }, { cookie: `${name}=guess` }, { cookie: 'other=x' }]) {
      for (const path of ['/', '/assets/a-1.js', '/download?connectionId=c&bucket=b&key=k', '/?token=guess']) {
        expect((await ask(path, { headers })).status).toBe(401);
      }
      expect((await ask('/spool', { method: 'POST', headers: { ...headers, origin: ownOrigin() } })).status).toBe(401);
      expect(await openSocket({ ...headers, origin: ownOrigin() })).toBe(401);
    }
    expect(engine.asked.map(({ name }) => name)).toEqual(['transfers.list']);
  });

  test('a name that was made to point here is refused, even with the cookie (DNS rebinding)', async () => {
    const cookie = await signIn();
    for (const name of [
      'evil.example',
      `evil.example:${host.port}`,
      '127.0.0.1',
      `127.0.0.1:${host.port}.evil.example`,
    ]) {
      expect((await ask('/', { headers: { cookie, host: name } })).status).toBe(421);
      expect(await openSocket({ cookie, host: name, origin: `http://${name}` })).toBe(421);
    }
    const local = `localhost:${host.port}`;
    expect((await ask('/', { headers: { cookie, host: local } })).status).toBe(200);
  });

  test('an absolute request target cannot name another host', async () => {
    const cookie = await signIn();
    expect((await ask('http://evil.example/', { headers: { cookie } })).status).toBe(400);
  });

  test("another page's WebSocket is refused, and one without an origin", async () => {
    const cookie = await signIn();
    expect(await openSocket({ cookie, origin: 'http://evil.example' })).toBe(403);
    expect(await openSocket({ cookie, origin: 'null' })).toBe(403);
    expect(await openSocket({ cookie, origin: `http://127.0.0.1:${host.port + 1}` })).toBe(403);
    expect(await openSocket({ cookie, origin: `https://127.0.0.1:${host.port}` })).toBe(403);
    expect(await openSocket({ cookie })).toBe(403);
    expect(await openSocket({ cookie, origin: ownOrigin() }, '/other')).toBe(404);
  });

  test("another page's posts are refused", async () => {
    const cookie = await signIn();
    for (const origin of ['http://evil.example', 'null', undefined]) {
      const headers = { cookie, ...(origin === undefined ? {} : { origin }) };
      expect((await ask('/spool', { method: 'POST', headers })).status).toBe(403);
      expect((await ask('/spool/x/y', { method: 'PUT', headers, body: 'x' })).status).toBe(403);
    }
    expect(await readdir(dataDir)).toEqual([]);
  });

  test('every answer carries the content policy and its companions', async () => {
    const cookie = await signIn();
    const all = [
      await ask('/'),
      await ask('/', { headers: { cookie } }),
      await ask('/nothing.js', { headers: { cookie } }),
      await ask('/', { headers: { host: 'evil.example' } }),
      await ask('/download', { headers: { cookie } }),
    ];
    for (const { headers } of all) {
      expect(headers['content-security-policy']).toMatch(/default-src '(none|self)'/);
      expect(headers['content-security-policy']).not.toMatch(/script-src[^;]*unsafe/);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['cross-origin-opener-policy']).toBe('same-origin');
      expect(headers['cross-origin-resource-policy']).toBe('same-origin');
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  test('only loopback is listened on', () => {
    expect(new URL(host.url).hostname).toBe('127.0.0.1');
  });

  test('a port that is taken is a named failure', async () => {
    const second = await startWebHost({
      engine,
      dataDir,
      rendererDir: folder,
      port: host.port,
      cleanSpool: false,
    });
    expect(second).toMatchObject({ ok: false, error: { code: 'InvalidInput', context: { reason: 'EADDRINUSE' } } });
  });
});

describe('the files of the window', () => {
  test('bundled files may be kept, the page must be asked for again', async () => {
    const headers = { cookie: await signIn() };
    const script = await ask('/assets/a-1.js', { headers });
    expect(script).toMatchObject({ status: 200, body: 'let a;' });
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(script.headers['cache-control']).toContain('immutable');
    expect((await ask('/', { headers })).headers['cache-control']).toBe('no-cache');
  });

  test('no path leads out of their folder', async () => {
    const headers = { cookie: await signIn() };
    const paths = [
      '/../secret.js',
      '/assets/../../secret.js',
      '/%2e%2e/secret.js',
      '/..%2fsecret.js',
      '/%2e%2e%2fsecret.js',
      '/assets/%2e%2e/%2e%2e/secret.js',
      '//secret.js',
      '/%00/../secret.js',
      '/%',
      '/assets',
      '/assets/',
    ];
    for (const path of paths) {
      const answer = await ask(path, { headers });
      expect([400, 404]).toContain(answer.status);
      expect(answer.body).not.toContain('outside');
    }
  });
});

describe('the socket of the window', () => {
  test('answers commands and passes batches on', async () => {
    const { socket, call } = await openWindow();
    expect(await call('connections.list', {})).toEqual(ok({ connections: [] }));
    const batch = new Promise((resolve) =>
      socket.once('message', (data: Buffer) => resolve(JSON.parse(data.toString()))),
    );
    engine.emit({ seq: 1, events: [] });
    expect(await batch).toEqual({ batch: { seq: 1, events: [] } });
    socket.close();
  });

  test('an unknown command and a wrong input are answers, not the end', async () => {
    const { socket, call } = await openWindow();
    expect(await call('no.such', {})).toMatchObject({ ok: false, error: { code: 'InvalidInput' } });
    expect(await call('__proto__', {})).toMatchObject({ ok: false, error: { code: 'InvalidInput' } });
    expect(await call('transfers.start', { request: { kind: 'upload' } })).toMatchObject({
      ok: false,
      error: { code: 'InvalidInput' },
    });
    expect(await call('connections.list', {})).toMatchObject({ ok: true });
    socket.close();
  });

  test('what is no request ends the connection', async () => {
    const cookie = await signIn();
    for (const message of ['no json', '[]', '{"id":-1,"name":"x"}', '{"id":1}', Buffer.from('{}')]) {
      const socket = await openSocket({ cookie, origin: ownOrigin() });
      if (typeof socket === 'number') throw new Error(`refused with ${socket}`);
      socket.send(message);
      expect(await closeOf(socket)).toBe(1008);
    }
  });

  test('an oversized message ends the connection before it is read whole', async () => {
    const { socket } = await openWindow();
    socket.send(Buffer.alloc(17 * 1024 * 1024, 32).toString());
    expect(await closeOf(socket)).toBe(1009);
    expect(engine.asked.map(({ name }) => name)).toEqual(['transfers.list']);
  });

  test('a bug in the engine is an answer too', async () => {
    await host.close();
    await start(
      {},
      {
        'connections.list': () => {
          throw new Error('a bug');
        },
      },
    );
    const { socket, call } = await openWindow();
    expect(await call('connections.list', {})).toMatchObject({ error: { code: 'UnexpectedFailure' } });
    socket.close();
  });

  test('this host has no dialogs, and says which host it is', async () => {
    const { socket, call } = await openWindow();
    expect(await call('hostFiles.pick', { what: 'folder', title: 't' })).toMatchObject({
      error: { code: 'Unsupported' },
    });
    expect(await call('hostFiles.reveal', { path: '/' })).toMatchObject({ error: { code: 'Unsupported' } });
    expect(await call('app.info', {})).toMatchObject({ ok: true, value: { host: 'web', version: '1' } });
    expect(engine.asked.some(({ name }) => name.startsWith('hostFiles'))).toBe(false);
    socket.close();
  });
});

describe('dropped files', () => {
  async function openDrop(): Promise<{ headers: OutgoingHttpHeaders; spoolId: string; folder: string }> {
    const headers = { cookie: await signIn(), origin: ownOrigin() };
    const answer = await ask('/spool', { method: 'POST', headers });
    expect(answer.status).toBe(200);
    const { spoolId, folder } = JSON.parse(answer.body) as { spoolId: string; folder: string };
    return { headers, spoolId, folder };
  }

  test('arrive byte for byte, whatever they are called and however small', async () => {
    const { headers, spoolId, folder } = await openDrop();
    const big = join(dataDir, 'big');
    await writeFile(big, Buffer.alloc(5_000_000, 7));
    for (const name of ['plain.txt', 'ä é 日本.txt', '%2e%2e', 'a\\b', ' spaces ', '...', '#?&=', '-', 'new\nline']) {
      const put = await ask(`/spool/${spoolId}/sub%20folder/${encodeURIComponent(name)}`, {
        method: 'PUT',
        headers,
        body: name,
      });
      expect(put.status).toBe(204);
      expect(await readFile(join(folder, 'sub folder', name), 'utf8')).toBe(name);
    }
    expect((await ask(`/spool/${spoolId}/empty`, { method: 'PUT', headers })).status).toBe(204);
    expect(await readFile(join(folder, 'empty'), 'utf8')).toBe('');
    const put = await ask(`/spool/${spoolId}/big`, { method: 'PUT', headers, body: createReadStream(big) });
    expect(put.status).toBe(204);
    expect((await readFile(join(folder, 'big'))).equals(await readFile(big))).toBe(true);
  });

  test('never leave their folder', async () => {
    const { headers, spoolId } = await openDrop();
    const bad = ['..', '%2e%2e', '.', '', 'a/../b', 'a//b', 'a%2fb', '..%2f..%2fx', 'x%00y', '%zz', 'a/'];
    for (const path of bad) {
      const put = await ask(`/spool/${spoolId}/${path}`, { method: 'PUT', headers, body: 'x' });
      expect([400, 404]).toContain(put.status);
    }
    for (const path of ['/spool/..', '/spool/../x', '/spool/%2e%2e/x', '/spool/unknown/x', `/spool/${spoolId}`]) {
      expect([400, 404, 405]).toContain((await ask(path, { method: 'PUT', headers, body: 'x' })).status);
    }
    expect(await readdir(join(dataDir, 'spool', spoolId))).toEqual([]);
    expect(await readdir(dataDir)).toEqual(['spool']);
  });

  test('may be empty folders, and can be given up until a job has them', async () => {
    const { headers, spoolId, folder } = await openDrop();
    for (const path of ['empty/deep%20er', 'empty/deep%20er', '%3Ffolder']) {
      expect((await ask(`/spool/${spoolId}/${path}?folder`, { method: 'PUT', headers })).status).toBe(204);
    }
    expect(await readdir(join(folder, 'empty'))).toEqual(['deep er']);
    expect((await readdir(folder)).sort()).toEqual(['?folder', 'empty']);
    expect((await ask(`/spool/${spoolId}/..?folder`, { method: 'PUT', headers })).status).toBe(400);
    expect((await ask(`/spool/${spoolId}/empty`, { method: 'DELETE', headers })).status).toBe(400);
    expect((await ask(`/spool/${spoolId}`, { method: 'DELETE', headers })).status).toBe(204);
    expect(await readdir(join(dataDir, 'spool'))).toEqual([]);
    expect((await ask(`/spool/${spoolId}`, { method: 'DELETE', headers })).status).toBe(404);
  });

  test('never replace one another', async () => {
    const { headers, spoolId, folder } = await openDrop();
    const put = (path: string, body: string) => ask(`/spool/${spoolId}/${path}`, { method: 'PUT', headers, body });
    expect((await put('a', 'first')).status).toBe(204);
    expect((await put('a', 'second')).status).toBe(409);
    expect((await put('a/b', 'below a file')).status).toBe(409);
    expect(await readFile(join(folder, 'a'), 'utf8')).toBe('first');
  });

  test('that break off leave nothing', async () => {
    const { headers, spoolId, folder } = await openDrop();
    const socket = connect(host.port, '127.0.0.1');
    socket.write(
      `PUT /spool/${spoolId}/half HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nOrigin: ${ownOrigin()}\r\n` +
        `Cookie: ${String(headers.cookie)}\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(1000)}`,
    );
    await expect.poll(() => readdir(folder)).toEqual(['half']);
    socket.destroy();
    await expect.poll(() => readdir(folder)).toEqual([]);
  });

  describe('many in one request', () => {
    const entry = (path: readonly string[], bytes: number | null) => `${JSON.stringify({ path, bytes })}\n`;
    const send = async (drop: Awaited<ReturnType<typeof openDrop>>, body: string | Buffer) =>
      ask(`/spool/${drop.spoolId}?files`, { method: 'PUT', headers: drop.headers, body: Readable.from([body]) });

    test('arrive byte for byte, with their folders', async () => {
      const drop = await openDrop();
      const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
      const names = ['plain.txt', 'ä é 日本.txt', '%2e%2e', 'a\\b', ' spaces ', '...', '{"path":1}', 'new\nline', ''];
      const files = names.slice(0, -1);
      const body = Buffer.concat([
        Buffer.from(entry(['empty', 'deep er'], null)),
        ...files.flatMap((name) => [Buffer.from(entry(['sub', name], all.length)), all]),
        Buffer.from(entry(['sub', 'none'], 0)),
        Buffer.from(entry(['last'], 4) + 'last'),
      ]);
      expect((await send(drop, body)).status).toBe(204);
      for (const name of files) expect((await readFile(join(drop.folder, 'sub', name))).equals(all)).toBe(true);
      expect(await readFile(join(drop.folder, 'sub', 'none'), 'utf8')).toBe('');
      expect(await readFile(join(drop.folder, 'last'), 'utf8')).toBe('last');
      expect(await readdir(join(drop.folder, 'empty'))).toEqual(['deep er']);
    });

    test('never leave their folder, replace nothing, and need a drop', async () => {
      const drop = await openDrop();
      for (const path of [['..', 'x'], ['a', '..'], ['.'], [''], ['a/b'], ['x\0y'], []]) {
        expect((await send(drop, `${entry(path, 1)}x`)).status).toBe(400);
      }
      expect(await readdir(drop.folder)).toEqual([]);
      expect(await readdir(dataDir)).toEqual(['spool']);
      expect((await send(drop, `${entry(['a'], 5)}first`)).status).toBe(204);
      expect((await send(drop, `${entry(['b'], 1)}b${entry(['a'], 6)}second`)).status).toBe(409);
      expect(await readFile(join(drop.folder, 'a'), 'utf8')).toBe('first');
      expect((await send({ ...drop, spoolId: 'unknown' }, `${entry(['a'], 1)}x`)).status).toBe(404);
    });

    test('are refused when the body is anything else', async () => {
      const drop = await openDrop();
      const bad = [
        'x',
        '\n',
        'null\n',
        '{"path":["a"]}\n',
        entry(['a'], -1),
        entry(['a'], 1.5),
        entry(['a'], 2_000_000),
        `${entry(['a'], 10)}short`,
        entry(['a'], 10),
        'y'.repeat(200_000),
      ];
      for (const body of bad) expect((await send(drop, body)).status).toBe(400);
      const many = Array.from({ length: 501 }, (_, index) => entry([`f${index}`], 0)).join('');
      expect((await send(drop, many)).status).toBe(400);
      expect(await readdir(drop.folder)).not.toContain('a');
    });

    test('leave only whole files when they break off', async () => {
      const drop = await openDrop();
      const socket = connect(host.port, '127.0.0.1');
      socket.write(
        `PUT /spool/${drop.spoolId}?files HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nOrigin: ${ownOrigin()}\r\n` +
          `Cookie: ${String(drop.headers['cookie'])}\r\nContent-Length: 1000000\r\n\r\n` +
          `${entry(['whole'], 5)}whole${entry(['half'], 100)}half`,
      );
      await expect.poll(() => readdir(drop.folder)).toEqual(['whole']);
      socket.destroy();
      expect((await ask(`/spool/${drop.spoolId}`, { method: 'DELETE', headers: drop.headers })).status).toBe(204);
      expect(await readdir(join(dataDir, 'spool'))).toEqual([]);
    });
  });

  test('can be uploaded only from where they lie', async () => {
    const { socket, call } = await openWindow();
    const request = (file: string) => ({
      request: {
        kind: 'upload',
        connectionId: 'c',
        conflict: 'ask',
        bucket: 'b',
        fromSpool: true,
        items: [{ file, key: 'k' }],
      },
    });
    for (const path of ['/etc/passwd', join(dataDir, 'spool'), join(dataDir, 'spool', '..', 'x'), dataDir]) {
      expect(await call('transfers.start', request(path))).toMatchObject({ error: { code: 'UnsafePath' } });
    }
    expect(engine.asked.some(({ name }) => name === 'transfers.start')).toBe(false);
    expect(await call('transfers.start', request(join(dataDir, 'spool', 'id', 'x')))).toMatchObject({ ok: true });
    socket.close();
  });

  test('of earlier runs are removed, except what a job may still read', async () => {
    const spool = join(dataDir, 'spool');
    for (const [id, job] of [
      ['done', 'job-done'],
      ['failed', 'job-failed'],
      ['gone', 'job-cleared'],
      ['active', 'job-active'],
    ]) {
      await mkdir(join(spool, id ?? ''), { recursive: true });
      await writeFile(join(spool, `${id}.job`), job ?? '');
    }
    await mkdir(join(spool, 'nobody'));
    const job = (id: string, state: string, kind = 'upload') => ({ id, state, kind });
    const done = [job('job-done', 'done'), job('job-failed', 'failed'), job('job-active', 'interrupted')];
    await host.close();
    await start({}, { 'transfers.list': () => ok({ jobs: done }) });
    expect((await readdir(spool)).sort()).toEqual(['active', 'active.job', 'failed', 'failed.job', 'nobody']);
    await host.close();
    await start({}, { 'transfers.list': () => ok({ jobs: [job('job-done', 'done')] }) });
    expect(await readdir(spool)).toEqual([]);
  });
});

describe('downloading through the browser', () => {
  const details = {
    key: 'k',
    sizeBytes: 5,
    lastModified: null,
    etag: null,
    storageClass: null,
    contentType: 'text/html',
    metadata: {},
    checksums: {},
    checksumType: null,
    versionId: null,
  };
  const restart = async (get: EngineStreams['get']): Promise<OutgoingHttpHeaders> => {
    await host.close();
    await start({ get });
    return { cookie: await signIn() };
  };
  const path = (key: string) => `/download?connectionId=c&bucket=b&key=${encodeURIComponent(key)}`;

  test('sends the bytes as an attachment, never as a page', async () => {
    async function* hello(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('hello');
    }
    const headers = await restart(async () => ok({ details, body: hello() }));
    const answer = await ask(path('a/Jahres"bericht 2026 – ä\r\n.html'), { headers });
    expect(answer).toMatchObject({ status: 200, body: 'hello' });
    expect(answer.headers['content-type']).toBe('application/octet-stream');
    expect(answer.headers['content-length']).toBe('5');
    expect(answer.headers['content-disposition']).toBe(
      `attachment; filename="Jahres_bericht 2026 _ ___.html"; ` +
        `filename*=UTF-8''Jahres%22bericht%202026%20%E2%80%93%20%C3%A4%0D%0A.html`,
    );
  });

  test('a failure before the first byte has words and a status', async () => {
    const headers = await restart(async () => err(appError('NoSuchKey', { key: 'k' })));
    const answer = await ask(path('k'), { headers });
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 'NoSuchKey' } });
    expect((await ask('/download?bucket=b', { headers })).status).toBe(400);
  });

  test('a failure in the middle breaks the download instead of ending it', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('he');
      throw new AppErrorException(appError('ChecksumMismatch'));
    }
    const headers = await restart(async () => ok({ details, body: broken() }));
    await expect(ask(path('k'), { headers })).rejects.toThrow(/aborted|hang up/);
  });
});
