/**
 * The versions of a listing's rows and how many rows had been taken in under each. Within one order rows only ever come
 * in between, so the position that a row had under an older version is its place among the rows that were there then.
 */
export interface VersionLog {
  readonly version: number;
  /** More rows came into the same order. */
  grow(taken: number): void;
  /** Another order, or other rows: positions of older versions mean nothing any more. The next one is `least` or more. */
  restart(taken: number, least?: number): void;
  /** Rows taken in under that version; null for one of another order. */
  takenAt(version: number): number | null;
}

export function createVersionLog(firstVersion: number): VersionLog {
  let first = firstVersion;
  /** A number for each page of a listing: small beside the page. */
  let taken = [0];
  return {
    get version() {
      return first + taken.length - 1;
    },
    grow(rows) {
      taken.push(rows);
    },
    restart(rows, least = 0) {
      first = Math.max(first + taken.length, least);
      taken = [rows];
    },
    takenAt: (version) => taken[version - first] ?? null,
  };
}
