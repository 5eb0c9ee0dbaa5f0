import { initialOrder, type OrderStep, receiveBatch, receiveSnapshot } from '../../shared/contract/batch-order.ts';
import type { EngineClient } from '../../shared/contract/client.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import { type Activity, activityOf, applyToActivity } from './activity.ts';

const snapshotRetryMs = 1000;

/**
 * Follows what the engine is at for as long as the app runs: calls back with each state and the one before it, the first time with
 * null.
 */
export function watchActivity(
  engine: EngineClient,
  clock: Clock,
  onChange: (now: Activity, before: Activity | null) => void,
): void {
  let order = initialOrder;
  let asking = 0;
  let activity: Activity | null = null;

  const put = (next: Activity): void => {
    if (next === activity) return;
    const before = activity;
    activity = next;
    onChange(next, before);
  };
  const take = (step: OrderStep): void => {
    order = step.order;
    if (activity !== null) put(applyToActivity(activity, step.events));
    if (step.needsSnapshot) void ask();
  };
  const ask = async (): Promise<void> => {
    const mine = ++asking;
    const answer = await engine.call('events.snapshot', {});
    if (mine !== asking) return;
    if (!answer.ok) {
      // Whoever holds the data folder is changing: it answers soon, or the app is closing and this timer ends with it.
      clock.setTimer(snapshotRetryMs, () => void ask());
      return;
    }
    put(activityOf(answer.value));
    take(receiveSnapshot(order, answer.value.seq));
  };

  engine.subscribe((batch) => take(receiveBatch(order, batch)));
  void ask();
}
