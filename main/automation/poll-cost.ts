const secondsPerMonth = 30 * 24 * 3600;

/** LIST requests in thirty days, when each look takes so many. Pure. */
export function listRequestsPerMonth(requests: number, pollSeconds: number): number {
  return Math.round((Math.max(1, requests) * secondsPerMonth) / pollSeconds);
}
