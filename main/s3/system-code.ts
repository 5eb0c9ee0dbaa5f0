/**
 * The code (`ENOENT`, `ECONNRESET`, `CERT_HAS_EXPIRED` …) of a Node error, looked for in its causes and, where several
 * addresses of a host were tried, in the first of the errors; null when there is none.
 */
export function systemCodeOf(error: unknown, depth = 0): string | null {
  if (typeof error !== 'object' || error === null || depth > 4) return null;
  if ('code' in error && typeof error.code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(error.code)) return error.code;
  if ('errors' in error && Array.isArray(error.errors)) {
    for (const one of error.errors) {
      const code = systemCodeOf(one, depth + 1);
      if (code !== null) return code;
    }
  }
  return 'cause' in error ? systemCodeOf(error.cause, depth + 1) : null;
}
