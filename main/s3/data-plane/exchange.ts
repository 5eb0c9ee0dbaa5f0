import { appError, type AppError, AppErrorException } from '../../../shared/errors.ts';
import { err, type Result } from '../../../shared/result.ts';
import { mapNetworkError } from '../error-map.ts';
import { encodeKey, encodeQuery, type QueryParameter } from '../sigv4/encode.ts';
import { unsignedPayload } from '../sigv4/canonical-request.ts';
import { signRequest } from '../sigv4/sign-request.ts';
import { failureFromAnswer } from './answer.ts';
import type { Connection, WireRequest } from './http/connection.ts';
import { createConnectionPool } from './http/connection-pool.ts';
import { formatRequestHead } from './http/request-head.ts';
import type { WireBody } from './http/wire-body.ts';
import { HttpSyntaxError, type ResponseHead } from './http/response-parser.ts';
import { proxyFor } from './http/route.ts';
import { type RateLimiters, unlimited } from './rate-limit.ts';
import type { DataTarget, RangeOptions } from './transport.ts';

export type HttpSettings = {
  readonly stallMs: number;
  /** Left out: none. */
  readonly limiters?: RateLimiters | undefined;
};

export type DataRequest = {
  readonly target: DataTarget;
  /** For errors, which are told apart by it. */
  readonly operation: 'PutObject' | 'UploadPart' | 'GetObject' | 'GetObjectVersion' | 'ListObjectsV2';
  readonly method: 'GET' | 'PUT';
  readonly key: string;
  readonly query: readonly QueryParameter[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: WireBody | undefined;
};

/** Takes the answer as it comes. An error that it returns cuts the exchange and is its outcome. */
export type AnswerReader<T> = {
  onHead?(head: ResponseHead): AppError | null;
  /** The bytes are only good for as long as the call takes. */
  onBody?(bytes: Uint8Array): AppError | null;
  /** What to say when the connection is lost while the body comes; ConnectionReset when left out. */
  onCut?(reason: string): AppError;
  /** An answer that is none of 2xx, for who has a mapping of its own; only the beginning of a long body. */
  onRefused?(head: ResponseHead, body: Buffer): Result<T>;
  /** The answer has come whole, as far as HTTP can tell. */
  onEnd(head: ResponseHead): Result<T>;
};

const pool = createConnectionPool();
/** Error bodies are small; whatever is longer is not one. */
const maxErrorBytes = 64 * 1024;

/**
 * Sends one signed request and hands an answer of 2xx to `reader`; any other is mapped (mapS3Failure). Cut when nothing
 * moves for `stallMs` (Stalled), or when the signal says so. The body is not hashed into the signature
 * (UNSIGNED-PAYLOAD): its CRC32 or MD5 is among the headers, and those are signed. A kept-alive connection that turns
 * out to have been closed is replaced without a word.
 */
export function exchange<T>(
  request: DataRequest,
  settings: HttpSettings,
  { signal, onBytes }: RangeOptions,
  reader: AnswerReader<T>,
): Promise<Result<T>> {
  const { target } = request;
  const wrongProxy = proxyFailure(target);
  if (wrongProxy !== null) return Promise.resolve(err(wrongProxy));
  const head = signedHead(request);
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve(err(abortedError()));
      return;
    }
    let connection: Connection;
    let answer: ResponseHead | null = null;
    let errorBody: Buffer[] = [];
    let errorBytes = 0;
    let sentBytes = 0;
    let moves = 0;
    let isSettled = false;

    const settle = (result: Result<T>): void => {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      resolve(result);
    };
    const cut = (error: AppError): void => {
      connection.destroy();
      settle(err(error));
    };
    const onAbort = (): void => cut(abortedError());
    // A thread that was held up (a disk that takes half a minute to write) meets its timers before its sockets: what
    // has arrived meanwhile is looked at first.
    const onSilence = (): void => {
      const before = moves;
      setImmediate(() => {
        if (isSettled || moves !== before) return;
        cut(appError('Stalled', { host: target.host, seconds: Math.round(settings.stallMs / 1000) }));
      });
    };
    const timer = setTimeout(onSilence, settings.stallMs);
    signal?.addEventListener('abort', onAbort, { once: true });

    const wire: WireRequest = {
      head,
      body: request.body ?? null,
      isHead: false,
      limiters: settings.limiters ?? unlimited,
      onProgress() {
        moves += 1;
        timer.refresh();
      },
      onSent(bytes) {
        sentBytes += bytes;
        onBytes?.(bytes);
      },
      onHead(told) {
        answer = told;
        const refused = isSuccess(told.status) ? reader.onHead?.(told) : null;
        if (refused) cut(refused);
      },
      onBody(bytes) {
        if (answer !== null && isSuccess(answer.status)) {
          const refused = reader.onBody?.(bytes);
          if (refused) cut(refused);
          return;
        }
        errorBytes += bytes.length;
        if (errorBytes <= maxErrorBytes) errorBody.push(Buffer.from(bytes));
      },
      onEnd() {
        if (answer === null) return;
        if (isSuccess(answer.status)) settle(reader.onEnd(answer));
        else if (reader.onRefused) settle(reader.onRefused(answer, Buffer.concat(errorBody)));
        else settle(err(failureFromAnswer(answer, Buffer.concat(errorBody).toString('utf8'), request)));
      },
      onFail(error, isUnanswered) {
        if (error instanceof AppErrorException) return settle(err(error.error));
        if (isUnanswered && connection.isUsed) {
          if (sentBytes > 0) onBytes?.(-sentBytes);
          sentBytes = 0;
          errorBody = [];
          connection = pool.open(target);
          connection.start(wire);
          return;
        }
        const isCut = answer !== null && isSuccess(answer.status);
        settle(err((isCut ? reader.onCut?.(error.message) : null) ?? networkFailure(error, target, connection.isUsed)));
      },
    };
    connection = pool.take(target);
    connection.start(wire);
  });
}

