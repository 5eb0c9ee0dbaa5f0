import type { EngineEvent } from '../../shared/contract/events.ts';
import { type TestResult, type TestStep, testedActions, testStepNames } from '../../shared/domain/connection-test.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import { ok, type Result } from '../../shared/result.ts';

type StepName = TestStep['name'];

const endpointUrl = 'https://s3.eu-central-1.amazonaws.com';
const notes: Partial<Record<StepName, TestStep['note']>> = {
  endpoint: { code: 'answers', values: { endpointUrl } },
  clock: { code: 'clockAgrees', values: {} },
  credentials: { code: 'accepted', values: { accessKeyId: 'AKIDEXAMPLE' } },
  identity: { code: 'identity', values: { arn: 'arn:aws:iam::123456789012:user/kim' } },
  buckets: { code: 'bucketCount', values: { count: 11 } },
  restriction: { code: 'unrestricted', values: {} },
  permissions: {
    code: 'someDenied',
    values: { count: 1, place: 'finance-eu/in/2026/', permissions: 's3:GetBucketLocation' },
  },
};

/** The scenes that are about the test; in others the secret is wrong. */
export const testScenes: readonly string[] = ['test-ok', 'test-running', 'test-unreachable'];

const permissionNames: Readonly<Record<(typeof testedActions)[number], string>> = {
  createConnection: 's3:ListAllMyBuckets',
  createBucket: 's3:CreateBucket',
  delete: 's3:DeleteObject',
  download: 's3:GetObject',
  presign: 's3:GetObject',
  location: 's3:GetBucketLocation',
  list: 's3:ListBucket',
  upload: 's3:PutObject, s3:AbortMultipartUpload, s3:ListMultipartUploadParts',
  streamingUpload: 's3:PutObject',
  triggers: 's3:ListBucket',
  auditLog: 's3:PutObject',
};
const written: readonly string[] = ['delete', 'upload', 'streamingUpload', 'auditLog'];

/** Some allowed, some not; what writes is not tried before somebody agrees. */
function samplePermissions(wrote: boolean): NonNullable<TestResult['permissions']> {
  const results = testedActions.map((action) => {
    const permission = permissionNames[action];
    if (action === 'createBucket' || (!wrote && written.includes(action))) {
      return { action, outcome: 'notTested' as const, permission };
    }
    if (action !== 'location') return { action, outcome: 'allowed' as const, permission };
    const error = appError('AccessDenied', { bucket: 'finance-eu', permission });
    return { action, outcome: 'denied' as const, permission, error };
  });
  return { bucket: 'finance-eu', prefix: 'in/2026/', wrote, results };
}

function failureOf(
  scene: string,
  mfaCode: string | undefined,
): { readonly at: StepName; readonly error: AppError } | null {
  if (scene === 'test-ok') return null;
  if (scene === 'test-mfa') {
    if (mfaCode === '123456') return null;
    const code = mfaCode === undefined ? 'MfaNeeded' : 'MfaRefused';
    return { at: 'credentials', error: appError(code, { mfaSerial: 'arn:aws:iam::123456789012:mfa/kim' }) };
  }
  if (scene === 'test-unreachable') {
    return { at: 'endpoint', error: appError('EndpointUnreachable', { endpoint: endpointUrl }) };
  }
  if (scene.startsWith('sso-')) {
    return { at: 'credentials', error: appError('SsoSignInNeeded', { profile: 'finance-sso' }) };
  }
  return { at: 'credentials', error: appError('SignatureDoesNotMatch', { accessKeyId: 'AKIDEXAMPLE', status: 403 }) };
}

/** A connection test as the engine does it, one step after the other. */
export async function sampleConnectionTest(
  scene: string,
  testId: string,
  { mfaCode, writeProbe = false }: { readonly mfaCode?: string | undefined; readonly writeProbe?: boolean | undefined },
  push: (event: EngineEvent) => void,
): Promise<Result<TestResult>> {
  const failure = failureOf(scene, mfaCode);
  const steps: TestStep[] = [];
  for (const name of testStepNames) {
    const isLeft = steps.some(({ state }) => state === 'failed');
    if (!isLeft) push({ type: 'connections.testStep', testId, step: { name, state: 'running' } });
    if (scene === 'test-running' && name === 'credentials') await new Promise(() => undefined);
    if (!isLeft) await new Promise((resolve) => setTimeout(resolve, 300));
    const step: TestStep = isLeft
      ? { name, state: 'skipped' }
      : name === failure?.at
        ? { name, state: 'failed', error: failure.error }
        : {
            name,
            state: name === 'restriction' ? 'skipped' : name === 'permissions' ? 'warning' : 'ok',
            note: notes[name],
          };
    steps.push(step);
    push({ type: 'connections.testStep', testId, step });
  }
  return ok(
    failure === null
      ? { ok: true, steps, permissions: samplePermissions(writeProbe) }
      : { ok: false, steps, error: failure.error },
  );
}
