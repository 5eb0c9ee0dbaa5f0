/**
 * How many requests to one server are worth having in flight at once ([T47]). Pure: whoever asks tells the time. It
 * starts low, grows for as long as more of them move more, is halved when the server says that it is too much, and then
 * creeps up again.
 */
export type Concurrency = {
  limit(): number;
  /** A request has come to a good end, with so many bytes moved. `wasFull`: the limit held others back meanwhile. */
  done(nowMs: number, bytes: number, wasFull: boolean): void;
  /** The server wants less (SlowDown, 429, 503), or connections break. */
  pressed(nowMs: number): void;
};

export const firstLimit = 16;
/** A job has at most 64 threads with 16 requests each (interfaces of a connection). */
const highestLimit = 1024;
/** Long enough to measure: twice as many requests as may be in flight, and so long. */
const windowMs = 100;
/** A request costs the server and the way to it as much as so many bytes. */
const bytesPerRequest = 64 * 1024;
const fastGrowth = 2;
/** One measurement may be a bad one. */
const fastChances = 2;
/** Less than this much more is noise. */
const worthwhileGain = 1.05;
/** So many measurements after growing was of no use, it is tried again: the network may have got faster. */
const patience = 20;
/** What is in flight when the first refusal comes will bring more of the same. */
const pressureMs = 500;

export function createConcurrency(nowMs: number): Concurrency {
  let limit = firstLimit;
  /** It doubles until it has been of no use so often, then grows by one. */
  let chances = fastChances;
  let window = { startMs: nowMs, requests: 0, work: 0, wasFull: false };
  let lastRate = 0;
  let idleWindows = 0;
  let pressedMs = Number.NEGATIVE_INFINITY;

  function startWindow(atMs: number): void {
    window = { startMs: atMs, requests: 0, work: 0, wasFull: false };
  }

  function judge(rate: number): void {
    if (!window.wasFull) return;
    const isBetter = rate >= lastRate * worthwhileGain;
    if (isBetter || idleWindows >= patience) {
      limit = Math.min(highestLimit, chances > 0 ? limit * fastGrowth : limit + 1);
      lastRate = rate;
      idleWindows = 0;
      return;
    }
    chances -= 1;
    idleWindows += 1;
  }

  return {
    limit: () => limit,
    done(atMs, bytes, wasFull) {
      window.requests += 1;
      window.work += bytes + bytesPerRequest;
      window.wasFull ||= wasFull;
      const elapsedMs = atMs - window.startMs;
      // A clock that was set back: measure anew.
      if (elapsedMs < 0) return startWindow(atMs);
      if (elapsedMs < windowMs || window.requests < 2 * limit) return;
      judge(window.work / elapsedMs);
      startWindow(atMs);
    },
    pressed(atMs) {
      if (Math.abs(atMs - pressedMs) < pressureMs) return;
      pressedMs = atMs;
      limit = Math.max(1, Math.floor(limit / 2));
      chances = 0;
      lastRate = 0;
      idleWindows = 0;
      startWindow(atMs);
    },
  };
}
