import { StandardRetryStrategy } from '@smithy/core/retry';
import { retryAfterSeconds } from '../retry-after.ts';

type Refresh = StandardRetryStrategy['refreshRetryTokenForRetry'];

/** Attempts of the SDK for one call (throttling, 5xx, broken connections), with its own jittered pauses between. */
export const maxAttempts = 3;
/** What the SDK's strategy adds to its own pause for a Retry-After, however much that asks for. */
const longestHintSeconds = 5;

/**
 * Standard retries, but none sooner than a Retry-After asks for: a longer one is told to the caller, who knows what
 * waiting is worth to him.
 */
export class PatientRetries extends StandardRetryStrategy {
  constructor() {
    super(maxAttempts);
  }

  override async refreshRetryTokenForRetry(...[token, info]: Parameters<Refresh>): ReturnType<Refresh> {
    // As the caller is told it: the SDK reads dates by the clock of this machine.
    const headers = info.error?.$response?.headers ?? {};
    const seconds = retryAfterSeconds(headers['retry-after'], headers['date']);
    if (seconds !== undefined && seconds > longestHintSeconds)
      throw new Error('the server wants more time than is waited for here');
    const { retryAfterHint: _, ...rest } = info;
    const hint = seconds === undefined ? {} : { retryAfterHint: new Date(Date.now() + seconds * 1000) };
    return super.refreshRetryTokenForRetry(token, { ...rest, ...hint });
  }
}
