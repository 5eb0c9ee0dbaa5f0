import { StandardRetryStrategy } from '@smithy/core/retry';

type Refresh = StandardRetryStrategy['refreshRetryTokenForRetry'];

/** Attempts of the SDK for one call (throttling, 5xx, broken connections), with its own jittered pauses between. */
const maxAttempts = 3;
/** What the SDK's strategy adds to its own pause for a Retry-After, however much that asks for. */
const longestHintMs = 5_000;

/**
 * Standard retries, but none sooner than a Retry-After asks for: a longer one is told to the caller, who knows what
 * waiting is worth to him.
 */
export class PatientRetries extends StandardRetryStrategy {
  constructor() {
    super(maxAttempts);
  }

  override async refreshRetryTokenForRetry(...[token, info]: Parameters<Refresh>): ReturnType<Refresh> {
    if (info.retryAfterHint !== undefined && info.retryAfterHint.getTime() - Date.now() > longestHintMs)
      throw new Error('the server wants more time than is waited for here');
    return super.refreshRetryTokenForRetry(token, info);
  }
}
