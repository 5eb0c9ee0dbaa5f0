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

/**
 * [T65] The request of a download with another target, which must be an absolute folder. It takes nothing away at the
 * source and asks about what is in the way: what was wanted was said of the other folder. Pure.
 */
export function withTarget(request: TransferRequest, folder: string, rules: PathRules): Result<TransferRequest> {
  if (request.kind !== 'download')
    return err(appError('Unsupported', { what: 'Another folder for what is no download' }));
  const path = rules.platform === 'win32' ? win32 : posix;
  if (!path.isAbsolute(folder)) {
    return err(appError('InvalidInput', { field: 'folder', reason: 'an absolute path is needed' }));
  }
  const places = request.items.map((item) => path.normalize('key' in item ? item.file : item.folder));
  const targets = request.items.map((item, index) => {
    const place = places[index] ?? '';
    const own = path.sep + namesOf(item, request.bucket, rules).join(path.sep);
    if (place.endsWith(own)) return place.slice(0, place.length - own.length + 1);
    // A file that was given another name, and contents that lie in the target itself.
    return path.join('key' in item ? path.dirname(place) : place, path.sep);
  });
  const above = commonFolder(targets, path.sep);
  const items = request.items.map((item, index) => {
    const moved = path.join(folder, (places[index] ?? '').slice(above.length));
    return 'key' in item ? { ...item, file: moved } : { ...item, folder: moved };
  });
  return ok({ ...request, items, conflict: 'ask', removeSource: false, whenOffline: 'wait' });
}

/** The names that an item has in its target by itself; more than one where a name is too long for a file system. */
function namesOf(item: DownloadRequest['items'][number], bucket: string, rules: PathRules): readonly string[] {
  const name = 'key' in item ? item.key : item.prefix === '' ? bucket : item.prefix.replace(/\/$/, '');
  return keyToNames(name.slice(name.lastIndexOf('/') + 1), rules);
}
