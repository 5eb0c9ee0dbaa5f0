import { randomUUID } from 'node:crypto';
import { bucketNameSchema } from '../../../shared/domain/connection.ts';
import type { PermissionResult, TestResult, TestStep } from '../../../shared/domain/connection-test.ts';
import { ok } from '../../../shared/result.ts';
import { describeError } from '../../../shared/words/describe-error.ts';
import { describeTestStep, permissionWords } from '../../../shared/words/describe-test-step.ts';
import type { Engine } from '../../engine-types.ts';
import { BadArguments } from './arguments.ts';
import { errorJson, outLine, sayError, type CommandContext, type ErrorJson, type ExitCode } from './command.ts';
import { readConnectionFile } from './connection-file.ts';
import { printable } from './format.ts';
import { findSaved } from './session.ts';
import { mfaCodeOf } from './sign-in.ts';

type StepJson = { readonly name: string; readonly ok: boolean; readonly detail: string };
type PermissionJson = Pick<PermissionResult, 'action' | 'outcome' | 'permission'> & { readonly error?: ErrorJson };

const stateMarks: Readonly<Record<TestStep['state'], string>> = {
  running: '…',
  ok: '✓',
  warning: '!',
  failed: '✗',
  skipped: '-',
};
const outcomeMarks: Readonly<Record<PermissionResult['outcome'], string>> = {
  allowed: '✓',
  denied: '✗',
  notTested: '-',
};

/** `brigade connections test NAME | --file FILE`. */
export async function testConnection(
  context: CommandContext,
  name: string | undefined,
  file: string | undefined,
): Promise<ExitCode> {
  const { io, line } = context;
  const probeBucket = line.options.bucket;
  if (probeBucket !== undefined && !bucketNameSchema.safeParse(probeBucket).success) {
    throw new BadArguments(`--bucket takes the name of a bucket, not "${probeBucket}".`);
  }
  const mfaCode = mfaCodeOf(line.options.code);
  const draft = file === undefined ? null : await readConnectionFile(context, file);
  if (draft !== null && !draft.ok) return answer(context, { ok: false, steps: [], error: draft.error });
  const session = await context.openSession();
  if (session === null) return 1;
  const target = draft === null ? await savedTarget(session.engine, name ?? '') : ok({ connection: draft.value });
  if (!target.ok) return answer(context, { ok: false, steps: [], error: target.error });
  const testId = randomUUID();
  session.engine.subscribe(({ events }) => {
    for (const event of events) {
      if (event.type === 'connections.testStep' && event.testId === testId) io.status(`${event.step.name} …`);
    }
  });
  const run = async (code: string | undefined) =>
    session.engine.call('connections.test', {
      testId,
      target: target.value,
      mfaCode: code,
      writeProbe: line.options['write-probe'] === true,
      probeBucket,
    });
  let tested = await run(mfaCode);
  if (mfaCode === undefined && tested.ok && tested.value.error?.code === 'MfaNeeded') {
    const asked = await io.ask('Code of the MFA device: ');
    if (asked !== null) tested = await run(mfaCodeOf(asked));
  }
  io.status('');
  return answer(context, tested.ok ? tested.value : { ok: false, steps: [], error: tested.error });
}

async function savedTarget(engine: Engine, name: string) {
  const found = await findSaved(engine, name);
  return found.ok ? ok({ connectionId: found.value.id }) : found;
}

async function answer({ io, json }: CommandContext, result: TestResult): Promise<ExitCode> {
  const { steps, error, permissions } = result;
  if (json) {
    await outLine(io, {
      ok: result.ok,
      steps: steps.map(
        (step): StepJson => ({ name: step.name, ok: step.state !== 'failed', detail: describeTestStep(step) }),
      ),
      ...(error === undefined ? {} : { error: errorJson(error) }),
      ...(permissions === undefined ? {} : { permissions: permissions.results.map(permissionJson) }),
    });
    return result.ok ? 0 : 1;
  }
  for (const step of steps) {
    await outLine(io, `${stateMarks[step.state]} ${step.name}: ${printable(describeTestStep(step))}`);
  }
  for (const one of permissions?.results ?? []) {
    const reason = one.outcome === 'denied' && one.error !== undefined ? ` ${describeError(one.error).message}` : '';
    const { action, outcome } = permissionWords(one);
    await outLine(io, `    ${outcomeMarks[one.outcome]} ${action}: ${outcome} (${one.permission})${printable(reason)}`);
  }
  await outLine(io, result.ok ? 'The connection works.' : 'The connection does not work.');
  if (error !== undefined) sayError(io, error);
  return result.ok ? 0 : 1;
}

function permissionJson({ action, outcome, permission, error }: PermissionResult): PermissionJson {
  return { action, outcome, permission, ...(error === undefined ? {} : { error: errorJson(error) }) };
}
