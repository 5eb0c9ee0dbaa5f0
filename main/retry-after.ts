/**
 * Seconds that a `Retry-After` asks for (RFC 9110, 10.2.3): a number, or a date, which counts from the answer's own `Date`
 * whatever the clock here shows. undefined for what is neither, or over. Pure.
 */
export function retryAfterSeconds(
  retryAfter: string | null | undefined,
  date: string | null | undefined,
): number | undefined {
  const value = retryAfter?.trim() ?? '';
  if (/^\d{1,6}$/.test(value)) return Number(value);
  const untilMs = value.endsWith('GMT') ? Date.parse(value) - Date.parse(date ?? '') : Number.NaN;
  return untilMs > 0 ? Math.ceil(untilMs / 1000) : undefined;
}