export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** What a cut request answers; the caller knows that it cut it. */
export function abortedError(): AppError {
  return appError('ConnectionReset', {}, 'aborted', 'no');
}

function signedHead({ target, method, key, query, headers: own, body }: DataRequest): string {
  const path = target.pathPrefix + encodeKey(key);
  const headers: Record<string, string> = { host: target.host, ...own };
  if (body !== undefined) headers['content-length'] = String(body.sizeBytes);
  const signed = signRequest({
    method,
    path,
    query,
    headers,
    payloadHash: unsignedPayload,
    credentials: target.credentials,
    region: target.region,
    dateMs: Date.now() + target.clockOffsetMs,
  });
  const asked = query.length === 0 ? path : `${path}?${encodeQuery(query)}`;
  // A proxy is asked for http with the whole address.
  const proxy = target.protocol === 'http:' ? proxyFor(target) : null;
  if (proxy?.authorization) headers['proxy-authorization'] = proxy.authorization;
  return formatRequestHead({
    method,
    target: proxy === null ? asked : `http://${target.host}${asked}`,
    headers: { ...headers, ...signed },
  });
}

/** Once it is known to be one, opening a connection throws nothing. */
function proxyFailure(target: DataTarget): AppError | null {
  try {
    proxyFor(target);
    return null;
  } catch (error) {
    const context = { host: target.host, endpoint: `${target.protocol}//${target.host}` };
    return appError('EndpointUnreachable', { ...context, systemCode: 'ERR_PROXY_TUNNEL' }, error, 'no');
  }
}

function networkFailure(error: Error, target: DataTarget, isUsed: boolean): AppError {
  const context = { host: target.host, endpoint: `${target.protocol}//${target.host}` };
  // On a connection that has worked before it is bad luck on the way, not another kind of server.
  if (error instanceof HttpSyntaxError && isUsed) return appError('ConnectionReset', context, error);
  return mapNetworkError(error, context) ?? appError('ConnectionReset', context, error);
}
