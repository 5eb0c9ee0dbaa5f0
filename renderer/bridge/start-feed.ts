import type { EngineEvent, Snapshot } from '../../shared/contract/events.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import { initialOrder, type OrderStep, receiveBatch, receiveSnapshot } from '../../shared/contract/batch-order.ts';
import type { EngineLink, LinkState } from './engine-link.ts';

/** What takes the engine's state: the stores. */
export interface FeedTarget {
  reset(snapshot: Snapshot): void;
  apply(events: readonly EngineEvent[]): void;
  link(state: LinkState): void;
}

const snapshotRetryMs = 1000;

/**
 * Feeds the stores for as long as the window lives: a snapshot whenever the link opens or a batch is missing, then the
 * batches that follow it, each once and in order. Returns the function that ends it.
 */
export function startFeed(link: EngineLink, target: FeedTarget, clock: Clock): () => void {
  let order = initialOrder;
  let asking = 0;
  let ended = false;

  const take = (step: OrderStep) => {
    order = step.order;
    if (step.events.length > 0) target.apply(step.events);
    if (step.needsSnapshot) void askSnapshot();
  };

  const askSnapshot = async () => {
    const mine = ++asking;
    const answer = await link.call('events.snapshot', {});
    if (ended || mine !== asking) return;
    if (!answer.ok) {
      // A lost link asks again by itself once it is open; any other failure is worth another try.
      if (answer.error.code !== 'EngineUnavailable') clock.setTimer(snapshotRetryMs, () => void askSnapshot());
      return;
    }
    target.reset(answer.value);
    take(receiveSnapshot(order, answer.value.seq));
  };

  const endBatches = link.subscribe((batch) => take(receiveBatch(order, batch)));
  const endLink = link.watchLink((state) => {
    target.link(state);
    if (state.state !== 'open') return;
    order = initialOrder;
    void askSnapshot();
  });
  return () => {
    ended = true;
    endBatches();
    endLink();
  };
}
