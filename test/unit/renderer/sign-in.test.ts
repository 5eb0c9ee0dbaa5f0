import type { TFunction } from 'i18next';
import { expect, test } from 'vitest';
import { jobActions } from '../../../renderer/features/transfers/job-menu.tsx';
import type { TransferCommands } from '../../../renderer/features/transfers/use-transfer-commands.ts';
import { signInInBrowser, type SsoState } from '../../../renderer/sign-in/sso-sign-in.ts';
import { signInOfConnection, signInOfJob, signInRequest } from '../../../renderer/stores/sign-in-store.ts';
import { openJobsOf } from '../../../renderer/stores/transfer-list.ts';
import { summarize, waitsForSignIn } from '../../../renderer/stores/transfer-summary.ts';
import { connectionIdSchema } from '../../../shared/domain/ids.ts';
import { type ConnectionView, connectionViewSchema } from '../../../shared/domain/connection.ts';
import { type JobView, jobViewSchema } from '../../../shared/domain/transfer.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok } from '../../../shared/result.ts';
import { createFakeEngine, type EngineAnswers } from '../../fakes/fake-engine-client.ts';
import { noLimitsView } from '../../../shared/domain/transfer-limits.ts';

const role = {
  type: 'role',
  roleArn: 'arn:aws:iam::123456789012:role/archive',
  mfaSerial: 'arn:aws:iam::123456789012:mfa/kim',
  base: { type: 'profile', profile: 'base-profile' },
};
const connection = (id: string, auth: object, status: ConnectionView['status'] = { state: 'ready' }): ConnectionView =>
  connectionViewSchema.parse({ id, name: id, kind: 'server', auth, status });
const job = (more: Partial<Record<keyof JobView, unknown>>): JobView =>
  jobViewSchema.parse({
    id: 'j1',
    kind: 'copy',
    connectionId: 'conn-1',
    connectionName: 'conn-1',
    from: 'a',
    to: 'b',
    bucket: 'b',
    state: 'waiting',
    conflict: 'ask',
    removeSource: false,
    filesTotal: 4,
    filesDone: 0,
    filesSkipped: 0,
    filesFailed: 0,
    verified: { checksum: 0, md5: 0, size: 0 },
    bytesTotal: 4,
    bytesDone: 0,
    planned: true,
    priority: 'normal',
    position: 0,
    canRepeat: false,
    bytesPerSecond: 0,
    secondsLeft: null,
    createdMs: 1,
    endedMs: null,
    ...more,
  });

test('what a failure asks of a person: the code of a device, or the profile to sign in', () => {
  const withRole = connection('conn-1', role);
  expect(signInRequest(appError('MfaNeeded'), withRole)).toEqual({
    kind: 'mfa',
    connectionId: 'conn-1',
    mfaSerial: 'arn:aws:iam::123456789012:mfa/kim',
  });
  const refused = appError('MfaRefused', { mfaSerial: 'another' });
  expect(signInRequest(refused, withRole)).toMatchObject({ kind: 'mfa', mfaSerial: 'another', refusal: refused });
  const named = appError('SsoSignInNeeded', { profile: 'named' });
  expect(signInRequest(named, withRole)).toEqual({ kind: 'sso', profile: 'named', connectionId: 'conn-1' });
  expect(signInRequest(appError('SsoSignInNeeded'), withRole)).toMatchObject({ profile: 'base-profile' });
  const withKey = connection('conn-2', { type: 'accessKey', accessKeyId: 'A', hasSessionToken: false });
  expect(signInRequest(appError('SsoSignInNeeded'), withKey)).toBeNull();
  expect(signInRequest(appError('ExpiredToken'), withRole)).toBeNull();
  expect(signInOfConnection(withRole)).toBeNull();
});

test('a job is signed in at the end that its failure names', () => {
  const needs = { state: 'needsYou' as const, error: appError('MfaNeeded') };
  const all = [connection('conn-1', { type: 'profile', profile: 'p' }), connection('conn-2', role, needs)];
  const error = appError('SsoSignInNeeded', { connectionId: 'conn-1', profile: 'p' });
  const both = { toConnectionId: 'conn-2' };
  expect(signInOfJob(job({ ...both, error }), all)).toMatchObject({ kind: 'sso', connectionId: 'conn-1' });
  const atTarget = appError('MfaNeeded', { connectionId: 'conn-2' });
  expect(signInOfJob(job({ ...both, error: atTarget }), all)).toMatchObject({ kind: 'mfa', connectionId: 'conn-2' });
  // One that failed for another reason, while its connection waits for a code.
  const failed = job({ ...both, state: 'failed', filesFailed: 1, error: appError('SlowDown') });
  expect(signInOfJob(failed, all)).toMatchObject({ kind: 'mfa', connectionId: 'conn-2' });
  expect(signInOfJob(job({ error: appError('SlowDown') }), all)).toBeNull();
  expect(signInOfJob(job({ error: atTarget }), [])).toBeNull();
});

