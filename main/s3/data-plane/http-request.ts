import { request as httpRequest, Agent as HttpAgent, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { appError } from '../../../shared/errors.ts';
import { err, type Result } from '../../../shared/result.ts';
import { mapNetworkError } from '../error-map.ts';
import { encodeKey, encodeQuery, type QueryParameter } from '../sigv4/encode.ts';
import { signRequest } from '../sigv4/sign-request.ts';
import type { DataTarget, RangeOptions } from './transport.ts';

/** No byte in either direction for so long, and the request is cut and retried: total time is never limited. */
export const defaultStallMs = 30_000;

export type HttpSettings = { readonly stallMs: number };

const agents = new Map<string, HttpAgent | HttpsAgent>();

/** One kept-alive agent for each kind of socket. Proxies come from HTTPS_PROXY, HTTP_PROXY and NO_PROXY. */
function agentFor(target: DataTarget): HttpAgent | HttpsAgent {
  const id = `${target.protocol}${target.tls.verify}${target.tls.caBundle ?? ''}`;
  let agent = agents.get(id);
  if (!agent) {
    const options = {
      keepAlive: true,
      keepAliveMsecs: 15_000,
      maxSockets: Infinity,
      scheduling: 'lifo' as const,
      proxyEnv: process.env,
    };
    agent =
      target.protocol === 'http:'
        ? new HttpAgent(options)
        : new HttpsAgent({
            ...options,
            rejectUnauthorized: target.tls.verify,
            ...(target.tls.caBundle === undefined ? {} : { ca: target.tls.caBundle }),
          });
    agents.set(id, agent);
  }
  return agent;
}

export type DataRequest = {
  readonly target: DataTarget;
  readonly method: 'GET' | 'PUT';
  readonly key: string;
  readonly query: readonly QueryParameter[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
};

const sliceBytes = 256 * 1024;

/**
 * Sends one signed request and hands the answer to `read`, which consumes its body. Cuts it when nothing moves for
 * `stallMs`, or when the signal says so. The body is not hashed into the signature (UNSIGNED-PAYLOAD): its CRC32 or
 * MD5 is among the headers, and those are signed.
 */
export function exchange<T>(
  request: DataRequest,
  settings: HttpSettings,
  options: RangeOptions,
  read: (response: IncomingMessage, progress: () => void) => Promise<Result<T>>,
): Promise<Result<T>> {
  const { target } = request;
  const path = target.pathPrefix + encodeKey(request.key);
  const headers: Record<string, string> = { ...request.headers, host: target.host };
  if (request.body) headers['content-length'] = String(request.body.length);
  const signed = signRequest({
    method: request.method,
    path,
    query: request.query,
    headers,
    payloadHash: 'UNSIGNED-PAYLOAD',
    credentials: target.credentials,
    region: target.region,
    dateMs: Date.now() + target.clockOffsetMs,
  });
  const query = encodeQuery(request.query);

  return new Promise((resolve) => {
    if (options.signal?.aborted) {
      resolve(err(abortedError()));
      return;
    }
    let settled = false;
    let answered = false;
    let timer: NodeJS.Timeout | undefined;
    let moves = 0;
    const settle = (result: Result<T>) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', onAbort);
      if (!result.ok) outgoing.destroy();
      resolve(result);
    };
    const onAbort = () => settle(err(abortedError()));
    const progress = () => {
      moves += 1;
      if (!settled) timer?.refresh();
    };
    // A thread that was held up (a disk that takes half a minute to write) meets its timers before its sockets: what
    // has arrived meanwhile is looked at first.
    const onSilence = () => {
      const before = moves;
      setImmediate(() => {
        if (moves === before)
          settle(err(appError('Stalled', { host: target.host, seconds: Math.round(settings.stallMs / 1000) })));
      });
    };
    const outgoing: ClientRequest = (target.protocol === 'https:' ? httpsRequest : httpRequest)(
      {
        agent: agentFor(target),
        host: target.hostname,
        port: target.port,
        method: request.method,
        path: query === '' ? path : `${path}?${query}`,
        headers: { ...headers, ...signed },
        setHost: false,
      },
      (response) => {
        answered = true;
        progress();
        read(response, progress).then(settle, (error: unknown) => settle(err(networkFailure(error, target))));
      },
    );
    // After the answer has begun, the reader sees the failure on the response.
    outgoing.on('error', (error) => {
      if (!answered) settle(err(networkFailure(error, target)));
    });
    timer = setTimeout(onSilence, settings.stallMs);
    options.signal?.addEventListener('abort', onAbort, { once: true });
    if (request.body) writeBody(outgoing, request.body, progress, options.onBytes);
    else outgoing.end();
  });
}

function networkFailure(error: unknown, target: DataTarget) {
  const context = { host: target.host, endpoint: `${target.protocol}//${target.host}` };
  return mapNetworkError(error, context) ?? appError('ConnectionReset', context, error);
}

/** What a cut request answers; the caller knows that it cut it. */
export function abortedError() {
  return appError('ConnectionReset', {}, 'aborted', 'no');
}

/** In slices, so that progress is seen and a slow socket is not mistaken for a stalled one. */
function writeBody(
  outgoing: ClientRequest,
  body: Uint8Array,
  progress: () => void,
  onBytes: ((bytes: number) => void) | undefined,
): void {
  let offset = 0;
  const next = () => {
    if (outgoing.destroyed) return;
    if (offset >= body.length) {
      outgoing.end();
      return;
    }
    const slice = body.subarray(offset, offset + sliceBytes);
    offset += slice.length;
    outgoing.write(slice, (error) => {
      if (error) return;
      progress();
      onBytes?.(slice.length);
      next();
    });
  };
  next();
}

/** Error bodies are small; whatever is longer is not one. */
const maxErrorBytes = 64 * 1024;

export async function readText(response: IncomingMessage, progress: () => void): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    progress();
    size += chunk.length;
    if (size <= maxErrorBytes) chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

export function header(response: IncomingMessage, name: string): string | null {
  const value = response.headers[name];
  return typeof value === 'string' ? value : null;
}
