import { longestSecondsLeft } from '../../shared/domain/transfer.ts';

/** Speed over the last seconds, from bytes noted as they move. Pure but for the time it is given. */
const windowMs = 4000;

export type SpeedMeter = {
  add(nowMs: number, bytes: number): void;
  /** Bytes a second over the last four seconds, or since the first byte when that is less; never negative. */
  bytesPerSecond(nowMs: number): number;
  /** Bytes have moved for as long as the speed is measured over: by then it says something about what is to come. */
  isSteady(nowMs: number): boolean;
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
    isSteady(nowMs) {
      forget(nowMs);
      return startMs !== null && buckets.size > 0 && nowMs - startMs >= windowMs;
    },
  };
}

/** What is known of a job that moves. */
export type Progress = {
  readonly bytesTotal: number;
  readonly bytesDone: number;
  readonly bytesPerSecond: number;
  /** The total is known. */
  readonly planned: boolean;
  readonly isSteady: boolean;
};

/** Seconds to go at this speed; null where that would be a guess: total or speed not known yet, or more than a day. Pure. */
export function secondsLeft({ bytesTotal, bytesDone, bytesPerSecond, planned, isSteady }: Progress): number | null {
  if (!planned || !isSteady || bytesPerSecond <= 0) return null;
  const seconds = Math.ceil(Math.max(0, bytesTotal - bytesDone) / bytesPerSecond);
  return seconds > longestSecondsLeft ? null : seconds;
}
