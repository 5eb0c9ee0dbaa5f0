import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';

/** sun_path holds 104 bytes on macOS and 108 on Linux, the closing zero included. */
const maxPathBytes = 100;

/**
 * Where the engine that holds `dataDir` listens: `engine.sock` in it; a path below the temporary folder, derived from the
 * data folder's, where that would be too long; a named pipe on Windows. The folder the socket lies in is made and
 * checked: nobody but this user may put files there.
 */
export async function localSocketPath(dataDir: string): Promise<Result<string>> {
  const folder = resolve(dataDir);
  const digest = createHash('sha256').update(folder).digest('hex').slice(0, 32);
  if (process.platform === 'win32') return ok(`\\\\.\\pipe\\bucket-brigade-${digest}`);
  const direct = join(folder, 'engine.sock');
  if (Buffer.byteLength(direct) <= maxPathBytes) return ok(direct);
  const { uid } = userInfo();
  const shared = join(tmpdir(), `bucket-brigade-${uid}`);
  try {
    await mkdir(shared, { recursive: true, mode: 0o700 });
    const stats = await lstat(shared);
    if (!stats.isDirectory() || stats.uid !== uid) {
      return err(appError('UnsafePath', { path: shared }, 'It belongs to somebody else.'));
    }
    if ((stats.mode & 0o077) !== 0) await chmod(shared, 0o700);
  } catch (failure) {
    return err(appError('LocalIoError', { path: shared }, failure));
  }
  return ok(join(shared, `${digest}.sock`));
}
