import type { AuditLine, AuditSettings } from '../../../shared/domain/audit.ts';
import { auditSettingsSchema } from '../../../shared/domain/audit.ts';
import { formatS3Uri } from '../../../shared/domain/s3-uri.ts';
import { describeError } from '../../../shared/words/describe-error.ts';
import { BadArguments, type Options } from './arguments.ts';
import { errorJson, outLine, sayFailure, type Command, type CommandContext, type ExitCode } from './command.ts';
import { count, formatBytes, formatTime, printable } from './format.ts';
import { bucketOperand } from './operands.ts';
import { dateOf } from './rules.ts';
import { findSaved, type Session } from './session.ts';

export const audit: Command = {
  name: 'audit',
  usage: [
    'brigade audit [--from DATE] [--to DATE]',
    'brigade audit ship s3://BUCKET/PREFIX --connection NAME',
    'brigade audit stop',
    'brigade audit status',
  ],
  summary: 'Who did what, when and where: show it, and keep it in a bucket',
  help: [
    'Without an action: every line, the newest last. --from and --to take a date like 2026-10-31 or 2026-10-31T14:00;',
    '--json prints lines as they are written to the bucket.',
    'ship writes lines there every five minutes, or every 10,000 lines, while the app, `brigade run` or `brigade serve`',
    'runs: all that are in no bucket yet, and those to come. Nothing there is ever replaced. It needs PutObject and',
    'GetObject. stop keeps them on this computer only. status says how far it is.',
  ],
  options: ['from', 'to'],
  operands: { least: 0, most: 2 },
  run: async (context) => {
    const [action, place] = context.line.operands;
    const { options } = context.line;
    if (action !== undefined && (options.from !== undefined || options.to !== undefined))
      throw new BadArguments(`brigade audit ${action} takes no --from and no --to.`);
    if (action !== 'ship' && place !== undefined) throw new BadArguments(`"${place}" is one argument too many.`);
    switch (action) {
      case undefined:
        return list(context, options);
      case 'ship':
        return ship(context, place);
      case 'stop':
        return stop(context);
      case 'status':
        return status(context);
      default:
        throw new BadArguments(`brigade audit can ship, stop and status, not "${action}".`);
    }
  },
};

const page = 1000;

async function list(context: CommandContext, { from, to }: Options): Promise<ExitCode> {
  const times = {
    ...(from === undefined ? {} : { fromMs: dateOf('from', from) }),
    ...(to === undefined ? {} : { toMs: dateOf('to', to) }),
  };
  const session = await context.openSession();
  if (session === null) return 1;
  for (let afterSeq = 0; ; ) {
    const listed = await session.engine.call('audit.list', { ...times, afterSeq, count: page });
    if (!listed.ok) return sayFailure(context, listed.error);
    const { lines } = listed.value;
    for (const line of lines) if (!(await outLine(context.io, context.json ? line : humanLine(line)))) return 0;
    afterSeq = lines.at(-1)?.seq ?? afterSeq;
    if (lines.length < page) return 0;
  }
}

function humanLine(line: AuditLine): string {
  const { place, to, names = [] } = line;
  const more = names.length > 1 ? ` and ${names.length - 1} more` : '';
  const where = [`${place ?? ''}${more}`, ...(to === undefined ? [] : [`-> ${to}`])].join(' ').trim();
  const figures = [
    ...(line.count === undefined ? [] : [line.count.toLocaleString('en')]),
    ...(line.failed === undefined ? [] : [`${line.failed.toLocaleString('en')} failed`]),
    ...(line.bytes === undefined ? [] : [formatBytes(line.bytes)]),
    ...(line.error === undefined ? [] : [line.error]),
    ...(line.message === undefined ? [] : [line.message]),
  ].join(', ');
  const connection = line.connection === undefined ? '' : ` [${line.connection.name}]`;
  const text = `${line.who}  ${line.action}  ${line.outcome.padEnd(9)}  ${where}${connection}${figures === '' ? '' : ` (${figures})`}`;
  return `${formatTime(line.at)}  ${printable(text)}`;
}

async function ship(context: CommandContext, operand: string | undefined): Promise<ExitCode> {
  if (operand === undefined)
    throw new BadArguments('Ship where? brigade audit ship s3://BUCKET/PREFIX --connection NAME.');
  const { bucket, key } = bucketOperand(operand);
  const name = context.line.options.connection;
  if (name === undefined)
    throw new BadArguments(
      '--connection NAME is needed: the log is written when no command runs, with a saved connection.',
    );
  const session = await context.openSession();
  if (session === null) return 1;
  const connection = await findSaved(session.engine, name);
  if (!connection.ok) return sayFailure(context, connection.error);
  const settings = auditSettingsSchema.safeParse({ connectionId: connection.value.id, bucket, prefix: key });
  if (!settings.success) throw new BadArguments(`"${operand}" is no address: write s3://bucket/prefix.`);
  return set(context, session, settings.data, `The audit log goes to ${printable(placeOf(settings.data))}.`);
}

async function stop(context: CommandContext): Promise<ExitCode> {
  const session = await context.openSession();
  return session === null ? 1 : set(context, session, null, 'Lines of the audit log stay on this computer.');
}

async function set(
  context: CommandContext,
  { engine }: Session,
  settings: AuditSettings | null,
  told: string,
): Promise<ExitCode> {
  const changed = await engine.call('audit.setSettings', { settings });
  if (!changed.ok) return sayFailure(context, changed.error);
  context.io.say(told);
  return 0;
}

async function status(context: CommandContext): Promise<ExitCode> {
  const session = await context.openSession();
  if (session === null) return 1;
  const view = await session.engine.call('audit.settings', {});
  if (!view.ok) return sayFailure(context, view.error);
  const { settings, lastShippedMs, waiting, problem } = view.value;
  const lastShippedAt = lastShippedMs === null ? null : new Date(lastShippedMs).toISOString();
  if (context.json) {
    await outLine(context.io, {
      settings,
      lastShippedAt,
      waiting,
      problem: problem === null ? null : errorJson(problem),
    });
    return 0;
  }
  const lines = [
    settings === null ? 'Lines stay on this computer.' : `Lines go to ${printable(placeOf(settings))}.`,
    ...(lastShippedAt === null ? [] : [`Written last at ${formatTime(lastShippedAt)}.`]),
    `${count(waiting, 'line')} in no bucket yet.`,
    ...(problem === null ? [] : [`Nothing can be written at the moment: ${describeError(problem).message}`]),
  ];
  for (const line of lines) if (!(await outLine(context.io, line))) return 0;
  return 0;
}

const placeOf = ({ bucket, prefix }: AuditSettings): string => formatS3Uri({ bucket, key: prefix });
