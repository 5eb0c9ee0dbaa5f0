const secondsPerMonth = 30 * 24 * 3600;

/** LIST requests in thirty days, when each look takes so many. Pure. */
export function listRequestsPerMonth(requests: number, pollSeconds: number): number {
  return Math.round((Math.max(1, requests) * secondsPerMonth) / pollSeconds);
}

/** Objects that one LIST request tells of. */
export const objectsPerList = 1000;

export type ListedPlace = { readonly bucket: string; readonly prefix: string; readonly recursive: boolean };

/** [A6] Whether one listing serves both: one's keys include the other's. Pure. */
export function sharesListing(a: ListedPlace, b: ListedPlace): boolean {
  const includes = (one: ListedPlace, other: ListedPlace): boolean =>
    one.recursive ? other.prefix.startsWith(one.prefix) : !other.recursive && one.prefix === other.prefix;
  return a.bucket === b.bucket && (includes(a, b) || includes(b, a));
}
