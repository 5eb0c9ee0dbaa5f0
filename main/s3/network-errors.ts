import { isIPv6 } from 'node:net';
import { appError, type AppError, type ErrorCode } from '../../shared/errors.ts';
import { errorsIn, systemCodeOf } from './system-code.ts';

const codeBySystemCode: Readonly<Record<string, ErrorCode>> = {
  ENOTFOUND: 'HostNotFound',
  EAI_AGAIN: 'HostNotFound',
  EAI_FAIL: 'HostNotFound',
  EAI_NODATA: 'HostNotFound',
  EAI_NONAME: 'HostNotFound',
  ECONNREFUSED: 'EndpointUnreachable',
  EHOSTUNREACH: 'EndpointUnreachable',
  EHOSTDOWN: 'EndpointUnreachable',
  ENETUNREACH: 'EndpointUnreachable',
  ENETDOWN: 'EndpointUnreachable',
  EADDRNOTAVAIL: 'EndpointUnreachable',
  ENONET: 'EndpointUnreachable',
  UND_ERR_CONNECT_TIMEOUT: 'EndpointUnreachable',
  ERR_PROXY_TUNNEL: 'EndpointUnreachable',
  ECONNRESET: 'ConnectionReset',
  ECONNABORTED: 'ConnectionReset',
  EPIPE: 'ConnectionReset',
  ENOTCONN: 'ConnectionReset',
  UND_ERR_SOCKET: 'ConnectionReset',
  ERR_STREAM_PREMATURE_CLOSE: 'ConnectionReset',
  ERR_STREAM_DESTROYED: 'ConnectionReset',
  ESOCKETTIMEDOUT: 'Stalled',
  UND_ERR_HEADERS_TIMEOUT: 'Stalled',
  UND_ERR_BODY_TIMEOUT: 'Stalled',
  EPROTO: 'TlsFailed',
  EMFILE: 'TooManyOpenFiles',
  ENFILE: 'TooManyOpenFiles',
};

/** Codes of Node and OpenSSL for a certificate or a handshake that failed. */
const tlsCode =
  /^(ERR_TLS_|ERR_SSL_|CERT_|CRL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|EPROTO)/;

/**
 * The AppError of a failed socket, name lookup or TLS handshake; null when `error` is none of them.
 * `context` takes `host`, `port` and whatever else the words should name.
 */
export function mapNetworkError(
  error: unknown,
  context: Readonly<Record<string, string | number | undefined>> = {},
): AppError | null {
  const code = systemCodeOf(error);
  if (code === null) return null;
  const text = error instanceof Error && error.message !== '' ? error.message : code;
  const refusedAt = code === 'ECONNREFUSED' ? refusedPlace(error, context['host']) : undefined;
  const withReason = { ...context, systemCode: code, refusedAt };
  if (tlsCode.test(code)) return appError('TlsFailed', withReason, text);
  // The same code for a connection that was never made and for one that went silent.
  if (code === 'ETIMEDOUT') return appError(isConnecting(error) ? 'EndpointUnreachable' : 'Stalled', withReason, text);
  // Bytes that are not HTTP: another protocol answers on that port.
  if (code.startsWith('HPE_')) return appError('NotAnS3Endpoint', withReason, text);
  // A firewall (EACCES, EPERM), no port or buffer left …: whatever it is, the connection was not made.
  const mapped = codeBySystemCode[code] ?? (isConnecting(error) ? 'EndpointUnreachable' : undefined);
  return mapped === undefined ? null : appError(mapped, withReason, text);
}

/**
 * Where a connection was refused, with the port: by the name that was asked for, or by its address where that is none of
 * it (a proxy's). Undefined when the error does not say.
 */
function refusedPlace(error: unknown, host: string | number | undefined): string | undefined {
  for (const one of errorsIn(error)) {
    if (!('address' in one && 'port' in one)) continue;
    const [address, port] = [String(one.address), String(one.port)];
    const asked = typeof host === 'string' && !hasProxy() ? host : '';
    if (asked.endsWith(`:${port}`)) return asked;
    const isDefaultPort = port === '443' || port === '80';
    if (asked !== '' && isDefaultPort && !/:\d+$/.test(asked)) return `${asked}:${port}`;
    return `${isIPv6(address) ? `[${address}]` : address}:${port}`;
  }
  return undefined;
}

/** Then what refused may have been the proxy. The variables are those that Node's agents read. */
const hasProxy = () => Object.keys(process.env).some((name) => /^https?_proxy$/i.test(name));

function isConnecting(error: unknown): boolean {
  return [...errorsIn(error)].some((one) => 'syscall' in one && one.syscall === 'connect');
}
