/** The code of a failed system call, or undefined for anything else that was thrown. */
export function systemCode(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
}

/** The path does not lead to a file: nothing there, something in the way, or no name for this file system. */
export function isAbsent(thrown: unknown): boolean {
  const code = systemCode(thrown);
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG' || code === 'ELOOP' || code === 'EISDIR';
}

/** Passes on every failure but that of a path that leads nowhere. */
export function ignoreAbsent(thrown: unknown): undefined {
  if (isAbsent(thrown)) return undefined;
  throw thrown;
}