test('a job that waits for a sign-in offers that first, and no form', () => {
  const nothing = () => undefined;
  const t = ((key: string) => key) as unknown as TFunction;
  const deeds = {
    commands: {} as TransferCommands,
    showOf: () => null,
    onAnswer: nothing,
    onElsewhere: nothing,
    ruleOf: () => null,
  };
  const offered = (one: JobView) =>
    jobActions(one, { ...deeds, editOf: () => nothing, signInOf: () => nothing }, t)
      .flat()
      .map(({ id }) => id);
  const waiting = job({ error: appError('MfaNeeded') });
  expect(waitsForSignIn(waiting)).toBe(true);
  expect(summarize([waiting, job({ state: 'active' })]).signIns).toBe(1);
  expect(offered(waiting)).toEqual(['signIn', 'pause', 'cancel']);
  expect(offered(job({ state: 'failed', filesFailed: 1 }))).toEqual(['signIn', 'retry', 'clear']);
  expect(offered(job({ state: 'active' }))).toEqual(['pause', 'cancel']);
});

test('a connection is used by transfers at either end that have not ended', () => {
  const jobs = {
    a: job({ id: 'a', connectionId: 'conn-2', toConnectionId: 'conn-1', state: 'paused' }),
    b: job({ id: 'b', state: 'done' }),
    c: job({ id: 'c', state: 'interrupted', createdMs: 5 }),
    d: job({ id: 'd', connectionId: 'conn-2', state: 'active' }),
  };
  expect(openJobsOf('conn-1', jobs).map(({ id }) => id)).toEqual(['a', 'c']);
});

const started = {
  signInId: 's1',
  verificationUrl: 'https://device.sso.eu-central-1.amazonaws.com/?user_code=AB-CD',
  userCode: 'AB-CD',
  expiresMs: 600_000,
};
const confirmed: EngineAnswers = {
  'profiles.startSignIn': () => ok(started),
  'profiles.awaitSignIn': () => ok({}),
  'profiles.cancelSignIn': () => ok({}),
  'connections.signIn': () => ok({}),
};
const connectionId = connectionIdSchema.parse('conn-1');

async function run(answers: EngineAnswers, what: { profile: string; connectionId?: typeof connectionId }) {
  const engine = createFakeEngine(answers, () => ({
    connections: [],
    jobs: [],
    speed: [],
    limits: noLimitsView,
    orphans: 0,
    changes: { count: 0, failed: 0 },
    rules: [],
    rulesPaused: false,
    preferences: {} as never,
  }));
  const told: SsoState[] = [];
  const stop = new AbortController();
  await signInInBrowser(engine, what, (state) => told.push(state), stop.signal);
  return { states: told.map(({ state }) => state), last: told.at(-1), calls: engine.calls.map(({ name }) => name) };
}

test('after the confirmation in the browser the connection is signed in, so that what waited goes on', async () => {
  const saved = await run(confirmed, { profile: 'p', connectionId });
  expect(saved.states).toEqual(['starting', 'waiting', 'confirmed', 'done']);
  expect(saved.calls).toEqual(['profiles.startSignIn', 'profiles.awaitSignIn', 'connections.signIn']);
  const unsaved = await run(confirmed, { profile: 'p' });
  expect(unsaved.states).toEqual(['starting', 'waiting', 'done']);
});

test('a sign-in that expires, is refused, or leads to no https page ends with its reason', async () => {
  const error = appError('SsoSignInExpired');
  const late = await run({ ...confirmed, 'profiles.awaitSignIn': () => err(error) }, { profile: 'p', connectionId });
  expect(late.last).toEqual({ state: 'ended', error });
  expect(late.calls).not.toContain('connections.signIn');
  const plain = { ...started, verificationUrl: 'http://device.example.com/' };
  const open = await run({ ...confirmed, 'profiles.startSignIn': () => ok(plain) }, { profile: 'p' });
  expect(open.states).toEqual(['starting', 'ended']);
  expect(open.calls).toContain('profiles.cancelSignIn');
});

test('closing the dialog cancels what the engine waits for, and nothing is told any more', async () => {
  let end: (() => void) | undefined;
  const engine = createFakeEngine(
    {
      ...confirmed,
      'profiles.awaitSignIn': () =>
        new Promise((resolve) => {
          end = () => resolve(err(appError('Cancelled')));
        }),
    },
    () => ({
      connections: [],
      jobs: [],
      speed: [],
      limits: noLimitsView,
      rules: [],
      rulesPaused: false,
      orphans: 0,
      changes: { count: 0, failed: 0 },
      preferences: {} as never,
    }),
  );
  const stop = new AbortController();
  const told: string[] = [];
  const running = signInInBrowser(engine, { profile: 'p' }, ({ state }) => told.push(state), stop.signal);
  await expect.poll(() => told).toEqual(['starting', 'waiting']);
  stop.abort();
  expect(engine.calls.at(-1)).toEqual({ name: 'profiles.cancelSignIn', input: { signInId: 's1' } });
  end?.();
  await running;
  expect(told).toEqual(['starting', 'waiting']);
});
