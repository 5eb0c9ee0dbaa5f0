import type { AuthView } from '../../../shared/domain/auth.ts';
import type { ConnectionView } from '../../../shared/domain/connection.ts';
import { endedJobStates, usesConnection } from '../../../shared/domain/transfer.ts';
import { assertNever } from '../../../shared/result.ts';
import { BadArguments } from './arguments.ts';
import { outLine, sayFailure, type Command, type CommandContext, type ExitCode } from './command.ts';
import { type ConnectionFile, readConnectionFile, readText } from './connection-file.ts';
import { testConnection } from './connection-test.ts';
import { count, printable } from './format.ts';
import { findSaved } from './session.ts';
import { signIn } from './sign-in.ts';

export const connections: Command = {
  name: 'connections',
  usage: [
    'brigade connections add --file FILE',
    'brigade connections list',
    'brigade connections test NAME | --file FILE [--write-probe] [--bucket B] [--code DIGITS]',
    'brigade connections sign-in NAME [--code DIGITS]',
    'brigade connections policy NAME',
    'brigade connections export [NAME]',
    'brigade connections import --file FILE',
    'brigade connections duplicate NAME',
    'brigade connections remove NAME',
  ],
  summary: 'Save, list, test, sign in to, export, import and remove connections; print the policies one needs',
  help: [
    '--file FILE           a connection as JSON ("-": from standard input), for example',
    '                      {"name": "Archive", "auth": {"type": "accessKey", "accessKeyId": "…",',
    '                       "secretAccessKey": "…"}, "region": "eu-central-1"}',
    '                      auth may also be of type role, rolesAnywhere or profile.',
    '--write-probe         also upload a small object and delete it again, to see whether that is allowed',
    '--bucket B            where to try what is allowed, when the connection is not restricted to a bucket',
    '--code DIGITS         what the MFA device shows',
    '',
    'test --json prints {ok, steps: [{name, ok, detail}], error?: {code, message, fix}, permissions?}.',
    'export has no secrets in it; they are entered again after import.',
  ],
  options: ['file', 'code', 'write-probe', 'bucket'],
  operands: { least: 1, most: 2 },
  run: (context) => {
    const [action = '', name] = context.line.operands;
    const { file } = context.line.options;
    for (const [option, actions] of Object.entries(optionsOf)) {
      const isGiven = context.line.options[option as keyof typeof optionsOf] !== undefined;
      if (isGiven && !actions.includes(action))
        throw new BadArguments(`brigade connections ${action} takes no --${option}.`);
    }
    const named = () => given(name, `Which connection? brigade connections ${action} NAME.`);
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
        return testConnection(context, name, file);
      case 'sign-in':
        return signIn(context, named());
      case 'remove':
        return remove(context, named());
      case 'policy':
        return policy(context, named());
      case 'duplicate':
        return duplicate(context, named());
      case 'export':
        return exportConnections(context, name);
      case 'import':
        if (name !== undefined) throw new BadArguments('The names of the connections stand in the file.');
        return importConnections(context, given(file, 'brigade connections import needs --file FILE.'));
      default:
        throw new BadArguments(
          `brigade connections can add, list, test, sign-in, policy, export, import, duplicate and remove, not "${action}".`,
        );
    }
  },
};

/** Which action takes which option. */
const optionsOf: Readonly<Record<'file' | 'code' | 'write-probe' | 'bucket', readonly string[]>> = {
  file: ['add', 'test', 'import'],
  code: ['test', 'sign-in'],
  'write-probe': ['test'],
  bucket: ['test'],
};

function given(value: string | undefined, otherwise: string): string {
  if (value === undefined || value === '') throw new BadArguments(otherwise);
  return value;
}

async function add(context: CommandContext, file: string): Promise<ExitCode> {
  const { io, json } = context;
  const connection = await readConnectionFile(context, file);
  if (!connection.ok) return sayFailure(context, connection.error);
  const session = await context.openSession();
  if (session === null) return 1;
  const added = await session.engine.call('connections.add', { connection: connection.value });
  if (!added.ok) return sayFailure(context, added.error);
  if (json) await outLine(io, added.value.connection);
  io.say(`Saved as "${printable(added.value.connection.name)}".`);
  sayCleanedName(io, connection.value.auth, added.value.connection.auth);
  return 0;
}

/** AWS takes fewer characters in a session name than people write. */
function sayCleanedName(io: CommandContext['io'], typed: ConnectionFile['auth'], kept: AuthView): void {
  if (!('sessionName' in typed) || !('sessionName' in kept) || typed.sessionName === undefined) return;
  if (kept.sessionName === typed.sessionName) return;
  io.say(
    `The session name is sent as "${printable(kept.sessionName ?? '')}": AWS takes no others than letters, digits and +=,.@-_.`,
  );
}

