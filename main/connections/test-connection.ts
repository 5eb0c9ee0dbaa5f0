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
import type { SigningCredentials } from '../s3/data-plane/transport.ts';
import type { BucketRow, ListPage, ObjectStore } from '../s3/object-store.ts';
import { restrictStore, type Restriction } from '../s3/restrict-store.ts';
import {
  type Found,
  isMissingBucket,
  judgeBuckets,
  judgeClock,
  judgeCredentials,
  judgeIdentity,
  judgePermissions,
  judgeRestriction,
  missingBucket,
  note,
  type Verdict,
} from './judge-steps.ts';
import { normaliseSettings } from './normalise-settings.ts';
import type { OpenStore, StoreTarget } from './open-store.ts';
import { listPlace, probePermissions } from './permission-probe.ts';
import type { ProbeEndpoint } from './probe-endpoint.ts';

export type TestConnectionDeps = {
  readonly openStore: OpenStore;
  readonly loadCredentials: (target: StoreTarget) => Promise<Result<SigningCredentials>>;
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
  /** The person agreed that a small object is uploaded and deleted again: in the restriction, else in `probeBucket`. */
  readonly writeProbe?: boolean | undefined;
  /** Where permissions are tried of a connection that is not restricted to a bucket; else it is the first of the list. */
  readonly probeBucket?: string | undefined;
};

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

/**
 * Tries a connection step by step, as it would be once saved (normaliseSettings), without changing anything unless
 * `writeProbe` says that an object may be uploaded and deleted. `ok`: the credentials work and the restriction, or where
 * there is none the bucket list, can be read; a restriction to a bucket that does not exist is a warning as long as the
 * bucket list can be read. Permissions do not count; they are tried as soon as the credentials work and a bucket is
 * known, also when a step between failed. All steps are in the result, in the order of testStepNames; those that nothing
 * can be said of are skipped.
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
  const skipTo = (next?: TestStep['name']) => {
    const until = next === undefined ? testStepNames.length : testStepNames.indexOf(next);
    for (const left of testStepNames.slice(steps.length, until)) end(left, 'skipped', {});
  };
  const stop = (name: TestStep['name'], error: AppError): TestResult => {
    end(name, 'failed', { error });
    skipTo();
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
  const credentials = await deps.loadCredentials(target);
  if (!credentials.ok) return stop('credentials', credentials.error);
  const opened = await deps.openStore(target);
  if (!opened.ok) return stop('credentials', opened.error);
  try {
    const { store } = opened.value;
    const restriction = restrictionOf(settings);
    const buckets = await store.listBuckets(signal);
    if (probe.value.listsBucketsToAnybody && !buckets.ok && buckets.error.code === 'AccessDenied') {
      // Ceph with STS says this to a wrong key and to a wrong secret alike.
      const { accessKeyId } = credentials.value;
      return stop('credentials', appError('InvalidAccessKeyId', { ...serverOf(buckets.error), accessKeyId }));
    }
    // A server without a bucket list says nothing of the credentials: there the restriction is asked.
    const unclear = !buckets.ok && !acceptedRefusals.has(buckets.error.code);
    if (unclear && !(restriction !== null && isUnsupported(buckets.error))) return stop('credentials', buckets.error);
    const page = restriction === null ? null : await listPlace(restrictStore(store, restriction), restriction, signal);
    if (page !== null && !page.ok && !acceptedRefusals.has(page.error.code)) return stop('credentials', page.error);
    end('credentials', ...judgeCredentials(credentials.value));

    begin('identity');
    const own = settings.endpointUrl !== undefined;
    const identity = own ? null : await deps.callerIdentity(credentials.value, region, signal);
    end('identity', ...(identity === null ? skipped('onlyAmazon') : judgeIdentity(identity)));

    let error: AppError | null = null;
    begin('buckets');
    if (!buckets.ok && restriction === null) {
      ({ error } = buckets);
      end('buckets', 'failed', { error });
      skipTo('permissions');
    } else {
      end('buckets', ...judgeBuckets(buckets));
      begin('restriction');
      const judged = restriction === null || page === null ? null : judgeRestriction(restriction, page, buckets);
      end('restriction', ...(judged?.verdict ?? skipped('unrestricted')));
      error = judged?.error ?? null;
    }

    begin('permissions');
    const isMissing = page !== null && !page.ok && isMissingBucket(page.error);
    const place = isMissing ? null : placeToProbe(restriction, options.probeBucket, buckets);
    const tried =
      place === null ? null : await tryPermissions(store, place, { buckets, page: page ?? undefined }, options);
    end('permissions', ...(tried?.verdict ?? skipped('nothingToTry')));
    return { ok: error === null, steps, ...(error === null ? {} : { error }), ...tried?.reported };
  } finally {
    opened.value.close();
  }
}

function amazonEndpoint(region: string): string {
  return `https://s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

function restrictionOf({ restrictToBucket, restrictToPath }: StoreTarget['settings']): Restriction | null {
  return restrictToBucket === undefined ? null : { bucket: restrictToBucket, path: restrictToPath ?? '' };
}

type ProbePlace = { readonly restriction: Restriction; readonly isNamed: boolean };

/** The connection's own place, else the bucket that was asked for, else the first one. */
function placeToProbe(
  restriction: Restriction | null,
  probeBucket: string | undefined,
  buckets: Result<readonly BucketRow[]>,
): ProbePlace | null {
  if (restriction !== null) return { restriction, isNamed: true };
  if (probeBucket !== undefined) return { restriction: { bucket: probeBucket, path: '' }, isNamed: true };
  const first = buckets.ok ? buckets.value[0] : undefined;
  return first === undefined ? null : { restriction: { bucket: first.name, path: '' }, isNamed: false };
}

async function tryPermissions(
  store: ObjectStore,
  { restriction, isNamed }: ProbePlace,
  known: { readonly buckets: Result<readonly BucketRow[]>; readonly page: Result<ListPage> | undefined },
  { writeProbe = false, signal }: TestConnectionOptions,
): Promise<{ readonly verdict: Verdict; readonly reported?: Pick<TestResult, 'permissions'> }> {
  // Nothing is written to a bucket that nobody named.
  const writes = writeProbe && isNamed;
  const scoped = restrictStore(store, restriction);
  const probed = await probePermissions(scoped, restriction, { ...known, writes, signal });
  const { page, left, ...permissions } = probed;
  if (!page.ok && isMissingBucket(page.error)) return { verdict: missingBucket(restriction.bucket, known.buckets) };
  return { verdict: judgePermissions(permissions, left), reported: { permissions } };
}

const skipped = (code: TestNoteCode): Verdict => ['skipped', note(code)];

function isUnsupported({ code }: AppError): boolean {
  return code === 'UnknownServiceError' || code === 'InternalError' || code === 'InvalidArgument';
}

function serverOf({ context }: AppError): Record<string, string | number | undefined> {
  const { endpoint, host, status } = context;
  return { endpoint, host, status };
}
