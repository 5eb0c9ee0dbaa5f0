import { endedJobStates, type JobState, type TransferRequest } from '../../shared/domain/transfer.ts';
import { appError, type AppError } from '../../shared/errors.ts';

/** Why this job cannot be done once more; null when it can. Pure. */
export function repeatRefusal(request: TransferRequest, state: JobState): AppError | null {
  if (!endedJobStates.includes(state)) return appError('JobNotEnded');
  // The copies a browser sent are removed with their job, and cannot be asked for again.
  if (request.kind === 'upload' && request.fromSpool) return appError('UploadNotKept');
  return null;
}

/**
 * Whether doing it again is worth offering: single files that were moved are not where they were. Folders may have new
 * files by now. Pure.
 */
export function canRepeat(request: TransferRequest, state: JobState): boolean {
  if (repeatRefusal(request, state) !== null) return false;
  if (!request.removeSource || state !== 'done') return true;
  return request.items.some((item) => 'folder' in item || 'prefix' in item);
}
