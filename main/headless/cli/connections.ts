import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { CommandInput } from '../../../shared/contract/commands.ts';
import { connectionInputSchema, type ConnectionView } from '../../../shared/domain/connection.ts';
import type { TestStep } from '../../../shared/domain/connection-test.ts';
import { appError, type AppError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { describeTestStep } from '../../../shared/words/describe-test-step.ts';
import { mapFileError } from '../../s3/file-errors.ts';
import { BadArguments } from './arguments.ts';
import {
  errorJson,
  outLine,
  sayError,
  type Command,
  type CommandContext,
  type ErrorJson,
  type ExitCode,
} from './command.ts';
import { printable } from './format.ts';
import { findByName, type Session } from './session.ts';

/** What a connection's file holds, as the contract takes it. */
type ConnectionFile = CommandInput<'connections.add'>['connection'];

export const connections: Command = {
  name: 'connections',
  usage: [
    'brigade connections add --file FILE',
    'brigade connections list',
    'brigade connections test NAME | --file FILE',
    'brigade connections policy NAME',
    'brigade connections remove NAME',
  ],
  summary: 'Save, list, test and remove connections; print the permissions one needs',
  help: [
    '--file FILE           a connection as JSON ("-": from standard input), for example',
    '                      {"name": "Archive", "auth": {"type": "accessKey", "accessKeyId": "…",',
    '                       "secretAccessKey": "…"}, "region": "eu-central-1"}',
    '',
    'test --json prints {ok, steps: [{name, ok, detail}], error?: {code, message, fix}}.',
  ],
  options: ['file'],
  operands: { least: 1, most: 2 },
  run: (context) => {
    const [action = '', name] = context.line.operands;
    const { file } = context.line.options;
    if (file !== undefined && action !== 'add' && action !== 'test') {
      throw new BadArguments(`brigade connections ${action} takes no --file.`);
    }
    switch (action) {
      case 'add':
        if (name !== undefined) throw new BadArguments('The name of the connection stands in its file.');
        return add(context, given(file, 'brigade connections add needs --file FILE.'));
      case 'list':
        if (name !== undefined) throw new BadArguments(`"${name}" is one argument too many.`);
        return list(context);
      case 'test':
        if ((name === undefined) === (file === undefined))
          throw new BadArguments('Test what? Give NAME or --file FILE.');
        return test(context, name, file);
      case 'remove':
        return remove(context, given(name, 'Which connection? brigade connections remove NAME.'));
      case 'policy':
        return policy(context, given(name, 'Which connection? brigade connections policy NAME.'));
      default:
        throw new BadArguments(`brigade connections can add, list, test, policy and remove, not "${action}".`);
    }
  },
};

function given(value: string | undefined, otherwise: string): string {
  if (value === undefined || value === '') throw new BadArguments(otherwise);
  return value;
}

/** Reads and checks a connection's file, so that a mistake is named by its field before anything else happens. */
async function readConnection({ io }: CommandContext, file: string): Promise<Result<ConnectionFile>> {
  let content: string;
  try {
    content = file === '-' ? await text(io.stdin) : await readFile(resolve(io.cwd, file), 'utf8');
  } catch (failure) {
    return err(mapFileError(failure, file));
  }
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    // The parser's own message would quote the file, which holds secrets.
    return err(appError('InvalidInput', { field: file, reason: 'It is not JSON.' }));
  }
  const parsed = connectionInputSchema.safeParse(value);
  if (parsed.success) return ok(value as ConnectionFile);
  const [issue] = parsed.error.issues;
  return err(appError('InvalidInput', { field: issue?.path.join('.') || file, reason: issue?.message }));
}

async function add(context: CommandContext, file: string): Promise<ExitCode> {
  const { io, json } = context;
  const connection = await readConnection(context, file);
  if (!connection.ok) return fail(context, connection.error);
  const session = await context.openSession();
  if (session === null) return 1;
  const added = await session.engine.call('connections.add', { connection: connection.value });
  if (!added.ok) return fail(context, added.error);
  if (json) await outLine(io, added.value.connection);
  io.say(`Saved as "${printable(added.value.connection.name)}".`);
  return 0;
}

async function list(context: CommandContext): Promise<ExitCode> {
  const session = await context.openSession();
  if (session === null) return 1;
  const listed = await session.engine.call('connections.list', {});
  if (!listed.ok) return fail(context, listed.error);
  for (const view of listed.value.connections) {
    if (!(await outLine(context.io, context.json ? view : humanLine(view)))) return 0;
  }
  if (listed.value.connections.length === 0) context.io.say('No connection has been saved yet.');
  return 0;
}

