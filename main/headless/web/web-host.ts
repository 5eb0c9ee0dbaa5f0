import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { webPaths } from '../../../shared/contract/wire.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { Engine } from '../../engine-types.ts';
import { answerError, answerJson, refuse, safeHeaders } from './answers.ts';
import { serveDownload } from './download.ts';
import { decodeSegments, isOwnHost, isOwnOrigin } from './guards.ts';
import { previewIdIn, servePreview } from './preview.ts';
import { openSessions, type WebSessions } from './session.ts';
import { receiveBatch } from './spool-batch.ts';
import { openSpool, type Spool } from './spool.ts';
import { serveStatic } from './static-files.ts';
import { maxMessageBytes, serveWindow } from './window-socket.ts';

export interface WebHostOptions {
  readonly engine: Engine;
  readonly dataDir: string;
  /** The built window. */
  readonly rendererDir: string;
  /** 0: a free one. */
  readonly port: number;
  /** Remove what earlier runs left in the spool: only the process that holds the data folder may. */
  readonly cleanSpool: boolean;
  /** Development only: answers requests for the window's files instead of `rendererDir`. */
  readonly serveFiles?: (request: IncomingMessage, response: ServerResponse) => void;
  /** Development only: the session's secret, kept over restarts. */
  readonly sessionSecret?: string;
}

export interface WebHost {
  /** Opens the window once; carries the token. */
  readonly url: string;
  readonly port: number;
  /** Ends every connection. The engine is the caller's. */
  close(): Promise<void>;
}

type Context = WebHostOptions & { readonly sessions: WebSessions; readonly spool: Spool };

/** The window in a browser: the same engine, contract and content policy as the app, on 127.0.0.1 only. */
export async function startWebHost(options: WebHostOptions): Promise<Result<WebHost>> {
  // No limit on the time of a whole request: a dropped file may take hours to arrive.
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 60_000 });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port, '127.0.0.1', resolve);
    });
  } catch (failure) {
    const code = failure instanceof Error && 'code' in failure ? String(failure.code) : '';
    return err(appError('InvalidInput', { field: 'port', value: options.port, reason: code }, failure));
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The web host has no port.');
  const { port } = address;
  const spool = openSpool(options.dataDir);
  if (options.cleanSpool) {
    const listed = await options.engine.call('transfers.list', {});
    if (listed.ok) await spool.removeLeftovers(listed.value.jobs);
  }
  const context: Context = { ...options, port, sessions: openSessions(port, options.sessionSecret), spool };
  const windows = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes, perMessageDeflate: false });

  server.on('request', (request, response) => {
    answer(context, request, response).catch(() => {
      if (response.headersSent) response.destroy();
      else refuse(response, 500, 'Something went wrong in Bucket Brigade itself.');
    });
  });
  server.on('upgrade', (request, socket, head) => {
    const refusal = whyNoSocket(context, request);
    if (refusal !== null) return refuseUpgrade(socket, refusal);
    windows.handleUpgrade(request, socket, head, (window) => serveWindow(options.engine, spool, window));
  });
  return ok({
    port,
    url: `http://127.0.0.1:${port}/?token=${context.sessions.token}`,
    close: async () => {
      for (const window of windows.clients) window.terminate();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  });
}

const needsToken =
  'This address opens only with the link that was printed in the terminal, and that link works once, in one browser. ' +
  'End Bucket Brigade there with Ctrl+C and start it again (npm start, or brigade serve) for a new link.';

async function answer(context: Context, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { port, sessions, engine, spool } = context;
  const { host, origin, cookie } = request.headers;
  if (!isOwnHost(host, port)) return refuse(response, 421, 'This host is only known as 127.0.0.1 and localhost.');
  const method = request.method ?? '';
  const url = URL.parse(request.url ?? '', `http://${host}`);
  // An absolute request target names a host of its own.
  if (url === null || url.host !== host) return refuse(response, 400, 'Not a path.');
  if (method !== 'GET' && !isOwnOrigin(origin, host)) return refuse(response, 403, 'This came from another page.');

  const token = url.searchParams.get('token');
  if (method === 'GET' && url.pathname === '/' && token !== null) {
    const setCookie = sessions.redeem(token);
    if (setCookie === null && !sessions.admits(cookie)) return refuse(response, 401, needsToken);
    const headers = { ...safeHeaders, location: '/', ...(setCookie === null ? {} : { 'set-cookie': setCookie }) };
    response.writeHead(303, headers).end();
    return;
  }
  if (!sessions.admits(cookie)) return refuse(response, 401, needsToken);

  if (url.pathname === webPaths.spool && method === 'POST') {
    request.resume();
    const opened = await spool.open();
    return opened.ok ? answerJson(response, 200, opened.value) : answerError(response, opened.error);
  }
  if (url.pathname.startsWith(`${webPaths.spool}/`) && (method === 'PUT' || method === 'DELETE')) {
    return receiveSpooled(context, request, response);
  }
  if (method !== 'GET') return refuse(response, 405, 'Only GET.');
  if (url.pathname === webPaths.download) return serveDownload(engine, response, url.searchParams);
  const previewId = previewIdIn(url.pathname);
  if (previewId !== null) return servePreview(engine, request, response, previewId);
  if (context.serveFiles !== undefined) return context.serveFiles(request, response);
  return serveStatic(response, context.rendererDir, url.pathname);
}

async function receiveSpooled({ spool }: Context, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // Not url.pathname: the URL parser would resolve `..` before anybody could refuse it.
  const [path = '', query] = (request.url ?? '').split('?', 2);
  const segments = decodeSegments(path.slice(webPaths.spool.length + 1));
  const [spoolId, ...names] = segments ?? [];
  const finish = (done: Result<void>): void => {
    if (!done.ok) return answerError(response, done.error);
    response.writeHead(204, safeHeaders).end();
  };
  if (request.method === 'DELETE' && spoolId !== undefined && names.length === 0) {
    return finish(await spool.discard(spoolId));
  }
  if (request.method === 'PUT' && spoolId !== undefined && names.length === 0 && query === 'files') {
    const received = await receiveBatch(request, {
      writeSmall: (path, bytes) => spool.writeSmall(spoolId, path, bytes),
      makeFolder: (path) => spool.makeFolder(spoolId, path),
    });
    return finish(received);
  }
  if (request.method === 'DELETE' || spoolId === undefined || names.length === 0) {
    return answerError(response, appError('UnsafePath', { path: names.join('/') }));
  }
  if (query === 'folder') {
    request.resume();
    return finish(await spool.makeFolder(spoolId, names));
  }
  return finish(await spool.write(spoolId, names, request));
}

function whyNoSocket({ port, sessions }: Context, request: IncomingMessage): string | null {
  const { host, origin, cookie } = request.headers;
  if (!isOwnHost(host, port)) return '421 Misdirected Request';
  if (!isOwnOrigin(origin, host)) return '403 Forbidden';
  if (!sessions.admits(cookie)) return '401 Unauthorized';
  return request.url === webPaths.socket ? null : '404 Not Found';
}

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.on('error', () => undefined);
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
