import { readdirSync, realpathSync, statSync } from 'node:fs';
import type { AppError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { mapFileError } from '../../s3/error-map.ts';
import type { FileInfo } from './local-files.ts';

/** What is in a folder, in the form that is cheap to post between threads. */
export type FolderNames = {
  /** Without links: to see that a folder is one of those above it. */
  readonly realPath: string;
  /** In order, joined by `/`, which no name has. */
  readonly names: string;
};

/** Four numbers for each name: type, size in bytes, milliseconds of modification, inode. Failures have their index. */
export type ManyInfos = {
  readonly numbers: Float64Array;
  readonly failures: readonly (readonly [index: number, error: AppError])[];
};

const types = ['file', 'folder', 'other'] as const;
const numbersEach = 4;

/** Synchronous: it runs in a worker thread, where it costs a tenth of the asynchronous calls. */
export function readFolder(path: string): Result<FolderNames> {
  try {
    return ok({ realPath: realpathSync(path), names: readdirSync(path).sort().join('/') });
  } catch (error) {
    return err(mapFileError(error, path));
  }
}

/** The same; links are followed. Takes time for each name: give it some hundred at once. */
export function statMany(folder: string, names: readonly string[]): ManyInfos {
  const numbers = new Float64Array(names.length * numbersEach);
  const failures: [number, AppError][] = [];
  for (const [index, name] of names.entries()) {
    const path = `${folder}/${name}`;
    try {
      const stats = statSync(path);
      const type = stats.isFile() ? 0 : stats.isDirectory() ? 1 : 2;
      numbers.set([type, stats.size, stats.mtimeMs, stats.ino], index * numbersEach);
    } catch (error) {
      failures.push([index, mapFileError(error, path)]);
    }
  }
  return { numbers, failures };
}

/** In the order of the names. Pure. */
export function infosOf({ numbers, failures }: ManyInfos): Result<FileInfo>[] {
  const failed = new Map(failures);
  return Array.from({ length: numbers.length / numbersEach }, (_, index) => {
    const error = failed.get(index);
    if (error !== undefined) return err(error);
    const [type = 2, sizeBytes = 0, modifiedMs = 0, inode = 0] = numbers.subarray(index * numbersEach);
    return ok({ type: types[type] ?? 'other', sizeBytes, modifiedMs, inode });
  });
}
