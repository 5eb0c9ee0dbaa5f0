import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { mapNetworkError } from '../s3/network-errors.ts';

export type EndpointProbe = {
  readonly status: number;
  /** The server's own name for itself, or null. */
  readonly server: string | null;
  /** Of its Date header, in milliseconds since 1970; whole seconds. */
  readonly dateMs: number | null;
  /** It answered nobody's question with a bucket list: whom it refuses that to, it refuses for the credentials. */
  readonly listsBucketsToAnybody: boolean;
};

export type ProbeOptions = {
  readonly tls?: { readonly verify: boolean; readonly caBundle?: string | undefined } | undefined;
  readonly signal?: AbortSignal | undefined;
  /** For the whole exchange. */
  readonly timeoutMs?: number | undefined;
};

export type ProbeEndpoint = (endpointUrl: string, options?: ProbeOptions) => Promise<Result<EndpointProbe>>;

const defaultTimeoutMs = 10_000;
/** Enough to tell a web page from an S3 answer. */
const readBytes = 4096;

/**
 * One unsigned GET of the endpoint, through the proxy of the environment if there is one: what can be said of a server
 * without credentials. HostNotFound, EndpointUnreachable, TlsFailed, ConnectionReset, Stalled (connected, but silent);
 * NotAnS3Endpoint when a web page or something that is not HTTP answers. A redirect, a refusal or an empty answer is fine.
 */
export const probeEndpoint: ProbeEndpoint = (endpointUrl, options = {}) => {
  const url = new URL(endpointUrl);
  const { tls = { verify: true }, signal, timeoutMs = defaultTimeoutMs } = options;
  const secure = url.protocol === 'https:';
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  const context = { endpoint: endpointUrl, host: url.host, port };
  const agent = secure
    ? new HttpsAgent({
        proxyEnv: process.env,
        rejectUnauthorized: tls.verify,
        ...(tls.caBundle === undefined ? {} : { ca: tls.caBundle }),
      })
    : new HttpAgent({ proxyEnv: process.env });

  return new Promise<Result<EndpointProbe>>((resolve) => {
    let connected = false;
    const asked = (secure ? httpsRequest : httpRequest)(url, { agent, headers: { accept: 'application/xml' } });
    const timer = setTimeout(() => {
      finish(err(appError(connected ? 'Stalled' : 'EndpointUnreachable', context, `No answer in ${timeoutMs} ms.`)));
    }, timeoutMs);
    const onAbort = () => finish(err(appError('Cancelled', context)));

    function finish(result: Result<EndpointProbe>): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      asked.destroy();
      agent.destroy();
      resolve(result);
    }

    asked.on('socket', (socket) => socket.once('connect', () => (connected = true)));
    asked.on('response', (response) => {
      void firstText(response).then((text) => finish(judge(response, text, context)));
    });
    asked.on('error', (error) =>
      finish(err(mapNetworkError(error, context) ?? appError('EndpointUnreachable', context, error))),
    );
    signal?.addEventListener('abort', onAbort);
    // After the listeners: the destroyed request has one more error to tell.
    if (signal?.aborted === true) onAbort();
    else asked.end();
  });
};

/** What came before the answer ended, broke or was long enough. */
function firstText(response: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const done = () => resolve(text);
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      text += chunk;
      if (text.length >= readBytes) done();
    });
    response.on('end', done);
    response.on('error', done);
    response.on('close', done);
  });
}

function judge(
  response: IncomingMessage,
  text: string,
  context: { readonly endpoint: string; readonly host: string; readonly port: number },
): Result<EndpointProbe> {
  const { statusCode: status = 0, headers } = response;
  const start = text.trimStart().slice(0, 100).toLowerCase();
  const isWebPage = start.startsWith('<!doctype html') || start.startsWith('<html');
  if (isWebPage && status >= 502 && status <= 504) {
    return err(appError('EndpointUnreachable', { ...context, status }, `A gateway answered ${status}.`));
  }
  if (isWebPage && (status < 300 || status >= 400)) {
    return err(appError('NotAnS3Endpoint', { ...context, status }, `A web page answered (${status}).`));
  }
  // What servers that want TLS say to plain HTTP.
  if (status === 400 && /http request (was sent )?to (an? )?https|plain http request/i.test(text)) {
    return err(appError('TlsFailed', { ...context, status }, 'This port wants https:// instead of http://.'));
  }
  const dateMs = Date.parse(headers.date ?? '');
  return ok({
    status,
    server: headers.server?.toString() ?? null,
    dateMs: Number.isNaN(dateMs) ? null : dateMs,
    listsBucketsToAnybody: status === 200 && text.includes('<ListAllMyBucketsResult'),
  });
}
