import type { Clock } from '../../shared/domain/clock.ts';

/** S3 takes requests up to 15 minutes off; `Date` headers are whole seconds and arrive late. Below this it is noise. */
const noticeableSkewMs = 60_000;

/** How far the server's clock is from ours, learned from `Date` headers: requests are signed with the server's time. */
export interface ServerClock {
  /** Server time minus ours; 0 until a noticeable difference was seen. */
  offsetMs(): number;
  noteServerDate(dateMs: number): void;
  onChange(listener: (offsetMs: number) => void): void;
}

export function createServerClock(clock: Pick<Clock, 'nowMs'>): ServerClock {
  let offsetMs = 0;
  const listeners: ((offsetMs: number) => void)[] = [];
  return {
    offsetMs: () => offsetMs,
    noteServerDate(dateMs) {
      if (!Number.isFinite(dateMs)) return;
      const difference = dateMs - clock.nowMs();
      const learned = Math.abs(difference) < noticeableSkewMs ? 0 : difference;
      // Already known closely enough: a request that took long must not make the offset wander.
      if (learned !== 0 && Math.abs(learned - offsetMs) < noticeableSkewMs) return;
      if (learned === offsetMs) return;
      offsetMs = learned;
      for (const listener of listeners) listener(offsetMs);
    },
    onChange(listener) {
      listeners.push(listener);
    },
  };
}
