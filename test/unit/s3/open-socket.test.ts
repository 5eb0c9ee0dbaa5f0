import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openSocket } from '../../../main/s3/data-plane/http/open-socket.ts';
import type { Origin, Proxy } from '../../../main/s3/data-plane/http/route.ts';
import { mapNetworkError } from '../../../main/s3/network-errors.ts';
import { certificate, plain, secure, serve } from './wire-servers.ts';

/** Opens a socket that may take so long; answers how it ended, or what was heard of it. */
function open(origin: Origin, proxy: Proxy | null, connectMs: number) {
  const heard: string[] = [];
  const ended = new Promise<Error | null>((resolve) => {
    const onOpen = (socket: Socket) => {
      heard.push('open');
      socket.write('hello');
    };
    const onBytes = (bytes: Buffer) => heard.push(bytes.toString('latin1'));
    openSocket(origin, proxy, { onOpen, onBytes, onEnd: () => undefined, onClose: resolve }, connectMs);
  });
  return { heard, ended };
}

const trusted = { verify: true, caBundle: certificate };
const mute = () => serve(() => undefined);

test('a server that takes the connection and never shakes hands is not reached', async () => {
  const server = await mute();
  const { heard, ended } = open(secure(server.port, trusted), null, 100);
  const error = await ended;
  expect(mapNetworkError(error)?.code).toBe('EndpointUnreachable');
  expect(error?.message).toBe('No connection after 0.1 s');
  expect(heard).toEqual([]);
});

test('nor is one behind a proxy that does not answer', async () => {
  const server = await mute();
  const proxy: Proxy = { protocol: 'http:', hostname: '127.0.0.1', port: server.port, authorization: null };
  const { ended } = open(secure(443, trusted), proxy, 100);
  expect(mapNetworkError(await ended)?.code).toBe('EndpointUnreachable');
});

test.each([
  { name: 'http', isTls: false },
  { name: 'https', isTls: true },
])('once it is open ($name), silence is no failure of the connection', async ({ isTls }) => {
  const server = await serve((socket) => {
    socket.once('data', () => {
      void delay(1300).then(() => socket.end('late'));
    });
  }, isTls);
  const origin = isTls ? secure(server.port, trusted) : plain(server.port);
  const { heard, ended } = open(origin, null, 1000);
  expect(await ended).toBeNull();
  expect(heard).toEqual(['open', 'late']);
});
