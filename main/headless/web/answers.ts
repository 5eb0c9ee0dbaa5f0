import type { ServerResponse } from 'node:http';
import type { AppError, ErrorCode } from '../../../shared/errors.ts';
import { contentSecurityPolicy } from '../../ipc/content-security-policy.ts';

/** On every answer, whatever it is. */
export const safeHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'cache-control': 'no-store',
};

/** A plain-text refusal. The connection is closed: a body that was not read must not be taken for the next request. */
export function refuse(response: ServerResponse, status: number, words: string): void {
  response.writeHead(status, { ...safeHeaders, 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
  response.end(`${words}\n`);
}

export function answerJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { ...safeHeaders, 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(value));
}

const statusByCode: Partial<Record<ErrorCode, number>> = {
  InvalidInput: 400,
  UnsafePath: 400,
  NameTooLong: 400,
  AccessDenied: 403,
  OutsideRestriction: 403,
  NoSuchKey: 404,
  NoSuchBucket: 404,
  ConnectionNotFound: 404,
  FileNotFound: 404,
  FileExists: 409,
  IsADirectory: 409,
  NotADirectory: 409,
  DiskFull: 507,
};

/** `{error}` under the status that fits it best. */
export function answerError(response: ServerResponse, error: AppError): void {
  response.setHeader('connection', 'close');
  answerJson(response, statusByCode[error.code] ?? 502, { error });
}
