import type { TestNoteCode, TestResult, TestStep } from '../../shared/domain/connection-test.ts';
import { appError, type AppError, type ErrorCode } from '../../shared/errors.ts';
import type { Result } from '../../shared/result.ts';
import type { CallerIdentity } from '../credentials/caller-identity.ts';
import type { SigningCredentials } from '../s3/data-plane/transport.ts';
import type { BucketRow, ListPage } from '../s3/object-store.ts';
import type { LeftBehind } from './probe-object.ts';

// What the answers say, step by step. Pure.

export type Found = Pick<TestStep, 'note' | 'error'>;
export type Verdict = [state: TestStep['state'], found: Found];

/** S3 refuses what is more than 15 minutes off; requests are signed with the server's time, so this is only a warning. */
const clockWarningMs = 5 * 60_000;
const missingBucketCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['NoSuchBucket', 'InvalidBucketName']);

export const note = (code: TestNoteCode, values: Record<string, string | number> = {}): Found => ({
  note: { code, values },
});

export const isMissingBucket = ({ code }: AppError): boolean => missingBucketCodes.has(code);

export function judgeClock(serverMs: number | null, nowMs: number): Verdict {
  if (serverMs === null) return ['skipped', note('noClock')];
  const offsetMs = serverMs - nowMs;
  if (Math.abs(offsetMs) <= clockWarningMs) return ['ok', note('clockAgrees')];
  const count = Math.round(Math.abs(offsetMs) / 60_000);
  return ['warning', note(offsetMs > 0 ? 'clockBehind' : 'clockAhead', { count })];
}

/** Of credentials that the server took. */
const acceptedWith = { unnamedSession: 'acceptedUnnamed', shortened: 'acceptedShortened' } as const;

export function judgeCredentials({ accessKeyId, expiresMs, remark }: SigningCredentials): Verdict {
  if (expiresMs === undefined) return ['ok', note('accepted', { accessKeyId })];
  const code = remark === undefined ? 'acceptedUntil' : acceptedWith[remark];
  return ['ok', note(code, { accessKeyId, time: new Date(expiresMs).toISOString() })];
}

export function judgeIdentity(identity: Result<CallerIdentity>): Verdict {
  if (!identity.ok) return ['skipped', { ...note('identityUnknown'), error: identity.error }];
  const { arn, account, isRoot } = identity.value;
  return isRoot ? ['warning', note('rootUser', { account })] : ['ok', note('identity', { arn })];
}

export function judgeBuckets(buckets: Result<readonly BucketRow[]>): Verdict {
  if (!buckets.ok) return ['warning', { ...note('bucketsUnlisted'), error: buckets.error }];
  return ['ok', note('bucketCount', { count: buckets.value.length })];
}

/** `error` is that of the connection: it has none where only a bucket is missing and the others can be listed. */
export function judgeRestriction(
  { bucket, path }: { readonly bucket: string; readonly path: string },
  page: Result<ListPage>,
  buckets: Result<readonly BucketRow[]>,
): { readonly verdict: Verdict; readonly error: AppError | null } {
  if (page.ok) {
    const isEmpty = page.value.objects.length === 0 && page.value.prefixes.length === 0;
    const place = `${bucket}/${path}`;
    return { verdict: ['ok', note(isEmpty ? 'readableEmpty' : 'readable', { place })], error: null };
  }
  if (!isMissingBucket(page.error)) return { verdict: ['failed', { error: page.error }], error: page.error };
  const verdict = missingBucket(bucket, buckets);
  if (buckets.ok) return { verdict, error: null };
  const { suggestion } = verdict[1].note?.values ?? {};
  return { verdict, error: appError('NoSuchBucket', { bucket, suggestion }, page.error.cause) };
}

/** A warning with the bucket that was meant, where one differs only in case. */
export function missingBucket(bucket: string, buckets: Result<readonly BucketRow[]>): Verdict {
  const suggestion = similarBucket(bucket, buckets);
  return [
    'warning',
    suggestion === null ? note('noBucket', { bucket }) : note('noBucketButSimilar', { bucket, suggestion }),
  ];
}

/** Where the list is not to be had, the lower-cased name. */
function similarBucket(bucket: string, buckets: Result<readonly BucketRow[]>): string | null {
  const lower = bucket.toLowerCase();
  if (buckets.ok) return buckets.value.find(({ name }) => name.toLowerCase() === lower)?.name ?? null;
  return lower === bucket ? null : lower;
}

/** What could not be tried does not count. `left` is what a person must hear of before all else. */
export function judgePermissions(
  { bucket, prefix, results }: NonNullable<TestResult['permissions']>,
  left: readonly LeftBehind[],
): Verdict {
  const [stays] = left;
  if (stays !== undefined) {
    const place = [...new Set(left.map(({ key }) => `${bucket}/${key}`))].join(', ');
    return ['warning', { ...note('probeLeft', { place }), error: stays.error }];
  }
  const place = `${bucket}/${prefix}`;
  const denied = results.filter(({ outcome }) => outcome === 'denied');
  const permissions = new Set(denied.map(({ error, permission }) => error?.context['permission'] ?? permission));
  if (denied.length > 0) {
    return ['warning', note('someDenied', { count: denied.length, place, permissions: [...permissions].join(', ') })];
  }
  const wasTried = results.some(({ outcome }) => outcome === 'allowed');
  return wasTried ? ['ok', note('allAllowed', { place })] : ['skipped', note('nothingToTry')];
}
