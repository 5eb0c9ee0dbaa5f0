import type { Clock } from '../../shared/domain/clock.ts';

/** So many in so much time are shown one by one. */
const atOnce = 5;
const withinMs = 30_000;

/**
 * A rule may have something to say of each of ten thousand objects: the first few are shown, the others counted, and their number
 * is told when the time is over.
 */
export function limitNotices<T>(clock: Clock, show: (notice: T) => void, tellMore: (count: number) => void) {
  let shown = 0;
  let more = 0;
  let isCounting = false;

  function begin(): void {
    isCounting = true;
    clock.setTimer(withinMs, () => {
      isCounting = false;
      shown = 0;
      if (more === 0) return;
      tellMore(more);
      more = 0;
      // That one counts.
      shown = 1;
      begin();
    });
  }

  return (notice: T): void => {
    if (!isCounting) begin();
    if (shown >= atOnce) {
      more += 1;
      return;
    }
    shown += 1;
    show(notice);
  };
}
