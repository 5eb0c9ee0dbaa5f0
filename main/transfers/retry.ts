import type { Clock, Random } from '../../shared/domain/clock.ts';
import type { AppError } from '../../shared/errors.ts';
import { err, type Result } from '../../shared/result.ts';
import type { DataTarget } from '../s3/data-plane/transport.ts';
import type { OpenConnection } from '../s3/open-connection.ts';

export type RetryPolicy = {
  /** Tries in all, the first included. */
  readonly attempts: number;
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
};

export const defaultRetryPolicy: RetryPolicy = { attempts: 8, baseDelayMs: 250, maxDelayMs: 20_000 };

/** Full jitter: a random moment up to the doubled pause, never before what the server asked for (Retry-After). Pure. */
export function retryDelayMs(policy: RetryPolicy, attempt: number, random: Random, error: AppError): number {
  const ceiling = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** attempt);
  const asked = Number(error.context['retryAfterSeconds'] ?? 0) * 1000;
  return Math.max(Math.min(asked, 60_000), Math.ceil(random.next() * ceiling));
}

/** Waits on the injected clock; false when the signal ended the wait. */
export function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const onAbort = () => {
      cancel();
      resolve(false);
    };
    const cancel = clock.setTimer(delayMs, () => {
      signal.removeEventListener('abort', onAbort);
      resolve(true);
    });
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

export type RetryContext = {
  readonly connection: OpenConnection;
  readonly bucket: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly policy: RetryPolicy;
};

/**
 * Runs one request until it succeeds, its error says that trying again is pointless, or the tries are used up. On the
 * way it renews expired credentials, follows the bucket's region and corrects the clock, each for the next try.
 */
export async function withRetries<T>(
  context: RetryContext,
  request: (target: DataTarget) => Promise<Result<T>>,
): Promise<Result<T>> {
  const { connection, bucket, signal, policy } = context;
  let renew = false;
  let renewed = false;
  let redirected = false;
  for (let attempt = 0; ; attempt += 1) {
    const target = await connection.dataTarget(bucket, { renew });
    renew = false;
    const result = target.ok ? await request(target.value) : target;
    if (result.ok || signal.aborted) return result;
    const { error } = result;
    if (error.retry === 'reauth' && !renewed) {
      renew = true;
      renewed = true;
      continue;
    }
    const region = error.context['region'];
    if (
      (error.code === 'PermanentRedirect' || error.code === 'AuthorizationHeaderMalformed') &&
      typeof region === 'string' &&
      !redirected
    ) {
      redirected = true;
      connection.noteRegion(bucket, region);
      continue;
    }
    const serverDateMs = error.context['serverDateMs'];
    if (error.code === 'RequestTimeTooSkewed' && typeof serverDateMs === 'number')
      connection.noteServerDate(serverDateMs);
    if (error.retry !== 'backoff' || attempt + 1 >= policy.attempts) return err(error);
    if (!(await pause(context.clock, retryDelayMs(policy, attempt, context.random, error), signal))) return err(error);
  }
}

/** The same for control-plane calls, whose port has retries for the network of its own but not for a race. */
export async function withBackoff<T>(context: RetryContext, call: () => Promise<Result<T>>): Promise<Result<T>> {
  for (let attempt = 0; ; attempt += 1) {
    const result = await call();
    if (result.ok || context.signal.aborted || result.error.retry !== 'backoff') return result;
    if (attempt + 1 >= context.policy.attempts) return result;
    const delayMs = retryDelayMs(context.policy, attempt, context.random, result.error);
    if (!(await pause(context.clock, delayMs, context.signal))) return result;
  }
}
