import type { Clock } from '../../../shared/domain/clock.ts';

/** Reuses the memory of ranges: parts of a transfer all have the same size, so a few buffers serve a whole upload. */
export type BufferPool = {
  take(sizeBytes: number): Uint8Array<ArrayBuffer>;
  give(buffer: Uint8Array<ArrayBuffer>): void;
};

const granuleBytes = 64 * 1024;
/** A size that nobody has asked for in so long gives its memory back. */
const keptIdleMs = 10_000;

type Idle = { readonly buffers: ArrayBuffer[]; usedMs: number };

/** Keeps no thread alive. */
const ownClock: Clock = {
  nowMs: () => performance.now(),
  setTimer(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/**
 * Keeps at most `maxIdleBytes` of buffers that nobody uses, of the sizes that were used last, and none of a size that
 * nobody has asked for in ten seconds.
 */
export function createBufferPool(maxIdleBytes: number, clock: Clock = ownClock): BufferPool {
  /** By size, the one that was used last at the end. */
  const idle = new Map<number, Idle>();
  let idleBytes = 0;
  let isTimerSet = false;

  function use(capacity: number): Idle {
    const kept = idle.get(capacity) ?? { buffers: [], usedMs: 0 };
    kept.usedMs = clock.nowMs();
    idle.delete(capacity);
    idle.set(capacity, kept);
    return kept;
  }

  /** One of the size that nobody has used for the longest time. */
  function dropOldest(): void {
    for (const [capacity, { buffers }] of idle) {
      if (buffers.pop() === undefined) {
        idle.delete(capacity);
        continue;
      }
      idleBytes -= capacity;
      return;
    }
  }

  function sweep(): void {
    isTimerSet = false;
    for (const [capacity, { buffers, usedMs }] of idle) {
      if (clock.nowMs() - usedMs < keptIdleMs) return setTimer();
      idleBytes -= capacity * buffers.length;
      idle.delete(capacity);
    }
  }

  function setTimer(): void {
    if (isTimerSet) return;
    isTimerSet = true;
    clock.setTimer(keptIdleMs, sweep);
  }

  return {
    take(sizeBytes) {
      const capacity = Math.max(granuleBytes, Math.ceil(sizeBytes / granuleBytes) * granuleBytes);
      const reused = use(capacity).buffers.pop();
      if (reused) idleBytes -= capacity;
      return new Uint8Array(reused ?? new ArrayBuffer(capacity), 0, sizeBytes);
    },
    give(buffer) {
      const memory = buffer.buffer;
      const capacity = memory.byteLength;
      if (capacity > maxIdleBytes) return;
      const { buffers } = use(capacity);
      while (idleBytes + capacity > maxIdleBytes) dropOldest();
      buffers.push(memory);
      idleBytes += capacity;
      setTimer();
    },
  };
}
