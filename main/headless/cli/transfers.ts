import { jobIdSchema, type JobId } from '../../../shared/domain/ids.ts';
import type { JobView } from '../../../shared/domain/transfer.ts';
import { appError, type AppError } from '../../../shared/errors.ts';
import { BadArguments } from './arguments.ts';
import { outLine, sayError, type Command, type CommandContext, type ExitCode } from './command.ts';
import { formatBytes, printable } from './format.ts';
import { watchJobs } from './watch-jobs.ts';

export const transfers: Command = {
  name: 'transfers',
  usage: [
    'brigade transfers',
    'brigade transfers resume [ID]',
    'brigade transfers retry ID',
    'brigade transfers cancel ID',
  ],
  summary: 'Show the journal of transfers; resume, retry or cancel them',
  help: [
    'resume goes on with what was interrupted or paused and waits for it; retry tries the failed files of a job again.',
    'A job that was made with credentials of the environment needs them in the environment again.',
  ],
  options: [],
  operands: { least: 0, most: 2 },
  run: (context) => {
    const [action, id] = context.line.operands;
    const jobId = id === undefined ? undefined : idOf(id);
    switch (action) {
      case undefined:
        return list(context);
      case 'resume':
        return resume(context, jobId);
      case 'retry':
        return retry(context, needed(jobId, action));
      case 'cancel':
        return cancel(context, needed(jobId, action));
      default:
        throw new BadArguments(`brigade transfers can resume, retry and cancel, not "${action}".`);
    }
  },
};

function idOf(text: string): JobId {
  const parsed = jobIdSchema.safeParse(text);
  if (!parsed.success) throw new BadArguments(`"${text}" is no job's ID: \`brigade transfers\` shows them.`);
  return parsed.data;
}

function needed(jobId: JobId | undefined, action: string): JobId {
  if (jobId === undefined)
    throw new BadArguments(`Which one? brigade transfers ${action} ID; \`brigade transfers\` shows them.`);
  return jobId;
}

async function list(context: CommandContext): Promise<ExitCode> {
  const session = await context.openSession();
  if (session === null) return 1;
  const listed = await session.engine.call('transfers.list', {});
  if (!listed.ok) return fail(context, listed.error);
  for (const job of listed.value.jobs) {
    if (!(await outLine(context.io, context.json ? job : humanLine(job)))) return 0;
  }
  if (listed.value.jobs.length === 0) context.io.say('No transfers.');
  return 0;
}

function humanLine(job: JobView): string {
  const files = `${job.filesDone + job.filesSkipped}/${job.filesTotal}${job.planned ? '' : '+'}`;
  const bytes = `${formatBytes(job.bytesDone)} of ${formatBytes(job.bytesTotal)}`;
  const failed = job.filesFailed > 0 ? `, ${job.filesFailed} failed` : '';
  const where = `${printable(job.from)} -> ${printable(job.to)}`;
  return `${job.id}  ${job.state.padEnd(11)} ${job.kind.padEnd(8)} ${files} files, ${bytes}${failed}  ${where}`;
}

async function resume(context: CommandContext, jobId: JobId | undefined): Promise<ExitCode> {
  const session = await context.openSession();
  if (session === null) return 1;
  const announced = await session.announceEnvironment();
  if (!announced.ok) return fail(context, announced.error);
  const listed = await session.engine.call('transfers.list', {});
  if (!listed.ok) return fail(context, listed.error);
  const isResumable = (job: JobView): boolean => ['interrupted', 'paused', 'waiting'].includes(job.state);
  const chosen = listed.value.jobs.filter((job) => (jobId === undefined ? isResumable(job) : job.id === jobId));
  if (jobId !== undefined && chosen.length === 0) return fail(context, appError('JobNotFound', { jobId }));
  if (chosen.length === 0) {
    context.io.say('Nothing to resume.');
    return 0;
  }
  for (const job of chosen) {
    if (!isResumable(job)) continue;
    const resumed = await session.engine.call('transfers.resume', { jobId: job.id });
    if (!resumed.ok) return fail(context, resumed.error);
  }
  return watchJobs(
    context,
    session,
    chosen.map((job) => job.id),
  );
}

async function retry(context: CommandContext, jobId: JobId): Promise<ExitCode> {
  const session = await context.openSession();
  if (session === null) return 1;
  const announced = await session.announceEnvironment();
  if (!announced.ok) return fail(context, announced.error);
  const retried = await session.engine.call('transfers.retry', { jobId });
  return retried.ok ? watchJobs(context, session, [jobId]) : fail(context, retried.error);
}

async function cancel(context: CommandContext, jobId: JobId): Promise<ExitCode> {
  const session = await context.openSession();
  if (session === null) return 1;
  // To take back what an unfinished upload left on the server, its credentials are needed.
  const announced = await session.announceEnvironment();
  if (!announced.ok) return fail(context, announced.error);
  const cancelled = await session.engine.call('transfers.cancel', { jobId });
  if (!cancelled.ok) return fail(context, cancelled.error);
  context.io.say(`The job ${jobId} is cancelled. What it had finished stays.`);
  return 0;
}

function fail({ io }: CommandContext, error: AppError): ExitCode {
  sayError(io, error);
  return 1;
}
