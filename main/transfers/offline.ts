import type { TransferRequest } from '../../shared/domain/transfer.ts';
import type { AppError, ErrorCode } from '../../shared/errors.ts';

/** No server was reached: not a name found, not a connection made. */
const unreachable: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['EndpointUnreachable', 'HostNotFound']);
/** As well one request's bad luck as the end of the network. */
const doubtful: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['ConnectionReset', 'RequestTimeout', 'Stalled']);

export function isUnreachable(error: AppError): boolean {
  return unreachable.has(error.code);
}

export function mayBeUnreachable(error: AppError): boolean {
  return isUnreachable(error) || doubtful.has(error.code);
}

export function waitsWhenOffline(request: TransferRequest): boolean {
  return request.whenOffline === 'wait';
}

const firstDelayMs = 5_000;
const maxDelayMs = 60_000;

/** 5, 10, 20, 40, then 60 seconds. `attempt`: how often in a row nothing was reached, from 1. Pure. */
export function offlineDelayMs(attempt: number): number {
  return Math.min(maxDelayMs, firstDelayMs * 2 ** (attempt - 1));
}
