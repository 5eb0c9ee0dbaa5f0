import { appError, type AppError, type ErrorCode } from '../../shared/errors.ts';
import { systemCodeOf } from './system-code.ts';

const codeBySystemCode: Readonly<Record<string, ErrorCode>> = {
  ENOENT: 'FileNotFound',
  EACCES: 'LocalAccessDenied',
  EPERM: 'LocalAccessDenied',
  ENOSPC: 'DiskFull',
  EDQUOT: 'DiskFull',
  EROFS: 'ReadOnlyFileSystem',
  EISDIR: 'IsADirectory',
  ENOTDIR: 'NotADirectory',
  ELOOP: 'SymlinkLoop',
  ENAMETOOLONG: 'NameTooLong',
  EMFILE: 'TooManyOpenFiles',
  ENFILE: 'TooManyOpenFiles',
  EBUSY: 'FileBusy',
  ETXTBSY: 'FileBusy',
  EAGAIN: 'FileBusy',
  EEXIST: 'FileExists',
  ENOTEMPTY: 'FileExists',
  ENXIO: 'NotAFile',
  ENODEV: 'NotAFile',
  EFBIG: 'LocalIoError',
  EIO: 'LocalIoError',
  EXDEV: 'LocalIoError',
  ESTALE: 'LocalIoError',
  // A NUL in a path: no file can have that name.
  ERR_INVALID_ARG_VALUE: 'UnsafePath',
  EINVAL: 'LocalIoError',
  EILSEQ: 'UnsafePath',
};

/** The AppError of a failed file operation on `path`. Anything unknown is LocalIoError: the file system said no. */
export function mapFileError(error: unknown, path: string): AppError {
  const code = systemCodeOf(error);
  const mapped = code === null ? undefined : codeBySystemCode[code];
  return appError(mapped ?? 'LocalIoError', { path, systemCode: code ?? undefined }, error);
}
