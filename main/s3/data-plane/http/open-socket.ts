import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { defaultConnectMs, limitConnecting } from './limit-connecting.ts';
import { openTunnel } from './open-tunnel.ts';
import { bareHost, type Origin, type Proxy, serverName } from './route.ts';
import { recalledSession, rememberSessions } from './tls-sessions.ts';

export type SocketHandler = {
  /** Requests may be written to it. */
  onOpen(socket: Socket): void;
  /** The bytes are only good for as long as the call takes. */
  onBytes(bytes: Buffer): void;
  /** Nothing more comes. */
  onEnd(): void;
  /** Once, after everything else; also when it was destroyed. */
  onClose(error: Error | null): void;
};

/** Much of what the kernel holds for a fast connection at once. */
const readBytes = 128 * 1024;

/**
 * Opens a socket to the server, through the proxy where there is one: a tunnel (CONNECT) for https. It reads into one
 * buffer that is used again and again, so that nothing is allocated for each chunk. Nothing heard for `connectMs` before
 * it is open is a failure: ETIMEDOUT of `connect`. Answers how to end it.
 */
export function openSocket(
  origin: Origin,
  proxy: Proxy | null,
  handler: SocketHandler,
  connectMs = defaultConnectMs,
): () => void {
  const onread = {
    buffer: Buffer.allocUnsafeSlow(readBytes),
    callback(count: number, buffer: Uint8Array): boolean {
      handler.onBytes((buffer as Buffer).subarray(0, count));
      return true;
    },
  };
  if (proxy !== null && origin.protocol === 'https:') {
    return openTunnel(
      proxy,
      origin,
      (socket) => {
        const secured = connectTls({ ...tlsOptionsOf(origin), socket });
        rememberSessions(secured, origin);
        secured.once('secureConnect', limitConnecting(secured, connectMs));
        // A socket on top of another one has no read buffer of its own.
        secured.on('data', (bytes: Buffer) => handler.onBytes(bytes));
        return listen(secured, 'secureConnect', handler);
      },
      (error) => handler.onClose(error),
      connectMs,
    );
  }
  const to = proxy === null ? origin : { ...proxy, tls: { verify: true } };
  const address = { host: bareHost(to.hostname), port: to.port, onread };
  if (to.protocol === 'http:') {
    const socket = connectPlain(address);
    socket.once('connect', limitConnecting(socket, connectMs));
    return listen(socket, 'connect', handler);
  }
  const socket = connectTls({ ...address, ...tlsOptionsOf(to) });
  rememberSessions(socket, to);
  socket.once('secureConnect', limitConnecting(socket, connectMs));
  return listen(socket, 'secureConnect', handler);
}

export function tlsOptionsOf(origin: Origin): ConnectionOptions {
  const { verify, caBundle } = origin.tls;
  const servername = serverName(origin.hostname);
  const session = recalledSession(origin);
  return {
    rejectUnauthorized: verify,
    ...(caBundle === undefined ? {} : { ca: caBundle }),
    ...(servername === undefined ? {} : { servername }),
    ...(session === undefined ? {} : { session }),
  };
}

/** Joins a socket with its handler; answers how to end it. */
export function listen(
  socket: Socket,
  openEvent: 'connect' | 'secureConnect',
  handler: Pick<SocketHandler, 'onOpen' | 'onEnd' | 'onClose'>,
): () => void {
  let failure: Error | null = null;
  socket.setNoDelay(true);
  socket.setKeepAlive(true, 15_000);
  socket.once(openEvent, () => handler.onOpen(socket));
  socket.on('error', (error) => (failure ??= error));
  socket.on('end', () => handler.onEnd());
  socket.on('close', () => handler.onClose(failure));
  return () => socket.destroy();
}
