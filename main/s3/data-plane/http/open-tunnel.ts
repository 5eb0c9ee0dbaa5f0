import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { limitConnecting } from './limit-connecting.ts';
import { formatRequestHead } from './request-head.ts';
import { createResponseParser, type ResponseHead } from './response-parser.ts';
import { bareHost, type Origin, type Proxy, serverName } from './route.ts';

/**
 * Asks a proxy for a connection to the server and hands it to `onOpen`, which answers how to end what it makes of it.
 * `onClose` hears of failures before that: with the code ERR_PROXY_TUNNEL when the proxy refuses. Answers how to end it.
 */
export function openTunnel(
  proxy: Proxy,
  { hostname, port }: Origin,
  onOpen: (socket: Socket) => () => void,
  onClose: (error: Error | null) => void,
  connectMs: number,
): () => void {
  const address = { host: bareHost(proxy.hostname), port: proxy.port };
  const name = serverName(proxy.hostname);
  const isTls = proxy.protocol === 'https:';
  const socket: Socket = isTls
    ? connectTls({ ...address, ...(name === undefined ? {} : { servername: name }) })
    : connectPlain(address);
  const liftLimit = limitConnecting(socket, connectMs);
  let end = (): void => void socket.destroy();
  let failure: Error | null = null;
  const refuse = (reason: string): void => {
    socket.destroy(Object.assign(new Error(reason), { code: 'ERR_PROXY_TUNNEL' }));
  };
  const place = `${hostname}:${port}`;
  socket.once(isTls ? 'secureConnect' : 'connect', () => {
    const headers = {
      host: place,
      ...(proxy.authorization === null ? {} : { 'proxy-authorization': proxy.authorization }),
    };
    socket.write(formatRequestHead({ method: 'CONNECT', target: place, headers }), 'latin1');
  });
  const onHead = ({ status }: ResponseHead): void => {
    if (status < 200 || status > 299) return refuse(`The proxy answered with HTTP ${status} to CONNECT`);
    liftLimit();
    socket.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClosed);
    end = onOpen(socket);
  };
  // An answer to CONNECT has no body, like one to HEAD: what follows is the server's.
  const parser = createResponseParser({ onHead, onBody: () => undefined }, true);
  const onData = (bytes: Buffer): void => {
    try {
      if (parser.push(bytes) < bytes.length) refuse('The proxy sent more than an answer to CONNECT');
    } catch (error) {
      refuse(error instanceof Error ? error.message : String(error));
    }
  };
  const onEnd = (): void => refuse('The proxy ended the connection before it was made');
  const onError = (error: Error): void => void (failure ??= error);
  const onClosed = (): void => onClose(failure);
  socket.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClosed);
  return () => end();
}
