/** Speed over the last seconds, from bytes noted as they move. Pure but for the time it is given. */
const windowMs = 4000;

export type SpeedMeter = {
  add(nowMs: number, bytes: number): void;
  /** Bytes a second over the last four seconds, or since the first byte when that is less; never negative. */
  bytesPerSecond(nowMs: number): number;
};

export function createSpeedMeter(): SpeedMeter {
  const bucketMs = 250;
  let startMs: number | null = null;
  const buckets = new Map<number, number>();
  const forget = (nowMs: number) => {
    for (const bucket of buckets.keys()) if (bucket * bucketMs < nowMs - windowMs) buckets.delete(bucket);
  };
  return {
    add(nowMs, bytes) {
      // A meter that was idle starts anew: the pause is not part of the speed.
      forget(nowMs);
      if (buckets.size === 0) startMs = nowMs;
      const bucket = Math.floor(nowMs / bucketMs);
      buckets.set(bucket, (buckets.get(bucket) ?? 0) + bytes);
    },
    bytesPerSecond(nowMs) {
      forget(nowMs);
      if (startMs === null || buckets.size === 0) return 0;
      let bytes = 0;
      for (const amount of buckets.values()) bytes += amount;
      const spanMs = Math.max(bucketMs, Math.min(windowMs, nowMs - startMs));
      return Math.max(0, Math.round((bytes * 1000) / spanMs));
    },
  };
}

/** Seconds to go at this speed; null when nothing moves or the total is not known yet. Pure. */
export function secondsLeft(
  bytesTotal: number,
  bytesDone: number,
  bytesPerSecond: number,
  planned: boolean,
): number | null {
  if (!planned || bytesPerSecond <= 0) return null;
  return Math.ceil(Math.max(0, bytesTotal - bytesDone) / bytesPerSecond);
}
