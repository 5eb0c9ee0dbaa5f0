/** An error and what it came of: the errors of the several addresses of a host that were tried, and its causes. */
export function* errorsIn(error: unknown, depth = 0): Generator<object> {
  if (typeof error !== 'object' || error === null || depth > 4) return;
  yield error;
  if ('errors' in error && Array.isArray(error.errors)) for (const one of error.errors) yield* errorsIn(one, depth + 1);
  if ('cause' in error) yield* errorsIn(error.cause, depth + 1);
}

/**
 * The code (`ENOENT`, `ECONNRESET`, `CERT_HAS_EXPIRED` …) of a Node error, looked for in its causes and, where several
 * addresses of a host were tried, in the first of the errors; null when there is none.
 */
export function systemCodeOf(error: unknown): string | null {
  for (const one of errorsIn(error))
    if ('code' in one && typeof one.code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(one.code)) return one.code;
  return null;
}
