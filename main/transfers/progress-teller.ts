import type { Clock } from '../../shared/domain/clock.ts';

/** As often as events are handed on at all. */
const intervalMs = 100;

/**
 * Tells of things that change all the time: each at once when it was quiet, then ten times a second at most, the last
 * change always. What it costs to say how far a job is must not be paid for each of its files.
 */
export function createProgressTeller<T>(clock: Clock, tell: (subject: T) => void): (subject: T) => void {
  /** Subjects told of just now; true: they have changed since. */
  const recent = new Map<T, boolean>();
  const wait = (subject: T): void => {
    clock.setTimer(intervalMs, () => {
      const hasChanged = recent.get(subject) === true;
      recent.delete(subject);
      if (hasChanged) progressed(subject);
    });
  };
  function progressed(subject: T): void {
    if (recent.has(subject)) {
      recent.set(subject, true);
      return;
    }
    recent.set(subject, false);
    wait(subject);
    tell(subject);
  }
  return progressed;
}
