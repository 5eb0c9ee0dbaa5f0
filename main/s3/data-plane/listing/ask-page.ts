import { appError } from '../../../../shared/errors.ts';
import { err, ok, type Result } from '../../../../shared/result.ts';
import { mapS3Failure } from '../../error-map.ts';
import type { QueryParameter } from '../../sigv4/encode.ts';
import type { DataTarget } from '../transport.ts';
import { fetchAnswer, type WholeAnswer } from './fetch-answer.ts';
import { decodeUrlName, type PageColumns, scanPage } from './scan-page.ts';
import { readErrorAnswer } from './error-answer.ts';
import { retryAfterSeconds } from '../../../retry-after.ts';

/** What is asked for with one request. Plain data. */
export type PageRequest = {
  readonly prefix: string;
  readonly delimiter: '' | '/';
  /** Wins over `startAfter`. */
  readonly continuationToken?: string | undefined;
  readonly startAfter?: string | undefined;
  /** 1 to 1,000 (S3's limit and default). */
  readonly maxKeys?: number | undefined;
};

export type PageSettings = {
  readonly stallMs: number;
  /** As errors name the server; null for Amazon S3. */
  readonly endpointUrl: string | null;
};

export type PageOutcome<T = PageColumns> = {
  readonly result: Result<T>;
  /** Of the answer's `Date` header; NaN without. */
  readonly serverDateMs: number;
};

/** An answer of 200, not scanned yet. */
export type UnreadPage = { readonly answer: WholeAnswer; readonly serverDateMs: number };

function queryOf(request: PageRequest): QueryParameter[] {
  const { prefix, delimiter, continuationToken, startAfter, maxKeys } = request;
  const query: QueryParameter[] = [['list-type', '2']];
  if (continuationToken !== undefined) query.push(['continuation-token', continuationToken]);
  if (delimiter !== '') query.push(['delimiter', delimiter]);
  query.push(['encoding-type', 'url']);
  if (maxKeys !== undefined) query.push(['max-keys', String(maxKeys)]);
  query.push(['prefix', prefix]);
  if (startAfter !== undefined && continuationToken === undefined) query.push(['start-after', startAfter]);
  return query;
}

/** One request, without retries. Any status but 200 is an error; the body is not looked at. */
export async function fetchPage(
  target: DataTarget,
  request: PageRequest,
  settings: PageSettings,
  signal?: AbortSignal,
): Promise<PageOutcome<UnreadPage>> {
  const fetched = await fetchAnswer(target, queryOf(request), settings, signal);
  const place = placeOf(target, request, settings);
  if (!fetched.ok) {
    const { error } = fetched;
    if (signal?.aborted === true) return { result: err(appError('Cancelled', place)), serverDateMs: Number.NaN };
    return { result: err({ ...error, context: { ...error.context, ...place } }), serverDateMs: Number.NaN };
  }
  const answer = fetched.value;
  const serverDateMs = Date.parse(answer.header('date') ?? '');
  if (answer.status === 200) return { result: ok({ answer, serverDateMs }), serverDateMs };
  // Another kind of success: not from a server that was asked for a listing.
  if (answer.status >= 200 && answer.status < 300) {
    answer.release();
    const reason = 'the answer is no listing';
    return { result: err(appError('NotAnS3Endpoint', { ...place, status: answer.status, reason })), serverDateMs };
  }
  const { code, message, region, requestId } = readErrorAnswer(answer.body);
  answer.release();
  const error = mapS3Failure({
    ...place,
    status: answer.status,
    code,
    message,
    requestId: answer.header('x-amz-request-id') ?? requestId,
    region: answer.header('x-amz-bucket-region') ?? region,
    contentType: answer.header('content-type') ?? undefined,
    retryAfterSeconds: retryAfterSeconds(answer.header('retry-after'), answer.header('date')),
  });
  return { result: err(error), serverDateMs };
}

/** The page in an answer of 200, which is released; NotAnS3Endpoint, ResponseTruncated, or the error that it has inside. */
export function readPage(
  unread: UnreadPage,
  target: DataTarget,
  request: PageRequest,
  settings: PageSettings,
): Result<PageColumns> {
  const page = scanAnswer(unread, target, request, settings);
  unread.answer.release();
  return page;
}

function scanAnswer(
  { answer }: UnreadPage,
  target: DataTarget,
  request: PageRequest,
  settings: PageSettings,
): Result<PageColumns> {
  const scanned = scanPage(answer.body);
  const place = placeOf(target, request, settings);
  if (scanned.ok) {
    const { listedPrefix } = scanned.value;
    // A listing of something else may be taken for one whose files were deleted. Some servers leave it out.
    const isAsked = listedPrefix === '' || listedPrefix === request.prefix;
    if (isAsked || decodeUrlName(listedPrefix) === request.prefix) return scanned;
    return err(appError('NotAnS3Endpoint', { ...place, status: 200, reason: 'a listing of something else' }));
  }
  const failure = scanned.error;
  if (failure.type === 'error') {
    const requestId = answer.header('x-amz-request-id') ?? undefined;
    return err(mapS3Failure({ ...place, status: 500, code: failure.code, message: failure.message, requestId }));
  }
  const isPage = answer.body.length > 0 && /^\s*<(?:\?xml|\w*:?ListBucketResult)/.test(beginning(answer.body));
  if (failure.type === 'cutOff' && isPage) return err(appError('ResponseTruncated', { ...place, status: 200 }));
  const reason = failure.type === 'cutOff' ? 'the answer is no listing' : failure.reason;
  return err(appError('NotAnS3Endpoint', { ...place, status: 200, reason }));
}

export async function askPage(
  target: DataTarget,
  request: PageRequest,
  settings: PageSettings,
  signal?: AbortSignal,
): Promise<PageOutcome> {
  const { result, serverDateMs } = await fetchPage(target, request, settings, signal);
  return { result: result.ok ? readPage(result.value, target, request, settings) : result, serverDateMs };
}

function beginning(body: Uint8Array): string {
  return Buffer.from(body.subarray(0, 200)).toString('latin1');
}

function placeOf({ bucket }: DataTarget, { prefix }: PageRequest, { endpointUrl }: PageSettings) {
  const server = endpointUrl === null ? {} : { endpoint: endpointUrl, host: new URL(endpointUrl).host };
  return { ...server, operation: 'ListObjectsV2', bucket, prefix };
}
