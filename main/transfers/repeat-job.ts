import { posix, win32 } from 'node:path';
import { keyToNames, type PathRules } from '../../shared/domain/key-path.ts';
import {
  type DownloadRequest,
  endedJobStates,
  type JobState,
  type TransferRequest,
} from '../../shared/domain/transfer.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { commonFolder } from './common-folder.ts';

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

/** [T65] The request of a download with another target, which must be an absolute folder. Pure. */
export function withTarget(request: TransferRequest, folder: string, rules: PathRules): Result<TransferRequest> {
  if (request.kind !== 'download')
    return err(appError('Unsupported', { what: 'Another folder for what is no download' }));
  const path = rules.platform === 'win32' ? win32 : posix;
  if (!path.isAbsolute(folder)) {
    return err(appError('InvalidInput', { field: 'folder', reason: 'an absolute path is needed' }));
  }
  const before = commonFolder(
    request.items.map((item) => placeOf(item, rules)),
    path.sep,
  );
  const moved = (place: string) => path.join(folder, place.slice(before.length));
  const items = request.items.map((item) =>
    'key' in item ? { ...item, file: moved(item.file) } : { ...item, folder: moved(item.folder) },
  );
  // What was to become of files in the way was said of the other folder.
  return ok({ ...request, items, conflict: 'ask' });
}

/** What lies in the target: a folder with the name of its prefix is one of its own, any other is the target itself. */
function placeOf(item: DownloadRequest['items'][number], rules: PathRules): string {
  if ('key' in item) return item.file;
  const path = rules.platform === 'win32' ? win32 : posix;
  const name = keyToNames(item.prefix.replace(/\/$/, ''), rules).at(-1);
  return path.basename(item.folder) === name ? item.folder : item.folder + path.sep;
}
