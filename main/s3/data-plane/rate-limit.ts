/**
 * Bandwidth limits for all threads at once. What has been granted is kept in shared memory, so that a limit holds for all
 * requests of a direction together wherever they run, and a new one from the next slice on, without a message to anybody.
 */
export type RateDirection = 'up' | 'down';

/** In shared memory, for each direction: the rate, how often it was set, and when the bytes granted so far are through. */
export type SharedRates = SharedArrayBuffer;

export type RateLimiter = {
  /**
   * To be called before bytes are written, or after they were read and before more are. Null: go on at once. `onWait` is
   * called at least once a second while it waits: a request that is held back is not a stalled one ([T63]).
   */
  take(bytes: number, onWait?: () => unknown): Promise<void> | null;
  /** How much is best written in one piece: little when there is little, so that progress is smooth and everybody's turn comes. */
  sliceBytes(): number;
};

export type RateLimiters = Readonly<Record<RateDirection, RateLimiter>>;

export type RateClock = {
  /** Nanoseconds; the same in all threads of a process. */
  nowNs(): bigint;
  sleep(delayMs: number): Promise<void>;
};

const systemRateClock: RateClock = {
  nowNs: () => process.hrtime.bigint(),
  sleep: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
};

const largestSlice = 512 * 1024;
const smallestSlice = 1024;
const slicesPerSecond = 50;
/** What was not used may be made up for so long: timers come late. */
const burstNs = 100_000_000n;
/** A shorter wait is none: no timer is as exact. */
const shortestWaitMs = 2;
/** How long a request that waits may not notice that there is another limit. */
const longestSleepMs = 200;

const bytesOf: Readonly<Record<RateDirection, number>> = { up: 0, down: 16 };

export function createSharedRates(): SharedRates {
  return new SharedArrayBuffer(32);
}

function wordsOf(rates: SharedRates, direction: RateDirection) {
  const offset = bytesOf[direction];
  return { counts: new Int32Array(rates, offset, 2), freeAt: new BigInt64Array(rates, offset + 8, 1) };
}

/** Sets the limit of a direction, in bytes a second up to 2^31 - 1; null: none. What waits goes on by the new one. */
export function setRate(
  rates: SharedRates,
  direction: RateDirection,
  bytesPerSecond: number | null,
  clock: Pick<RateClock, 'nowNs'> = systemRateClock,
): void {
  const { counts, freeAt } = wordsOf(rates, direction);
  if (Atomics.load(counts, 0) === (bytesPerSecond ?? 0)) return;
  Atomics.store(counts, 0, bytesPerSecond ?? 0);
  Atomics.store(freeAt, 0, clock.nowNs());
  Atomics.add(counts, 1, 1);
}

function createLimiter(rates: SharedRates, direction: RateDirection, clock: RateClock): RateLimiter {
  const { counts, freeAt } = wordsOf(rates, direction);
  const rate = () => Atomics.load(counts, 0);
  const sliceBytes = () => {
    const bytesPerSecond = rate();
    if (bytesPerSecond === 0) return largestSlice;
    return Math.max(smallestSlice, Math.min(largestSlice, Math.floor(bytesPerSecond / slicesPerSecond)));
  };

  /** Takes the next free time for so many bytes, behind all that was taken before: when it comes. */
  function reserve(bytes: number, bytesPerSecond: number): bigint {
    for (;;) {
      const free = Atomics.load(freeAt, 0);
      const now = clock.nowNs();
      const start = free > now - burstNs ? free : now - burstNs;
      const next = start + BigInt(Math.ceil((bytes / bytesPerSecond) * 1e9));
      if (Atomics.compareExchange(freeAt, 0, free, next) === free) return start;
    }
  }

  async function wait(bytes: number, onWait: () => unknown): Promise<void> {
    let left = bytes;
    while (left > 0) {
      const bytesPerSecond = rate();
      if (bytesPerSecond === 0) return;
      const setAt = Atomics.load(counts, 1);
      const slice = Math.min(left, sliceBytes());
      const start = reserve(slice, bytesPerSecond);
      for (;;) {
        const delayMs = Number(start - clock.nowNs()) / 1e6;
        if (delayMs < shortestWaitMs || Atomics.load(counts, 1) !== setAt) break;
        await clock.sleep(Math.min(delayMs, longestSleepMs));
        onWait();
      }
      // Set anew meanwhile: what was reserved by the old limit is taken by the new one.
      if (Atomics.load(counts, 1) === setAt) left -= slice;
    }
  }

  return {
    take: (bytes, onWait = () => undefined) => (rate() === 0 || bytes === 0 ? null : wait(bytes, onWait)),
    sliceBytes,
  };
}

/** Limiters on rates that other threads may share. */
export function createRateLimiters(rates: SharedRates, clock: RateClock = systemRateClock): RateLimiters {
  return { up: createLimiter(rates, 'up', clock), down: createLimiter(rates, 'down', clock) };
}

/** Where there are no limits, as in tests. */
export const unlimited: RateLimiters = createRateLimiters(createSharedRates());

/** The same bytes, as fast as the limiter lets them. */
export async function* paced(body: AsyncIterable<Uint8Array>, limiter: RateLimiter): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    const wait = limiter.take(chunk.length);
    if (wait) await wait;
    yield chunk;
  }
}
