import type { EngineEvent, EventBatch, Snapshot } from '../../shared/contract/events.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import { assertNever } from '../../shared/result.ts';

/** At most ten batches a second. */
const batchIntervalMs = 100;

export interface EventHub {
  emit(event: EngineEvent): void;
  /** Batches from now on, in order; returns the function that ends it. A listener that throws does not stop the others. */
  subscribe(listener: (batch: EventBatch) => void): () => void;
  /**
   * The state and the number of the last batch that is part of it. What was collected goes out first and the number is
   * taken before `read` starts: an event that arises meanwhile is in the state already or comes in a later batch, or
   * both, which is harmless because events carry states.
   */
  snapshot(read: () => Promise<Omit<Snapshot, 'seq'>>): Promise<Snapshot>;
  /** Sends what is left and stops. */
  close(): void;
}

/**
 * Collects events and sends them in batches. Events carry states, so of several about the same thing only the last is
 * kept, at the place of the last one. `seq` counts batches without a gap, whether or not anybody listens.
 */
export function createEventHub(clock: Clock, onListenerFailure: (thrown: unknown) => void): EventHub {
  const listeners = new Set<(batch: EventBatch) => void>();
  let collected = new Map<string, EngineEvent>();
  let cancelTimer: (() => void) | null = null;
  let lastBatchMs = Number.NEGATIVE_INFINITY;
  let seq = 0;
  let closed = false;
  let unique = 0;

  const flush = (): void => {
    cancelTimer?.();
    cancelTimer = null;
    if (collected.size === 0) return;
    const batch: EventBatch = { seq: ++seq, events: [...collected.values()] };
    collected = new Map();
    lastBatchMs = clock.nowMs();
    for (const listener of listeners) {
      try {
        listener(batch);
      } catch (thrown) {
        onListenerFailure(thrown);
      }
    }
  };

  return {
    emit(event) {
      if (closed) return;
      const subject = subjectOf(event) ?? `#${++unique}`;
      collected.delete(subject);
      collected.set(subject, event);
      if (cancelTimer !== null) return;
      // At once when it was quiet, else when the tenth of a second is over. A clock set back must not stall it.
      const sinceMs = Math.max(0, clock.nowMs() - lastBatchMs);
      cancelTimer = clock.setTimer(Math.max(0, batchIntervalMs - sinceMs), flush);
    },
    subscribe(listener) {
      // Its own function, so that the same listener may subscribe twice.
      const own = (batch: EventBatch): void => listener(batch);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    async snapshot(read) {
      flush();
      const taken = seq;
      return { seq: taken, ...(await read()) };
    },
    close() {
      flush();
      closed = true;
      listeners.clear();
    },
  };
}

/** What an event is about: a newer one about the same takes its place. Null: each counts. */
function subjectOf(event: EngineEvent): string | null {
  switch (event.type) {
    case 'connections.changed':
      return event.type;
    case 'changes.underWay':
    case 'preferences.changed':
    case 'transfers.limits':
    case 'transfers.orphans':
    case 'rules.changed':
    case 'audit.changed':
      return event.type;
    case 'rules.runChanged':
      return `${event.type}/${event.run.id}`;
    case 'connections.testStep':
      return `${event.type}/${event.testId}/${event.step.name}`;
    case 'listing.changed':
      return `${event.type}/${event.status.listingId}`;
    case 'objects.changed':
      return `${event.type}/${JSON.stringify([event.connectionId, event.bucket, event.prefix])}`;
    case 'selection.progress':
      return `${event.type}/${event.selectionId}`;
    case 'transfers.job':
      return `transfers.job/${event.job.id}`;
    case 'transfers.jobRemoved':
      // Takes the place of the job's own event: nothing may bring it back.
      return `transfers.job/${event.jobId}`;
    case 'transfers.file':
      return `${event.type}/${event.file.id}`;
    case 'transfers.speed':
    case 'rules.notice':
      return null;
    default:
      return assertNever(event);
  }
}
