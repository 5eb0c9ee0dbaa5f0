import type { TransferRequest } from '../../shared/domain/transfer.ts';
import { appError, type AppError } from '../../shared/errors.ts';

/**
 * [T55] A folder cannot be copied onto itself, nor moved to a place inside of it: refused before anything is done. Null
 * when nothing is wrong. Pure.
 */
export function refuseCopy(request: TransferRequest, oneServer: boolean): AppError | null {
  if (request.kind !== 'copy' || !oneServer || request.bucket !== request.toBucket) return null;
  for (const item of request.items) {
    if (!('prefix' in item)) continue;
    const { prefix, toPrefix } = item;
    if (toPrefix === prefix || (request.removeSource && toPrefix.startsWith(prefix)))
      return appError('TargetInsideSource', { target: `${request.toBucket}/${toPrefix}` });
  }
  return null;
}
