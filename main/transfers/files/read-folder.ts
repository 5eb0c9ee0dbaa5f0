import { lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { type AppError, appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { mapFileError } from '../../s3/error-map.ts';
import { type FileInfo, fileInfoOf } from './file-info.ts';

/** What is in a folder, in the form that is cheap to post between threads. */
export type FolderNames = {
  /** Without links: to see that a folder is one of those above it. */
  readonly realPath: string;
  /** In order, joined by `/`, which no name has. */
  readonly names: string;
};

/** Six numbers for each name: type and what else FileInfo has, in its order (mode NaN: none). Failures have their index. */
export type ManyInfos = {
  readonly numbers: Float64Array;
  readonly failures: readonly (readonly [index: number, error: AppError])[];
};

export type LinkPolicy = 'follow' | 'skip';

const types = ['file', 'folder', 'other', 'link'] as const;
const numbersEach = 6;

/** Synchronous: it runs in a worker thread, where it costs a tenth of the asynchronous calls. */
export function readFolder(path: string): Result<FolderNames> {
  try {
    return ok({ realPath: realpathSync(path), names: readdirSync(path).sort().join('/') });
  } catch (error) {
    return err(mapFileError(error, path));
  }
}

/**
 * The same. A link that leads nowhere is DanglingLink when links are followed. Takes time for each name: give it some
 * hundred at once.
 */
export function statMany(folder: string, names: readonly string[], links: LinkPolicy): ManyInfos {
  const numbers = new Float64Array(names.length * numbersEach);
  const failures: [number, AppError][] = [];
  const look = links === 'follow' ? statSync : lstatSync;
  for (const [index, name] of names.entries()) {
    const path = `${folder}/${name}`;
    try {
      const info = fileInfoOf(look(path, { bigint: true }));
      numbers.set(
        [
          types.indexOf(info.type),
          info.sizeBytes,
          info.modifiedMs,
          info.inode,
          info.modifiedNanos,
          info.mode ?? Number.NaN,
        ],
        index * numbersEach,
      );
    } catch (error) {
      failures.push([index, isLink(path) ? linkError(error, path) : mapFileError(error, path)]);
    }
  }
  return { numbers, failures };
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

function linkError(error: unknown, path: string): AppError {
  const mapped = mapFileError(error, path);
  const leadsNowhere = mapped.code === 'FileNotFound' || mapped.code === 'NotADirectory';
  return leadsNowhere ? appError('DanglingLink', { path }) : mapped;
}

/** In the order of the names. Pure. */
export function infosOf({ numbers, failures }: ManyInfos): Result<FileInfo>[] {
  const failed = new Map(failures);
  return Array.from({ length: numbers.length / numbersEach }, (_, index) => {
    const error = failed.get(index);
    if (error !== undefined) return err(error);
    const [type = 2, sizeBytes = 0, modifiedMs = 0, inode = 0, modifiedNanos = 0, mode = Number.NaN] = numbers.subarray(
      index * numbersEach,
    );
    const info = { sizeBytes, modifiedMs, inode, modifiedNanos, mode: Number.isNaN(mode) ? null : mode };
    return ok({ type: types[type] ?? 'other', ...info });
  });
}
