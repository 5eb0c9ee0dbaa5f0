import type { AppError } from '../../../shared/errors.ts';

/** The server does not offer this part of S3. */
export function isMissingHere({ code }: AppError): boolean {
  return code === 'NotImplemented' || code === 'MethodNotAllowed';
}
