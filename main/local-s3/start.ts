import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../shared/domain/clock.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { createLocalS3Handler, type HttpHandler } from './handler.ts';
import type { FindSecret } from './http/authenticate.ts';
import { systemCode } from './storage/file-errors.ts';
import { openLocalStore } from './storage/store.ts';

export type LocalS3Options = {
  /** Made when it is not there. One server at a time may use it. */
  readonly folder: string;
  /** 0 or absent: a free one. */
  readonly port?: number | undefined;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Asked for every other key. None is known when left out. */
  readonly findSecret?: FindSecret | undefined;
  readonly clock?: Pick<Clock, 'nowMs'> | undefined;
  /** False leaves out fsync, for tests and benchmarks on folders nobody keeps. Default true. */
  readonly durable?: boolean | undefined;
  /** S3 takes no part below 5 MiB but the last; tests that send many cut smaller. */
  readonly minPartBytes?: number | undefined;
  /** Puts something in front of the server. */
  readonly wrap?: ((handler: HttpHandler) => HttpHandler) | undefined;
  /** Told of failures that the client only hears as InternalError (a full disk, a bug). */
  readonly onError?: ((thrown: unknown) => void) | undefined;
};

export type LocalS3 = {
  /** `http://127.0.0.1:port`: path-style addressing, any region. */
  readonly endpointUrl: string;
  readonly port: number;
  /** Stops listening and cuts what is under way; nothing half-written stays. Idempotent. */
  close(): Promise<void>;
};

/**
 * Starts an S3 server on a folder, for this machine only (127.0.0.1). How the folder is laid out: storage/layout.ts.
 * Fails with what the file system says about the folder, or EndpointUnreachable when the port is taken.
 */
export async function startLocalS3(options: LocalS3Options): Promise<Result<LocalS3>> {
  const nowMs = () => options.clock?.nowMs() ?? Date.now();
  let handler: HttpHandler;
  try {
    const store = await openLocalStore(options.folder, nowMs, options.durable ?? true);
    handler = createLocalS3Handler({
      store,
      findSecret: findSecretOf(options),
      nowMs,
      minPartBytes: options.minPartBytes,
      onError: options.onError ?? (() => undefined),
    });
  } catch (thrown) {
    return err(folderError(thrown, options.folder));
  }
  const wrapped = options.wrap?.(handler) ?? handler;
  const server = createServer({ maxHeaderSize: 65_536, keepAliveTimeout: 75_000, requestTimeout: 0, noDelay: true });
  server.on('request', (request, response) => void wrapped(request, response, false));
  server.on('checkContinue', (request, response) => void wrapped(request, response, true));
  try {
    const port = await listen(server, options.port ?? 0);
    return ok({ endpointUrl: `http://127.0.0.1:${port}`, port, close: () => closeServer(server) });
  } catch (thrown) {
    return err(appError('EndpointUnreachable', { endpoint: `127.0.0.1:${options.port ?? 0}` }, thrown, 'no'));
  }
}

/** The one key pair is good with any session token, or none. */
function findSecretOf({ accessKeyId, secretAccessKey, findSecret }: LocalS3Options): FindSecret {
  return (askedId, sessionToken) => {
    if (askedId === accessKeyId) return { secretAccessKey };
    return findSecret?.(askedId, sessionToken) ?? { refuse: 'InvalidAccessKeyId' };
  };
}

function folderError(thrown: unknown, path: string) {
  switch (systemCode(thrown)) {
    case 'EACCES':
    case 'EPERM':
      return appError('LocalAccessDenied', { path }, thrown);
    case 'EROFS':
      return appError('ReadOnlyFileSystem', { path }, thrown);
    case 'ENOSPC':
    case 'EDQUOT':
      return appError('DiskFull', { path }, thrown);
    case 'ENOTDIR':
    case 'EEXIST':
      return appError('NotADirectory', { path }, thrown);
    case undefined:
    default:
      return appError('LocalIoError', { path }, thrown);
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