async function list(context: CommandContext): Promise<ExitCode> {
  const session = await context.openSession();
  if (session === null) return 1;
  const listed = await session.engine.call('connections.list', {});
  if (!listed.ok) return sayFailure(context, listed.error);
  for (const view of listed.value.connections) {
    if (!(await outLine(context.io, context.json ? view : humanLine(view)))) return 0;
  }
  if (listed.value.connections.length === 0) context.io.say('No connection has been saved yet.');
  return 0;
}

function humanLine(view: ConnectionView): string {
  const server = view.endpointUrl ?? `Amazon S3${view.region === undefined ? '' : ` ${view.region}`}`;
  const place = view.restrictToBucket === undefined ? '' : `s3://${view.restrictToBucket}/${view.restrictToPath ?? ''}`;
  return [view.name, server, signerWords(view.auth), place]
    .filter((part) => part !== '')
    .map(printable)
    .join('\t');
}

function signerWords(auth: AuthView): string {
  switch (auth.type) {
    case 'accessKey':
      return `key ${auth.accessKeyId}`;
    case 'profile':
      return `profile ${auth.profile}`;
    case 'role':
      return `role ${auth.roleArn} with ${signerWords(auth.base)}`;
    case 'rolesAnywhere':
      return `Roles Anywhere ${auth.roleArn}`;
    default:
      return assertNever(auth);
  }
}

async function duplicate(context: CommandContext, name: string): Promise<ExitCode> {
  const { io, json } = context;
  const session = await context.openSession();
  if (session === null) return 1;
  const found = await findSaved(session.engine, name);
  const copied = found.ok
    ? await session.engine.call('connections.duplicate', { connectionId: found.value.id })
    : found;
  if (!copied.ok) return sayFailure(context, copied.error);
  if (json) await outLine(io, copied.value.connection);
  io.say(`Saved as "${printable(copied.value.connection.name)}".`);
  return 0;
}

async function exportConnections(context: CommandContext, name: string | undefined): Promise<ExitCode> {
  const session = await context.openSession();
  if (session === null) return 1;
  const found = name === undefined ? null : await findSaved(session.engine, name);
  if (found !== null && !found.ok) return sayFailure(context, found.error);
  const exported = await session.engine.call(
    'connections.export',
    found === null ? {} : { connectionIds: [found.value.id] },
  );
  if (!exported.ok) return sayFailure(context, exported.error);
  await context.io.out(exported.value.text);
  return 0;
}

async function importConnections(context: CommandContext, file: string): Promise<ExitCode> {
  const { io, json } = context;
  const text = await readText(io, file);
  if (!text.ok) return sayFailure(context, text.error);
  const session = await context.openSession();
  if (session === null) return 1;
  const imported = await session.engine.call('connections.import', { text: text.value });
  if (!imported.ok) return sayFailure(context, imported.error);
  const { added, refused } = imported.value;
  if (json) await outLine(io, { added: added.map(({ name }) => name), refused });
  for (const { name } of added) io.say(`Added "${printable(name)}". Its secrets have to be entered.`);
  for (const { name, reason } of refused) io.say(`"${printable(name)}" was not added: ${printable(reason)}`);
  return refused.length === 0 ? 0 : 1;
}

async function remove(context: CommandContext, name: string): Promise<ExitCode> {
  const session = await context.openSession();
  if (session === null) return 1;
  const found = await findSaved(session.engine, name);
  if (!found.ok) return sayFailure(context, found.error);
  const { id } = found.value;
  const jobs = await session.engine.call('transfers.list', {});
  const removed = await session.engine.call('connections.remove', { connectionId: id });
  if (!removed.ok) return sayFailure(context, removed.error);
  const left = (jobs.ok ? jobs.value.jobs : []).filter(
    (job) => !endedJobStates.includes(job.state) && usesConnection(job, id),
  );
  if (left.length > 0) {
    const ids = left.map((job) => job.id).join(', ');
    context.io.say(`${count(left.length, 'transfer')} of it had not ended and can no longer go on: ${ids}.`);
  }
  context.io.say(`"${printable(found.value.name)}" has been removed. Nothing in its buckets was touched.`);
  return 0;
}

async function policy(context: CommandContext, name: string): Promise<ExitCode> {
  const { io, json } = context;
  const session = await context.openSession();
  if (session === null) return 1;
  const found = await findSaved(session.engine, name);
  if (!found.ok) return sayFailure(context, found.error);
  const asked = await session.engine.call('connections.policy', { connectionId: found.value.id });
  if (!asked.ok) return sayFailure(context, asked.error);
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
