/** No byte in either direction for so long, and a request is cut and retried: total time is never limited. */
export const defaultStallMs = 30_000;
