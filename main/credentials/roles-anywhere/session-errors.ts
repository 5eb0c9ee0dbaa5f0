import { appError, type AppError, type ErrorCode } from '../../../shared/errors.ts';
import { retryAfterSeconds } from '../../retry-after.ts';

/** An answer of the service, as far as it is read. */
export type SessionAnswer = {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
  readonly host: string;
};

/** Pure. The AppError of an answer that is no 2xx. `serverMessage` is the service's own sentence. */
export function mapSessionFailure(answer: SessionAnswer): AppError {
  const body = parseObject(answer.text);
  const serverCode = codeOf(answer.headers['x-amzn-errortype'] ?? body['code'] ?? body['__type']);
  const serverMessage = textOf(body['message'] ?? body['Message']);
  return appError(
    errorCodeOf(answer.status, serverCode, serverMessage ?? ''),
    {
      host: answer.host,
      status: answer.status,
      serverCode,
      serverMessage,
      requestId: textOf(answer.headers['x-amzn-requestid'] ?? answer.headers['x-amz-request-id']),
      retryAfterSeconds: retryAfterSeconds(answer.headers['retry-after'], answer.headers['date']),
    },
    serverMessage,
  );
}

function errorCodeOf(status: number, serverCode: string | undefined, message: string): ErrorCode {
  const code = serverCode ?? '';
  if (status === 429 || /throttl|TooManyRequests|SlowDown/i.test(code)) return 'SlowDown';
  if (status >= 500) return 'InternalError';
  if (code.startsWith('ResourceNotFound')) return 'RolesAnywhereNotFound';
  if (code.startsWith('Validation')) return 'RolesAnywhereInvalid';
  if (/Signature/.test(code)) return 'RolesAnywhereSignatureRefused';
  if (code.startsWith('AccessDenied') || status === 401 || status === 403) return deniedCode(message);
  // A server of another kind: no answer of the service is without a code of its own.
  return code === '' ? 'RolesAnywhereEmpty' : 'UnknownServiceError';
}

function deniedCode(message: string): ErrorCode {
  if (/untrusted signing certificate/i.test(message)) return 'RolesAnywhereUntrusted';
  if (/invalid signature/i.test(message)) return 'RolesAnywhereSignatureRefused';
  if (/unable to assume role/i.test(message)) return 'RolesAnywhereRoleDenied';
  return 'RolesAnywhereDenied';
}

/** Pure. True when what is refused is only that the session has a name ("Not authorized to set roleSessionName."). */
export function refusesSessionName({ code, context }: AppError): boolean {
  if (code !== 'RolesAnywhereDenied' && code !== 'RolesAnywhereInvalid') return false;
  return /role ?session ?name/i.test(String(context['serverMessage'] ?? ''));
}

/** Without the namespace in front and the address behind that AWS's protocols allow. */
function codeOf(value: unknown): string | undefined {
  return textOf(value)?.split(':')[0]?.split('#').at(-1);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
