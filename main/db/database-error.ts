import { accessSync, constants, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { type AppError, appError, type ErrorCode } from '../../shared/errors.ts';

/**
 * Puts what SQLite or the file system said about a database file into an AppError that names the file. Anything else
 * (wrong SQL, a broken constraint) is a bug: it is thrown again.
 */
export function mapDatabaseError(error: unknown, filePath: string): AppError {
  const code = codeOf(error);
  const known = code === null ? null : (fromSqlite(code, filePath) ?? fromErrno(code));
  if (known === null) throw error;
  return appError(known, { path: filePath }, error);
}

function codeOf(error: unknown): string | null {
  if (error instanceof Database.SqliteError) return error.code;
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  // better-sqlite3 checks for the folder itself, with a TypeError.
  if (error instanceof TypeError && error.message.includes('directory does not exist')) return 'ENOENT';
  return null;
}

function fromSqlite(code: string, filePath: string): ErrorCode | null {
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') return 'DatabaseCorrupt';
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) return 'DatabaseLocked';
  if (code === 'SQLITE_FULL') return 'DiskFull';
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN') || code === 'SQLITE_PERM') {
    return whyNotWritable(filePath);
  }
  // The shared-memory file and some writes report a full disk as an input/output error.
  if (code.startsWith('SQLITE_IOERR')) return freeBytes(filePath) === 0 ? 'DiskFull' : 'LocalIoError';
  return null;
}

function fromErrno(code: string): ErrorCode | null {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return 'LocalAccessDenied';
    case 'EROFS':
      return 'ReadOnlyFileSystem';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'DiskFull';
    case 'ENOENT':
      return 'FileNotFound';
    case 'ENOTDIR':
    case 'EEXIST':
      return 'NotADirectory';
    case 'EISDIR':
      return 'IsADirectory';
    case 'ENAMETOOLONG':
      return 'NameTooLong';
    case 'ELOOP':
      return 'SymlinkLoop';
    case 'EMFILE':
    case 'ENFILE':
      return 'TooManyOpenFiles';
    case 'EIO':
      return 'LocalIoError';
    default:
      return null;
  }
}

function whyNotWritable(filePath: string): ErrorCode {
  for (const path of [dirname(filePath), filePath]) {
    try {
      accessSync(path, constants.R_OK | constants.W_OK);
    } catch (error) {
      const errno = codeOf(error);
      if (errno !== null && !(path === filePath && errno === 'ENOENT')) return fromErrno(errno) ?? 'LocalIoError';
    }
  }
  return 'LocalAccessDenied';
}

function freeBytes(filePath: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(dirname(filePath));
    return bavail * bsize;
  } catch {
    return null;
  }
}
