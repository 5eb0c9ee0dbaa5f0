import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach } from 'vitest';
import { type Connection, openConnection, type WireRequest } from '../../../main/s3/data-plane/http/connection.ts';
import { formatRequestHead } from '../../../main/s3/data-plane/http/request-head.ts';
import { bodyOfBytes } from '../../../main/s3/data-plane/http/wire-body.ts';
import { type Origin, proxyFor } from '../../../main/s3/data-plane/http/route.ts';
import { unlimited } from '../../../main/s3/data-plane/rate-limit.ts';

const fixture = (name: string) =>
  readFileSync(new URL(`../../fixtures/tls/localhost.${name}.pem`, import.meta.url), 'utf8');
export const certificate = fixture('cert');

const ends: (() => unknown)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A server on 127.0.0.1 with all its sockets; gone after the test. */
export async function serve(onSocket: (socket: Socket) => void, isTls = false, host = '127.0.0.1') {
  const sockets: Socket[] = [];
  const listener = (socket: Socket): void => {
    // Ours leave without a word, and tests of refusals want that.
    socket.on('error', () => undefined);
    sockets.push(socket);
    onSocket(socket);
  };
  const options = { key: fixture('key'), cert: certificate };
  const server: Server = isTls ? createTlsServer(options, listener) : createServer(listener);
  server.on('connection', (socket: Socket) => ends.push(() => socket.destroy()));
  ends.push(() => server.close());
  server.listen(0, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** A server that answers each whole request (of any body) with what `answer` says of it; null: with nothing. */
export const serveAnswers = (answer: (request: string) => string | null, isTls = false) =>
  serve((socket) => answerRequests(socket, answer), isTls);

export function answerRequests(socket: Socket, answer: (request: string) => string | null): void {
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
    for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
      const length = Number(/content-length: (\d+)/i.exec(text.slice(0, end))?.[1] ?? 0);
      if (text.length < end + 4 + length) return;
      const request = text.slice(0, end + 4 + length);
      text = text.slice(request.length);
      const answered = answer(request);
      if (answered !== null) socket.write(answered, 'latin1');
    }
  });
}

export const plain = (port: number, hostname = '127.0.0.1'): Origin => ({
  protocol: 'http:',
  hostname,
  port,
  tls: { verify: true },
});

export const secure = (port: number, tls: Origin['tls'], hostname = 'localhost'): Origin => ({
  protocol: 'https:',
  hostname,
  port,
  tls,
});

export type Outcome =
  | { readonly status: number; readonly body: string }
  | { readonly error: Error & { readonly code?: string }; readonly isUnanswered: boolean };

/** Sends one request on the connection and says what came of it. */
export function send(
  connection: Connection,
  { target = '/', body = null, isHead = false }: { target?: string; body?: Uint8Array | null; isHead?: boolean } = {},
  hear: Partial<Pick<WireRequest, 'onHead' | 'onSent'>> = {},
): Promise<Outcome> {
  return new Promise((resolve) => {
    let status = 0;
    let text = '';
    connection.start({
      head: formatRequestHead({
        method: isHead ? 'HEAD' : body === null ? 'GET' : 'PUT',
        target,
        headers: { host: 'test', ...(body === null ? {} : { 'content-length': String(body.length) }) },
      }),
      body: body === null ? null : bodyOfBytes(body),
      isHead,
      limiters: unlimited,
      onProgress: () => undefined,
      onSent: (bytes) => hear.onSent?.(bytes),
      onHead(head) {
        ({ status } = head);
        hear.onHead?.(head);
      },
      onBody: (bytes) => (text += Buffer.from(bytes).toString('latin1')),
      onEnd: () => resolve({ status, body: text }),
      onFail: (error, isUnanswered) => resolve({ error, isUnanswered }),
    });
  });
}

/** A connection with what it said of itself, in order. */
export function connect(origin: Origin) {
  const said: (string | number | null)[] = [];
  let tellGone = (): void => undefined;
  const gone = new Promise<void>((resolve) => (tellGone = resolve));
  const connection = openConnection(origin, proxyFor(origin), {
    onIdle: (keptMs) => void said.push(keptMs === null ? 'idle' : keptMs),
    onGone() {
      said.push('gone');
      tellGone();
    },
  });
  ends.push(() => connection.destroy());
  return { connection, said, gone };
}

export const answerOf = (body: string, headers = '', status = '200 OK') =>
  `HTTP/1.1 ${status}\r\ncontent-length: ${body.length}\r\n${headers}\r\n${body}`;
