import type { Clock, Random } from '../../shared/domain/clock.ts';
import type { AppError } from '../../shared/errors.ts';
import { err, type Result } from '../../shared/result.ts';
import type { DataTarget, SigningCredentials } from '../s3/data-plane/transport.ts';
import { isSameKey, maxRenewals } from '../s3/credential-source.ts';
import { pause } from '../pause.ts';
import type { OpenConnection } from '../s3/open-connection.ts';
import { isUnreachable } from './offline.ts';
import type { RetryBudget } from './retry-budget.ts';

export type RetryPolicy = {
  /** Tries in all, the first included. */
  readonly attempts: number;
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  /** Tries where no server is reached at all; left out: as many as of others. */
  readonly unreachableAttempts?: number;
};

export const defaultRetryPolicy: RetryPolicy = { attempts: 8, baseDelayMs: 250, maxDelayMs: 20_000 };

/** Full jitter: a random moment up to the doubled pause, never before what the server asked for (Retry-After). Pure. */
export function retryDelayMs(policy: RetryPolicy, attempt: number, random: Random, error: AppError): number {
  const ceiling = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** attempt);
  const asked = Number(error.context['retryAfterSeconds'] ?? 0) * 1000;
  return Math.max(Math.min(asked, 60_000), Math.ceil(random.next() * ceiling));
}

export type RetryContext = {
  readonly connection: OpenConnection;
  readonly bucket: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly policy: RetryPolicy;
  /** The server wants less, or its connections break ([T47]). */
  readonly onPressure?: () => void;
  /** Of the server that is asked ([T67]). */
  readonly budget: RetryBudget;
};

/** What the tries of one request learn on the way: each is told by an error and holds for the next try. */
function createRemedies({ connection, bucket }: Pick<RetryContext, 'connection' | 'bucket'>) {
  /** Of the latest try. */
  let used: SigningCredentials | undefined;
  let rejected: SigningCredentials | undefined;
  let renewals = 0;
  let redirected = false;
  return {
    async target(): Promise<Result<DataTarget>> {
      const before = rejected;
      const target = await connection.dataTarget(bucket, { rejected });
      rejected = undefined;
      used = target.ok ? target.value.credentials : undefined;
      // A key that is written down somewhere has no other: the server has said what it thinks of it.
      if (before !== undefined && used !== undefined && isSameKey(before, used)) renewals = maxRenewals;
      return target;
    },
    /** True when the next try may go at once. */
    remedy(error: AppError): boolean {
      if (error.retry === 'reauth' && renewals < maxRenewals) {
        rejected = used;
        renewals += 1;
        return true;
      }
      const region = error.context['region'];
      const elsewhere = error.code === 'PermanentRedirect' || error.code === 'AuthorizationHeaderMalformed';
      if (elsewhere && typeof region === 'string' && !redirected) {
        redirected = true;
        connection.noteRegion(bucket, region);
        return true;
      }
      const serverDateMs = error.context['serverDateMs'];
      if (error.code === 'RequestTimeTooSkewed' && typeof serverDateMs === 'number')
        connection.noteServerDate(serverDateMs);
      return false;
    },
  };
}

/**
 * Runs one request until it succeeds, its error says that trying again is pointless, or the tries are used up. On the
 * way it renews expired credentials, follows the bucket's region and corrects the clock, each for the next try.
 */
export function withRetries<T>(
  context: RetryContext,
  request: (target: DataTarget) => Promise<Result<T>>,
): Promise<Result<T>> {
  const remedies = createRemedies(context);
  return untilDone(
    context,
    (error) => remedies.remedy(error),
    async () => {
      const to = await remedies.target();
      return to.ok ? request(to.value) : to;
    },
  );
}

/** The same between two servers; an error whose context says `side: 'source'` is the source's. */
export function withRelayRetries<T>(
  source: RetryContext,
  target: RetryContext,
  request: (source: DataTarget, target: DataTarget) => Promise<Result<T>>,
): Promise<Result<T>> {
  const ofSource = createRemedies(source);
  const ofTarget = createRemedies(target);
  const remedy = (error: AppError) => (error.context['side'] === 'source' ? ofSource : ofTarget).remedy(error);
  return untilDone(target, remedy, async () => {
    const from = await ofSource.target();
    if (!from.ok) return err({ ...from.error, context: { ...from.error.context, side: 'source' } });
    const to = await ofTarget.target();
    return to.ok ? request(from.value, to.value) : to;
  });
}

async function untilDone<T>(
  context: RetryContext,
  remedy: (error: AppError) => boolean,
  attemptOnce: () => Promise<Result<T>>,
): Promise<Result<T>> {
  for (let attempt = 0; ; attempt += 1) {
    const result = await attemptOnce();
    if (result.ok) context.budget.refund();
    if (result.ok || context.signal.aborted) return result;
    if (isPressure(result.error)) context.onPressure?.();
    if (remedy(result.error)) continue;
    if (!(await pauseBefore(context, attempt, result.error))) return result;
  }
}

function isPressure({ code, context: { status } }: AppError): boolean {
  return code === 'SlowDown' || code === 'ConnectionReset' || code === 'Stalled' || status === 429 || status === 503;
}

/** False when there is no next try. */
async function pauseBefore(
  { policy, clock, random, signal, budget }: RetryContext,
  attempt: number,
  error: AppError,
): Promise<boolean> {
  const attempts = isUnreachable(error) ? (policy.unreachableAttempts ?? policy.attempts) : policy.attempts;
  if (error.retry !== 'backoff' || attempt + 1 >= Math.min(attempts, policy.attempts)) return false;
  const delayMs = Math.max(retryDelayMs(policy, attempt, random, error), budget.take(clock.nowMs()));
  return pause(clock, delayMs, signal);
}

/** The same for control-plane calls, whose port has retries for the network of its own but not for a race. */
export function withBackoff<T>(context: RetryContext, call: () => Promise<Result<T>>): Promise<Result<T>> {
  return untilDone(context, () => false, call);
}
