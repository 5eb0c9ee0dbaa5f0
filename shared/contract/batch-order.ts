import type { EngineEvent, EventBatch } from './events.ts';

/**
 * Where a window, or whoever else follows the engine, is in its stream of batches. Without `seq` a snapshot is awaited and
 * batches are kept; with it, everything up to that batch has been applied.
 */
export type BatchOrder = { readonly seq: number | null; readonly kept: readonly EventBatch[] };

export const initialOrder: BatchOrder = { seq: null, kept: [] };

export type OrderStep = {
  readonly order: BatchOrder;
  /** To be applied now, in this order. */
  readonly events: readonly EngineEvent[];
  /** A gap: ask for a snapshot. */
  readonly needsSnapshot: boolean;
};

/** Pure. Replays are dropped, a gap asks for a snapshot once and keeps what comes meanwhile. */
export function receiveBatch(order: BatchOrder, batch: EventBatch): OrderStep {
  if (order.seq === null)
    return { order: { ...order, kept: [...order.kept, batch] }, events: [], needsSnapshot: false };
  if (batch.seq <= order.seq) return { order, events: [], needsSnapshot: false };
  if (batch.seq === order.seq + 1) {
    return { order: { seq: batch.seq, kept: [] }, events: batch.events, needsSnapshot: false };
  }
  return { order: { seq: null, kept: [batch] }, events: [], needsSnapshot: true };
}

/** Pure. The snapshot holds everything up to its seq; what was kept continues from there, in order, up to a gap. */
export function receiveSnapshot(order: BatchOrder, snapshotSeq: number): OrderStep {
  let seq = snapshotSeq;
  const events: EngineEvent[] = [];
  const later = order.kept.filter((batch) => batch.seq > snapshotSeq).sort((a, b) => a.seq - b.seq);
  for (const batch of later) {
    if (batch.seq <= seq) continue;
    if (batch.seq > seq + 1) {
      return { order: { seq: null, kept: later.filter((other) => other.seq > seq) }, events, needsSnapshot: true };
    }
    events.push(...batch.events);
    seq = batch.seq;
  }
  return { order: { seq, kept: [] }, events, needsSnapshot: false };
}
