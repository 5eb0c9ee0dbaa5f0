import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener, type Server as HttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { probeEndpoint } from '../../main/connections/probe-endpoint.ts';

const certificate = {
  key: readFileSync(new URL('../fixtures/tls/localhost.key.pem', import.meta.url)),
  cert: readFileSync(new URL('../fixtures/tls/localhost.cert.pem', import.meta.url)),
};

let servers: (Server | HttpServer)[] = [];
let sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers) server.close();
  sockets = [];
  servers = [];
});

async function portOf(server: Server | HttpServer): Promise<number> {
  servers.push(server);
  server.on('connection', (socket: Socket) => sockets.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const http = async (listener: RequestListener) => `http://127.0.0.1:${await portOf(createHttpServer(listener))}`;
const answer =
  (status: number, body: string, headers: Record<string, string> = {}): RequestListener =>
  (_, response) => {
    response.writeHead(status, headers).end(body);
  };
const tcp = async (onSocket: (socket: Socket) => void) => `http://127.0.0.1:${await portOf(createTcpServer(onSocket))}`;

describe('a server that answers', () => {
  it('is fine with what S3 servers say to nobody, and tells its time', async () => {
    const date = 'Tue, 01 Jan 2030 00:00:00 GMT';
    const endpoint = await http(
      answer(403, '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', { server: 'Test', date }),
    );
    expect(await probeEndpoint(endpoint)).toEqual({
      ok: true,
      value: { status: 403, server: 'Test', dateMs: Date.parse(date), listsBucketsToAnybody: false },
    });
  });

  it.each([
    [307, ''],
    [200, '<?xml version="1.0"?><ListAllMyBucketsResult/>'],
    [400, '<?xml version="1.0"?><Error/>'],
    [404, '{"error":"not found"}'],
    [301, '<html>Moved</html>'],
  ])('with %i %s is fine', async (status, body) => {
    expect(await probeEndpoint(await http(answer(status, body)))).toMatchObject({ ok: true, value: { status } });
  });

  it('may list its buckets to anybody', async () => {
    const endpoint = await http(answer(200, '<?xml version="1.0"?><ListAllMyBucketsResult xmlns="x"/>'));
    expect(await probeEndpoint(endpoint)).toMatchObject({ ok: true, value: { listsBucketsToAnybody: true } });
  });

  it('may have no clock', async () => {
    const endpoint = await tcp((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));
    expect(await probeEndpoint(endpoint)).toMatchObject({ ok: true, value: { dateMs: null } });
  });

  it('with a web page is no S3 endpoint', async () => {
    const endpoint = await http(answer(200, '\n<!DOCTYPE html><html><title>Console</title></html>'));
    expect(await probeEndpoint(endpoint)).toMatchObject({
      ok: false,
      error: { code: 'NotAnS3Endpoint', context: { endpoint, status: 200 } },
    });
    expect(await probeEndpoint(await http(answer(404, '<html>nothing here</html>')))).toMatchObject({
      ok: false,
      error: { code: 'NotAnS3Endpoint' },
    });
  });

  it('with the page of a gateway is unreachable', async () => {
    expect(await probeEndpoint(await http(answer(502, '<html>Bad Gateway</html>')))).toMatchObject({
      ok: false,
      error: { code: 'EndpointUnreachable', context: { status: 502 } },
    });
  });

  it('in another language is no S3 endpoint', async () => {
    const endpoint = await tcp((socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'));
    expect(await probeEndpoint(endpoint)).toMatchObject({ ok: false, error: { code: 'NotAnS3Endpoint' } });
  });

  it('that goes on for ever is not listened to for ever', async () => {
    const endpoint = await http((_, response) => {
      response.writeHead(200);
      const more = () => response.write('x'.repeat(2000), () => setImmediate(more));
      more();
    });
    expect(await probeEndpoint(endpoint)).toMatchObject({ ok: true });
  });
});

describe('a server that does not', () => {
  it('is named by what is wrong', async () => {
    expect(await probeEndpoint('http://no-such-host.invalid')).toMatchObject({
      ok: false,
      error: { code: 'HostNotFound', context: { host: 'no-such-host.invalid' } },
    });
    const closed = createTcpServer();
    const port = await portOf(closed);
    closed.close();
    await once(closed, 'close');
    servers = [];
    expect(await probeEndpoint(`http://127.0.0.1:${port}`)).toMatchObject({
      ok: false,
      error: {
        code: 'EndpointUnreachable',
        context: { host: `127.0.0.1:${port}`, port, refusedAt: `127.0.0.1:${port}` },
      },
    });
    // A name of several addresses, all of which refuse.
    expect(await probeEndpoint(`http://localhost:${port}`)).toMatchObject({
      ok: false,
      error: { context: { refusedAt: `localhost:${port}` } },
    });
    expect(await probeEndpoint(await tcp((socket) => socket.destroy()))).toMatchObject({
      ok: false,
      error: { code: 'ConnectionReset' },
    });
  });

  it('stalls when it is silent', async () => {
    expect(await probeEndpoint(await tcp(() => undefined), { timeoutMs: 100 })).toMatchObject({
      ok: false,
      error: { code: 'Stalled' },
    });
  });

  it('is not waited for after the test was cancelled', async () => {
    const controller = new AbortController();
    const endpoint = await tcp(() => controller.abort());
    expect(await probeEndpoint(endpoint, { signal: controller.signal })).toMatchObject({
      ok: false,
      error: { code: 'Cancelled' },
    });
    expect(await probeEndpoint(endpoint, { signal: controller.signal })).toMatchObject({ ok: false });
  });
});

describe('TLS', () => {
  const secure = async (host: string) =>
    `https://${host}:${await portOf(createHttpsServer(certificate, answer(403, '<Error/>')))}`;

  it('with a certificate nobody knows fails, unless it is given or not asked for', async () => {
    const endpoint = await secure('127.0.0.1');
    expect(await probeEndpoint(endpoint)).toMatchObject({
      ok: false,
      error: { code: 'TlsFailed', context: { systemCode: 'DEPTH_ZERO_SELF_SIGNED_CERT' } },
    });
    const caBundle = certificate.cert.toString();
    expect(await probeEndpoint(endpoint, { tls: { verify: true, caBundle } })).toMatchObject({ ok: true });
    expect(await probeEndpoint(endpoint, { tls: { verify: false } })).toMatchObject({ ok: true });
  });

  it('is not spoken on a port of plain HTTP, nor the other way round', async () => {
    const plain = await http(answer(403, '<Error/>'));
    expect(await probeEndpoint(plain.replace('http:', 'https:'))).toMatchObject({
      ok: false,
      error: { code: 'TlsFailed' },
    });
    const wantsTls = await http(answer(400, 'Client sent an HTTP request to an HTTPS server.\n'));
    expect(await probeEndpoint(wantsTls)).toMatchObject({ ok: false, error: { code: 'TlsFailed' } });
  });
});
