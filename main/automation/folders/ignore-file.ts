import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { mapFileError } from '../../s3/error-map.ts';

/** At the top of a watched folder; what it says is as in a `.gitignore`. */
export const ignoreFileName = '.brigadeignore';

/** Each change is compared with all of it. */
const maxBytes = 256 * 1024;

/** What the ignore file of a folder says; '' where there is none. InvalidInput when it is too long. */
export async function readIgnoreFile(folder: string): Promise<Result<string>> {
  const path = join(folder, ignoreFileName);
  try {
    const file = await open(path, 'r');
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(maxBytes + 1), 0, maxBytes + 1, 0);
      if (bytesRead > maxBytes)
        return err(appError('InvalidInput', { field: path, reason: 'it has more than 256 KiB' }));
      const bytes = buffer.subarray(0, bytesRead);
      if (bytes.includes(0)) return err(appError('InvalidInput', { field: path, reason: 'it is no UTF-8 text' }));
      return ok(bytes.toString('utf8'));
    } finally {
      await file.close();
    }
  } catch (error) {
    const failure = mapFileError(error, path);
    if (failure.code !== 'FileNotFound') return err(failure);
    // Of a folder that is gone nobody knows what it leaves out.
    return stat(folder).then(
      () => ok(''),
      (gone: unknown) => err(mapFileError(gone, folder)),
    );
  }
}
