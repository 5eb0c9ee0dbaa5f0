import type { Clock } from '../../shared/domain/clock.ts';
import {
  type TestNoteCode,
  type TestResult,
  type TestStep,
  testStepNames,
} from '../../shared/domain/connection-test.ts';
import { appError, type AppError, type ErrorCode } from '../../shared/errors.ts';
import type { Result } from '../../shared/result.ts';
import type { CallerIdentity } from '../credentials/caller-identity.ts';
import type { CredentialAuth } from '../credentials/auth-loaders.ts';
import type { SigningCredentials } from '../s3/data-plane/transport.ts';
import type { BucketRow, ListPage, ObjectStore } from '../s3/object-store.ts';
import { normaliseSettings } from './normalise-settings.ts';
import type { OpenStore, StoreTarget } from './open-store.ts';
import type { ProbeEndpoint } from './probe-endpoint.ts';

export type TestConnectionDeps = {
  readonly openStore: OpenStore;
  readonly loadCredentials: (auth: CredentialAuth) => Promise<Result<SigningCredentials>>;
  readonly probeEndpoint: ProbeEndpoint;
  /** STS; asked only of Amazon, for connections without an endpoint of their own. */
  readonly callerIdentity: (
    credentials: SigningCredentials,
    region: string,
    signal?: AbortSignal,
  ) => Promise<Result<CallerIdentity>>;
  readonly clock: Pick<Clock, 'nowMs'>;
};

export type TestConnectionOptions = {
  /** Each step as it begins and as it ends. */
  readonly onStep?: ((step: TestStep) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** S3 refuses what is more than 15 minutes off; requests are signed with the server's time, so this is only a warning. */
const clockWarningMs = 5 * 60_000;

/** The server knows the credentials but does not do or allow this: says nothing against the credentials. */
const acceptedRefusals: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'AccessDenied',
  'MethodNotAllowed',
  'NotImplemented',
  'NoSuchBucket',
  'NoSuchKey',
  'PermanentRedirect',
  'InvalidBucketName',
]);
const missingBucketCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['NoSuchBucket', 'InvalidBucketName']);

/**
 * Tries a connection step by step without changing anything, as it would be once saved (normaliseSettings). `ok`: the credentials work and the restriction, or where
 * there is none the bucket list, can be read; a restriction to a bucket that does not exist is a warning as long as the bucket
 * list can be read. All steps are in the result, in the order of testStepNames; those after a failure are skipped.
 */
export async function testConnection(
  typed: StoreTarget,
  deps: TestConnectionDeps,
  options: TestConnectionOptions = {},
): Promise<TestResult> {
  const steps: TestStep[] = [];
  const { onStep, signal } = options;
  const begin = (name: TestStep['name']) => onStep?.({ name, state: 'running' });
  const end = (name: TestStep['name'], state: TestStep['state'], found: Found) => {
    const step = { name, state, ...found };
    steps.push(step);
    onStep?.(step);
  };
  const stop = (name: TestStep['name'], error: AppError): TestResult => {
    end(name, 'failed', { error });
    for (const left of testStepNames.slice(steps.length)) end(left, 'skipped', {});
    return { ok: false, steps, error };
  };

  begin('endpoint');
  const normal = normaliseSettings(typed.settings);
  if (!normal.ok) return stop('endpoint', normal.error);
  const settings = normal.value;
  const target = { ...typed, settings };
  const region = settings.region ?? 'us-east-1';
  const endpointUrl = settings.endpointUrl ?? amazonEndpoint(region);
  const probe = await deps.probeEndpoint(endpointUrl, { signal });
  if (!probe.ok) return stop('endpoint', probe.error);
  const { server, dateMs } = probe.value;
  end(
    'endpoint',
    'ok',
    server === null ? note('answers', { endpointUrl }) : note('answersAs', { endpointUrl, server }),
  );

  begin('clock');
  end('clock', ...judgeClock(dateMs, deps.clock.nowMs()));

  begin('credentials');
  const credentials = await deps.loadCredentials(target.auth);
  if (!credentials.ok) return stop('credentials', credentials.error);
  const opened = await deps.openStore(target);
  if (!opened.ok) return stop('credentials', opened.error);
  try {
    const { store } = opened.value;
    const buckets = await store.listBuckets(signal);
    if (probe.value.listsBucketsToAnybody && !buckets.ok && buckets.error.code === 'AccessDenied') {
      // Ceph with STS says this to a wrong key and to a wrong secret alike.
      const { accessKeyId } = credentials.value;
      return stop('credentials', appError('InvalidAccessKeyId', { ...serverOf(buckets.error), accessKeyId }));
    }
    const restricted = settings.restrictToBucket !== undefined;
    // A server without a bucket list says nothing of the credentials: there the restriction is asked.
    const unclear = !buckets.ok && !acceptedRefusals.has(buckets.error.code);
    if (unclear && !(restricted && isUnsupported(buckets.error))) return stop('credentials', buckets.error);
    const page = restricted ? await listRestriction(store, target, signal) : null;
    if (page !== null && !page.ok && !acceptedRefusals.has(page.error.code)) return stop('credentials', page.error);
    end('credentials', 'ok', note('accepted', { accessKeyId: credentials.value.accessKeyId }));

    begin('identity');
    end('identity', ...(await judgeIdentity(target, credentials.value, region, deps, signal)));

    begin('buckets');
    if (!buckets.ok && !restricted) return stop('buckets', buckets.error);
    end('buckets', ...judgeBuckets(buckets));

    begin('restriction');
    if (page === null) {
      end('restriction', 'skipped', note('unrestricted'));
      return { ok: true, steps };
    }
    return judgeRestriction(target, page, buckets, { end, stop, steps });
  } finally {
    opened.value.close();
  }
}

