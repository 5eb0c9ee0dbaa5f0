import { connect as connectSocket, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { exchange } from '../../../main/s3/data-plane/exchange.ts';
import { bareHost, proxyFor, serverName } from '../../../main/s3/data-plane/http/route.ts';
import { ok } from '../../../shared/result.ts';
import {
  answerOf,
  answerRequests,
  certificate,
  connect,
  plain,
  secure,
  send,
  serve,
  serveAnswers,
} from './wire-servers.ts';

const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY'].flatMap((name) => [name, name.toLowerCase()]);
beforeEach(() => {
  for (const name of names) vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** A proxy that makes tunnels to 127.0.0.1 and keeps what it was asked. */
async function startProxy(answer = 'HTTP/1.1 200 Connection established\r\n\r\n', isTls = false) {
  const asked: string[] = [];
  const server = await serve((socket) => {
    let text = '';
    const onData = (bytes: Buffer): void => {
      text += bytes.toString('latin1');
      if (!text.endsWith('\r\n\r\n')) return;
      socket.off('data', onData).pause();
      asked.push(text);
      const port = Number(/^CONNECT \S+:(\d+) /.exec(text)?.[1]);
      const to: Socket = connectSocket(port, '127.0.0.1', () => {
        socket.write(answer);
        socket.pipe(to).pipe(socket);
      });
      to.on('error', () => socket.destroy());
      socket.on('close', () => to.destroy());
    };
    socket.on('data', onData);
  }, isTls);
  return { ...server, asked };
}

describe('which proxy', () => {
  test('none', () => {
    expect(proxyFor(plain(80, 's3.test'))).toBeNull();
  });

  test('by protocol, with its port and its name and password', () => {
    vi.stubEnv('HTTP_PROXY', 'http://proxy.test:3128');
    vi.stubEnv('HTTPS_PROXY', 'https://me:p%40ss%3A@secure.test');
    expect(proxyFor(plain(80, 's3.test'))).toEqual({
      protocol: 'http:',
      hostname: 'proxy.test',
      port: 3128,
      authorization: null,
    });
    expect(proxyFor(secure(443, { verify: true }, 's3.test'))).toEqual({
      protocol: 'https:',
      hostname: 'secure.test',
      port: 443,
      authorization: `Basic ${Buffer.from('me:p@ss:').toString('base64')}`,
    });
  });

  test('none for what NO_PROXY names', () => {
    vi.stubEnv('HTTP_PROXY', 'http://proxy.test:3128');
    vi.stubEnv('NO_PROXY', 'other.test,.inside.test,s3.test:9000');
    const has = (hostname: string, port: number) => proxyFor(plain(port, hostname)) !== null;
    expect(has('other.test', 80)).toBe(false);
    expect(has('bucket.inside.test', 80)).toBe(false);
    expect(has('s3.test', 9000)).toBe(false);
    expect(has('s3.test', 9001)).toBe(true);
    expect(has('not-other.test', 80)).toBe(true);
  });

  test('no other kind of proxy', () => {
    vi.stubEnv('HTTP_PROXY', 'socks5://proxy.test:1080');
    expect(() => proxyFor(plain(80, 's3.test'))).toThrow(TypeError);
  });

  test('none that only ALL_PROXY names: requests of the SDK do not go there either', () => {
    vi.stubEnv('ALL_PROXY', 'http://proxy.test:3128');
    expect(proxyFor(plain(80, 's3.test'))).toBeNull();
    expect(proxyFor(secure(443, { verify: true }, 's3.test'))).toBeNull();
  });

  test.each([
    ['https:', 'HTTPS_PROXY', 'socks5://proxy.test:1080'],
    ['http:', 'HTTP_PROXY', 'socks5://proxy.test:1080'],
    ['https:', 'HTTPS_PROXY', 'http://me:100%zz@proxy.test:3128'],
  ] as const)('a request over %s by %s=%s fails by name', async (protocol, name, value) => {
    vi.stubEnv(name, value);
    const target = {
      protocol,
      hostname: 's3.test',
      port: 443,
      host: 's3.test',
      pathPrefix: '/',
      region: 'us-east-1',
      bucket: 'box',
      clockOffsetMs: 0,
      tls: { verify: true },
      credentials: { accessKeyId: 'a', secretAccessKey: 's' },
    };
    const request = { target, operation: 'GetObject', method: 'GET', key: 'k', query: [], headers: {} } as const;
    const answer = await exchange(request, { stallMs: 30_000 }, {}, { onEnd: () => ok() });
    expect(answer).toMatchObject({ ok: false, error: { code: 'EndpointUnreachable', retry: 'no' } });
    expect(JSON.stringify(answer)).not.toContain('zz');
  });

  test('addresses', () => {
    expect(bareHost('[::1]')).toBe('::1');
    expect(bareHost('s3.test')).toBe('s3.test');
    expect(serverName('[::1]')).toBeUndefined();
    expect(serverName('127.0.0.1')).toBeUndefined();
    expect(serverName('s3.test')).toBe('s3.test');
  });
});

describe('https', () => {
  const tls = { verify: true, caBundle: certificate };

  test('in a tunnel that serves more than one request', async () => {
    const server = await serveAnswers((request) => answerOf(request.slice(0, 6)), true);
    const proxy = await startProxy();
    vi.stubEnv('HTTPS_PROXY', `http://me:secret@127.0.0.1:${proxy.port}`);
    const { connection, said } = connect(secure(server.port, tls));
    expect(await send(connection, { target: '/1' })).toEqual({ status: 200, body: 'GET /1' });
    expect(await send(connection, { body: Buffer.from('ab') })).toEqual({ status: 200, body: 'PUT / ' });
    expect(said).toEqual(['idle', 'idle']);
    const place = `localhost:${server.port}`;
    const authorization = Buffer.from('me:secret').toString('base64');
    expect(proxy.asked).toEqual([
      `CONNECT ${place} HTTP/1.1\r\nhost: ${place}\r\nproxy-authorization: Basic ${authorization}\r\n\r\n`,
    ]);
  });

  test('the server in the tunnel is verified', async () => {
    const server = await serveAnswers(() => answerOf('a'), true);
    const proxy = await startProxy();
    vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${proxy.port}`);
    expect(await send(connect(secure(server.port, { verify: true })).connection)).toMatchObject({
      error: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
      isUnanswered: true,
    });
    expect(await send(connect(secure(server.port, { verify: false })).connection)).toMatchObject({ status: 200 });
  });

  test('an end in the tunnel is heard', async () => {
    const server = await serveAnswers(() => answerOf('a'), true);
    const proxy = await startProxy();
    vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${proxy.port}`);
    const { connection, said, gone } = connect(secure(server.port, tls));
    await send(connection);
    server.sockets[0]?.end();
    await gone;
    expect(said).toEqual(['idle', 'gone']);
  });

  test.each([
    ['407', 'HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 2\r\n\r\nno'],
    ['502', 'HTTP/1.1 502 Bad Gateway\r\n\r\n'],
    ['no HTTP', 'SSH-2.0-x\r\n\r\n'],
    ['a server that talks before TLS does', 'HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n'],
  ])('a proxy that answers with %s', async (name, answer) => {
    const server = await serveAnswers(() => answerOf('a'), true);
    const proxy = await startProxy(answer);
    vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${proxy.port}`);
    const { connection, said } = connect(secure(server.port, tls));
    const outcome = await send(connection);
    expect(outcome).toMatchObject({ error: { code: 'ERR_PROXY_TUNNEL' }, isUnanswered: true });
    if (/^\d/.test(name)) expect(outcome).toHaveProperty('error.message', expect.stringContaining(`HTTP ${name}`));
    expect(said).toEqual(['gone']);
  });

  test('a proxy that ends the connection, and one that is not there', async () => {
    const proxy = await serve((socket) => socket.resume().end());
    vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${proxy.port}`);
    expect(await send(connect(secure(443, tls)).connection)).toMatchObject({ error: { code: 'ERR_PROXY_TUNNEL' } });
    await proxy.close();
    expect(await send(connect(secure(443, tls)).connection)).toMatchObject({ error: { code: 'ECONNREFUSED' } });
  });

  test('ended by us while the proxy thinks', async () => {
    const proxy = await serve(() => undefined);
    vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${proxy.port}`);
    const { connection, said } = connect(secure(443, tls));
    let isHeard = false;
    void send(connection).then(() => (isHeard = true));
    await vi.waitUntil(() => proxy.sockets.length === 1);
    const closed = new Promise((resolve) => proxy.sockets[0]?.resume().once('close', resolve));
    connection.destroy();
    await closed;
    expect(said).toEqual(['gone']);
    expect(isHeard).toBe(false);
  });
});

describe('http', () => {
  test('goes to the proxy itself', async () => {
    const asked: string[] = [];
    const proxy = await serve((socket) =>
      answerRequests(socket, (request) => {
        asked.push(request);
        return answerOf('from the proxy');
      }),
    );
    vi.stubEnv('HTTP_PROXY', `http://127.0.0.1:${proxy.port}`);
    const { connection } = connect(plain(80, 's3.test'));
    expect(await send(connection, { target: 'http://s3.test/a' })).toEqual({ status: 200, body: 'from the proxy' });
    expect(asked).toEqual(['GET http://s3.test/a HTTP/1.1\r\nhost: test\r\n\r\n']);
  });

  test('a proxy behind https is verified', async () => {
    const proxy = await serveAnswers(() => answerOf('a'), true);
    vi.stubEnv('HTTP_PROXY', `https://localhost:${proxy.port}`);
    expect(await send(connect(plain(80, 's3.test')).connection)).toMatchObject({
      error: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
      isUnanswered: true,
    });
  });
});

test('an IPv6 address', async () => {
  // Only loopback, as all of these servers; a machine without IPv6 says so when it is asked to listen.
  const server = await serve((socket) => answerRequests(socket, () => answerOf('six')), false, '::1').catch(
    (error: NodeJS.ErrnoException) => error,
  );
  if (server instanceof Error) {
    expect(server.code).toMatch(/EADDRNOTAVAIL|EAFNOSUPPORT/);
    return;
  }
  expect(await send(connect(plain(server.port, '[::1]')).connection)).toEqual({ status: 200, body: 'six' });
});