function humanLine(view: ConnectionView): string {
  const server = view.endpointUrl ?? `Amazon S3${view.region === undefined ? '' : ` ${view.region}`}`;
  const who = view.auth.type === 'accessKey' ? `key ${view.auth.accessKeyId}` : `profile ${view.auth.profile}`;
  const place = view.restrictToBucket === undefined ? '' : `s3://${view.restrictToBucket}/${view.restrictToPath ?? ''}`;
  return [view.name, server, who, place]
    .filter((part) => part !== '')
    .map(printable)
    .join('\t');
}

type StepJson = { readonly name: string; readonly ok: boolean; readonly detail: string };

async function test(context: CommandContext, name: string | undefined, file: string | undefined): Promise<ExitCode> {
  const { io, json } = context;
  const answer = async (isOk: boolean, steps: readonly TestStep[], error?: AppError): Promise<ExitCode> => {
    if (json) {
      const result: { ok: boolean; steps: StepJson[]; error?: ErrorJson } = {
        ok: isOk,
        steps: steps.map((step) => ({ name: step.name, ok: step.state !== 'failed', detail: describeTestStep(step) })),
        ...(error === undefined ? {} : { error: errorJson(error) }),
      };
      await outLine(io, result);
    } else {
      for (const step of steps) {
        await outLine(io, `${stateMarks[step.state]} ${step.name}: ${printable(describeTestStep(step))}`);
      }
      await outLine(io, isOk ? 'The connection works.' : 'The connection does not work.');
      if (error !== undefined) sayError(io, error);
    }
    return isOk ? 0 : 1;
  };
  const draft = file === undefined ? null : await readConnection(context, file);
  if (draft !== null && !draft.ok) return answer(false, [], draft.error);
  const session = await context.openSession();
  if (session === null) return 1;
  const target = draft === null ? await savedTarget(session, name ?? '') : ok({ connection: draft.value });
  if (!target.ok) return answer(false, [], target.error);
  const testId = randomUUID();
  session.engine.subscribe(({ events }) => {
    for (const event of events) {
      if (event.type === 'connections.testStep' && event.testId === testId) io.status(`${event.step.name} …`);
    }
  });
  const tested = await session.engine.call('connections.test', { testId, target: target.value });
  io.status('');
  if (!tested.ok) return answer(false, [], tested.error);
  return answer(tested.value.ok, tested.value.steps, tested.value.error);
}

const stateMarks: Readonly<Record<TestStep['state'], string>> = {
  running: '…',
  ok: '✓',
  warning: '!',
  failed: '✗',
  skipped: '-',
};

async function savedTarget(session: Session, name: string) {
  const found = await findSaved(session, name);
  return found.ok ? ok({ connectionId: found.value.id }) : found;
}

async function findSaved(session: Session, name: string): Promise<Result<ConnectionView>> {
  const listed = await session.engine.call('connections.list', {});
  if (!listed.ok) return listed;
  const found = findByName(listed.value.connections, name);
  return found === undefined ? err(appError('ConnectionNotFound', { name })) : ok(found);
}

async function remove(context: CommandContext, name: string): Promise<ExitCode> {
  const session = await context.openSession();
  if (session === null) return 1;
  const found = await findSaved(session, name);
  if (!found.ok) return fail(context, found.error);
  const removed = await session.engine.call('connections.remove', { connectionId: found.value.id });
  if (!removed.ok) return fail(context, removed.error);
  context.io.say(`"${printable(found.value.name)}" has been removed. Nothing in its buckets was touched.`);
  return 0;
}

async function policy(context: CommandContext, name: string): Promise<ExitCode> {
  const { io, json } = context;
  const session = await context.openSession();
  if (session === null) return 1;
  const found = await findSaved(session, name);
  if (!found.ok) return fail(context, found.error);
  const asked = await session.engine.call('connections.policy', { connectionId: found.value.id });
  if (!asked.ok) return fail(context, asked.error);
  const { trustPolicy, permissionsPolicy } = asked.value;
  if (json) {
    await outLine(io, {
      trustPolicy: trustPolicy === null ? null : JSON.parse(trustPolicy),
      permissionsPolicy: JSON.parse(permissionsPolicy),
    });
    return 0;
  }
  if (trustPolicy === null) io.say('No trust policy: this connection does not assume a role.');
  else await io.out(`Trust policy of the role:\n${trustPolicy}\n\n`);
  await io.out(`Permissions policy:\n${permissionsPolicy}\n`);
  return 0;
}

function fail({ io }: CommandContext, error: AppError): ExitCode {
  sayError(io, error);
  return 1;
}
