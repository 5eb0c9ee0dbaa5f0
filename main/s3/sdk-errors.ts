import { appError, AppErrorException, type AppError } from '../../shared/errors.ts';
import { mapS3Failure, type S3Failure } from './s3-failure.ts';
import { mapNetworkError } from './network-errors.ts';
import { retryAfterSeconds } from '../retry-after.ts';

/** What the call was about; what it has goes into the context of the error. */
export type CallContext = Pick<
  S3Failure,
  'operation' | 'bucket' | 'key' | 'prefix' | 'uploadId' | 'endpoint' | 'region'
> & { readonly host?: string | undefined; readonly port?: number | undefined };

type SdkException = Error & {
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly $response?: {
    readonly statusCode?: number;
    readonly headers?: Readonly<Record<string, string | undefined>>;
  };
  readonly Code?: unknown;
  readonly Region?: unknown;
  readonly RequestId?: unknown;
};

/**
 * The AppError of whatever a call of the AWS SDK threw: an answer of the server, a network failure, credentials that
 * cannot be had, an abort (Cancelled). Anything else is a bug and is thrown again.
 */
export function mapSdkError(error: unknown, call: CallContext = {}): AppError {
  if (error instanceof AppErrorException) return error.error;
  if (!(error instanceof Error)) throw error;
  const { host, port, ...place } = call;
  if (error.name === 'AbortError') return appError('Cancelled', place);
  if (error.name === 'CredentialsProviderError') return appError('CredentialsMissing', place, error);

  const exception = error as SdkException;
  const status = exception.$metadata?.httpStatusCode ?? exception.$response?.statusCode;
  const network = mapNetworkError(error, { ...place, host, port });
  if (status === undefined || status === 0) {
    const unanswered = network ?? mapTimeout(error, { ...place, host, port });
    if (unanswered !== null) return unanswered;
    if (isUnreadableInput(error)) return appError('InvalidArgument', place, error);
    throw error;
  }
  const headers = exception.$response?.headers ?? {};
  if (status >= 200 && status < 300) {
    // A success that could not be read: cut off on the way, an error inside of a 200, or not S3 at all.
    if (network !== null) return network;
    const inBody = typeof exception.Code === 'string' && exception.Code !== error.name ? exception.Code : undefined;
    const code = inBody ?? (isParserError(error) ? undefined : error.name);
    if (code === undefined || code === 'Error' || code === 'TypeError') {
      return appError('NotAnS3Endpoint', { ...place, status }, error);
    }
    return mapS3Failure({
      ...place,
      status: 500,
      code,
      message: error.message,
      requestId: exception.$metadata?.requestId,
    });
  }
  return mapS3Failure({
    ...place,
    status,
    code: typeof exception.Code === 'string' ? exception.Code : isParserError(error) ? undefined : error.name,
    message: error.message === 'UnknownError' ? undefined : error.message,
    requestId: textOf(exception.$metadata?.requestId ?? headers['x-amz-request-id'] ?? exception.RequestId),
    region: textOf(headers['x-amz-bucket-region'] ?? exception.Region) ?? call.region,
    contentType: isParserError(error) ? 'text/html' : headers['content-type'],
    retryAfterSeconds: retryAfterSeconds(headers['retry-after'], headers['date']),
  });
}

/** A request of an SDK client, or of its handler, that had no answer: the network's fault, or that of the SDK's timers. */
export function mapUnanswered(error: unknown, context: { readonly host: string }): AppError | null {
  return mapNetworkError(error, context) ?? mapTimeout(error, context);
}

/** The SDK's timers: names only, no codes. */
function mapTimeout(error: unknown, context: Parameters<typeof appError>[1]): AppError | null {
  if (!(error instanceof Error) || error.name !== 'TimeoutError') return null;
  const connecting = /connect|socket acquisition/i.test(error.message);
  return appError(connecting ? 'EndpointUnreachable' : 'Stalled', context, error);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The body was no XML the SDK can read. */
function isParserError(error: Error): boolean {
  return (
    error.name === 'SyntaxError' ||
    /Deserialization error|is not expected\.|Unclosed|Expected closing tag|Invalid XML/i.test(error.message)
  );
}

/** Thrown before anything is sent, for values no request can carry. */
function isUnreadableInput(error: Error): boolean {
  return /Empty value provided for input HTTP label|No value provided for input HTTP label|Invalid character in header/i.test(
    error.message,
  );
}
