/**
 * How many retries a server gets. All requests to it draw from one budget: `burst` at once, one more for each that comes
 * to a good end and one every `refillMs`. Beyond it retries wait for their turn, so that a server that is down or
 * overloaded is not asked many times over by everything that is in flight ([T67]). Pure: whoever asks tells the time.
 */
export type RetryBudget = {
  /** Takes one retry: how long it has to wait, in milliseconds; at most maxWaitMs. */
  take(nowMs: number): number;
  /** A request to the server has come to a good end. */
  refund(): void;
};

/** Half of what SDKs allow (500 tokens, 5 for each retry); a job has up to a few hundred requests in flight. */
const burst = 50;
const refillMs = 100;
/** As with Retry-After: nobody is to wait for longer without trying. */
export const maxWaitMs = 60_000;

export function createRetryBudget(): RetryBudget {
  /** When the budget is full again, were nothing taken: each retry moves it on, each success and the time back. */
  let fullMs = Number.NEGATIVE_INFINITY;
  return {
    take(nowMs) {
      // A clock that was set back must not make retries wait for what it was set back by.
      fullMs = Math.min(Math.max(fullMs, nowMs), nowMs + burst * refillMs + maxWaitMs) + refillMs;
      return Math.min(maxWaitMs, Math.max(0, fullMs - nowMs - burst * refillMs));
    },
    refund() {
      fullMs -= refillMs;
    },
  };
}