function amazonEndpoint(region: string): string {
  return `https://s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

type Found = Pick<TestStep, 'note' | 'error'>;
type Verdict = [state: TestStep['state'], found: Found];

const note = (code: TestNoteCode, values: Record<string, string | number> = {}): Found => ({ note: { code, values } });

function judgeClock(serverMs: number | null, nowMs: number): Verdict {
  if (serverMs === null) return ['skipped', note('noClock')];
  const offsetMs = serverMs - nowMs;
  if (Math.abs(offsetMs) <= clockWarningMs) return ['ok', note('clockAgrees')];
  const count = Math.round(Math.abs(offsetMs) / 60_000);
  return ['warning', note(offsetMs > 0 ? 'clockBehind' : 'clockAhead', { count })];
}

async function judgeIdentity(
  { settings }: StoreTarget,
  credentials: SigningCredentials,
  region: string,
  deps: TestConnectionDeps,
  signal: AbortSignal | undefined,
): Promise<Verdict> {
  if (settings.endpointUrl !== undefined) return ['skipped', note('onlyAmazon')];
  const identity = await deps.callerIdentity(credentials, region, signal);
  if (!identity.ok) return ['skipped', { ...note('identityUnknown'), error: identity.error }];
  const { arn, account, isRoot } = identity.value;
  return isRoot ? ['warning', note('rootUser', { account })] : ['ok', note('identity', { arn })];
}

function judgeBuckets(buckets: Result<readonly BucketRow[]>): Verdict {
  if (!buckets.ok) return ['warning', { ...note('bucketsUnlisted'), error: buckets.error }];
  return ['ok', note('bucketCount', { count: buckets.value.length })];
}

function listRestriction(
  store: ObjectStore,
  { settings }: StoreTarget,
  signal: AbortSignal | undefined,
): Promise<Result<ListPage>> {
  const { restrictToBucket = '', restrictToPath = '' } = settings;
  // Not HeadBucket: it carries no prefix and is refused by policies that allow only one.
  return store.listPage({ bucket: restrictToBucket, prefix: restrictToPath, delimiter: '', maxKeys: 1, signal });
}

function judgeRestriction(
  { settings }: StoreTarget,
  page: Result<ListPage>,
  buckets: Result<readonly BucketRow[]>,
  report: {
    readonly end: (name: TestStep['name'], state: TestStep['state'], found: Found) => void;
    readonly stop: (name: TestStep['name'], error: AppError) => TestResult;
    readonly steps: TestStep[];
  },
): TestResult {
  const bucket = settings.restrictToBucket ?? '';
  const place = `${bucket}/${settings.restrictToPath ?? ''}`;
  if (page.ok) {
    const isEmpty = page.value.objects.length === 0 && page.value.prefixes.length === 0;
    report.end('restriction', 'ok', note(isEmpty ? 'readableEmpty' : 'readable', { place }));
    return { ok: true, steps: report.steps };
  }
  if (!missingBucketCodes.has(page.error.code)) return report.stop('restriction', page.error);
  const suggestion = similarBucket(bucket, buckets);
  const found = suggestion === null ? note('noBucket', { bucket }) : note('noBucketButSimilar', { bucket, suggestion });
  report.end('restriction', 'warning', found);
  if (buckets.ok) return { ok: true, steps: report.steps };
  const context = { bucket, ...(suggestion === null ? {} : { suggestion }) };
  return { ok: false, steps: report.steps, error: appError('NoSuchBucket', context, page.error.cause) };
}

/** The bucket that differs only in case; where the list is not to be had, the lower-cased name. */
function similarBucket(bucket: string, buckets: Result<readonly BucketRow[]>): string | null {
  const lower = bucket.toLowerCase();
  if (buckets.ok) return buckets.value.find(({ name }) => name.toLowerCase() === lower)?.name ?? null;
  return lower === bucket ? null : lower;
}

function isUnsupported({ code }: AppError): boolean {
  return code === 'UnknownServiceError' || code === 'InternalError' || code === 'InvalidArgument';
}

function serverOf({ context }: AppError): Record<string, string | number | undefined> {
  const { endpoint, host, status } = context;
  return { endpoint, host, status };
}
