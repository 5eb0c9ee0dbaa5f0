import type { CommandInput } from '../../../shared/contract/commands.ts';
import { jobIdSchema, type JobId } from '../../../shared/domain/ids.ts';
import { endedJobStates, jobPriorities, type JobPriority, type JobView } from '../../../shared/domain/transfer.ts';
import { appError } from '../../../shared/errors.ts';
import { BadArguments, type CommandLine } from './arguments.ts';
import { outLine, sayFailure, type Command, type CommandContext, type ExitCode } from './command.ts';
import { formatBytes, printable } from './format.ts';
import { limit } from './transfer-limits.ts';
import { clean, uploads } from './unfinished-uploads.ts';
import { watchJobs } from './watch-jobs.ts';

export const transfers: Command = {
  name: 'transfers',
  usage: [
    'brigade transfers',
    'brigade transfers resume [ID]',
    'brigade transfers retry ID',
    'brigade transfers cancel ID',
    'brigade transfers first ID',
    'brigade transfers priority ID high|normal|low',
    'brigade transfers limit [--up RATE] [--down RATE] [--during HOURS]',
    'brigade transfers limit --no-schedule',
    'brigade transfers uploads [s3://bucket/prefix]',
    'brigade transfers clean ID … | --all',
  ],
  summary: 'Show the journal of transfers; resume, retry, cancel, order and limit them; clean up what was left behind',
  help: [
    'resume goes on with what was interrupted or paused and waits for it; retry tries the failed files of a job again.',
    'first puts a job before all of its priority that have not ended. What runs already is not stopped for it.',
    'limit shows how fast transfers may be, or sets it: 500k, 2M (bytes a second) or off. It holds for what runs, and for',
    'all later ones. With --during "Mon-Fri 8:00-18:00" (or "22:00-6:00", every day) it holds in these hours of the week',
    'only, instead of the others; where hours overlap, those that were given first. --no-schedule forgets all hours.',
    'uploads shows what was begun in parts and not completed, which takes up space that no listing shows: of a bucket, or',
    'else what was left behind by this app. clean aborts that, by IDs or their beginnings; never what others have begun.',
    'A job that was made with credentials of the environment needs them in the environment again.',
  ],
  options: ['up', 'down', 'during', 'no-schedule', 'all'],
  operands: { least: 0, most: 1000 },
  run: (context) => {
    const [action, id, word] = context.line.operands;
    checkAction(context.line);
    const jobId = id === undefined || action === 'uploads' || action === 'clean' ? undefined : idOf(id);
    switch (action) {
      case undefined:
        return list(context);
      case 'resume':
        return resume(context, jobId);
      case 'retry':
        return retry(context, needed(jobId, action));
      case 'cancel':
        return cancel(context, needed(jobId, action));
      case 'first':
        return change(context, 'transfers.move', { jobId: needed(jobId, action), to: 'first' });
      case 'priority':
        return change(context, 'transfers.setPriority', { jobId: needed(jobId, action), priority: priorityOf(word) });
      case 'limit':
        return limit(context);
      case 'uploads':
        return uploads(context, id);
      case 'clean':
        return clean(context, context.line.operands.slice(1));
      default:
        throw new BadArguments(`brigade transfers can ${Object.keys(mostOperands).join(', ')}, not "${action}".`);
    }
  },
};

/** Of an action, itself included. */
const mostOperands: Readonly<Record<string, number>> = {
  resume: 2,
  retry: 2,
  cancel: 2,
  first: 2,
  priority: 3,
  limit: 1,
  uploads: 2,
  clean: 1000,
};
const optionsOf = { up: 'limit', down: 'limit', during: 'limit', 'no-schedule': 'limit', all: 'clean' } as const;

function checkAction({ operands, options }: CommandLine): void {
  const [action = ''] = operands;
  for (const [option, owner] of Object.entries(optionsOf)) {
    const isGiven = options[option as keyof typeof optionsOf] !== undefined;
    if (isGiven && action !== owner) throw new BadArguments(`Only brigade transfers ${owner} takes --${option}.`);
  }
  const surplus = operands[mostOperands[action] ?? operands.length];
  if (surplus !== undefined) throw new BadArguments(`"${surplus}" is one argument too many.`);
}

function priorityOf(word: string | undefined): JobPriority {
  const priority = jobPriorities.find((one) => one === word);
  if (priority === undefined) throw new BadArguments(`Which priority? ${jobPriorities.join(', ')}.`);
  return priority;
}

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
  if (!listed.ok) return sayFailure(context, listed.error);
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
  const priority = job.priority === 'normal' || endedJobStates.includes(job.state) ? '' : `, ${job.priority} priority`;
  return `${job.id}  ${job.state.padEnd(11)} ${job.kind.padEnd(8)} ${files} files, ${bytes}${failed}${priority}  ${where}`;
}

async function resume(context: CommandContext, jobId: JobId | undefined): Promise<ExitCode> {
  const session = await context.openSession();
  if (session === null) return 1;
  const announced = await session.announceEnvironment();
  if (!announced.ok) return sayFailure(context, announced.error);
  const listed = await session.engine.call('transfers.list', {});
  if (!listed.ok) return sayFailure(context, listed.error);
  const isResumable = (job: JobView): boolean => ['interrupted', 'paused', 'waiting'].includes(job.state);
  const chosen = listed.value.jobs.filter((job) => (jobId === undefined ? isResumable(job) : job.id === jobId));
  if (jobId !== undefined && chosen.length === 0) return sayFailure(context, appError('JobNotFound', { jobId }));
  if (chosen.length === 0) {
    context.io.say('Nothing to resume.');
    return 0;
  }
  for (const job of chosen) {
    if (!isResumable(job)) continue;
    const resumed = await session.engine.call('transfers.resume', { jobId: job.id });
    if (!resumed.ok) return sayFailure(context, resumed.error);
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
  if (!announced.ok) return sayFailure(context, announced.error);
  const retried = await session.engine.call('transfers.retry', { jobId });
  return retried.ok ? watchJobs(context, session, [jobId]) : sayFailure(context, retried.error);
}

async function cancel(context: CommandContext, jobId: JobId): Promise<ExitCode> {
  const session = await context.openSession();
  if (session === null) return 1;
  // To take back what an unfinished upload left on the server, its credentials are needed.
  const announced = await session.announceEnvironment();
  if (!announced.ok) return sayFailure(context, announced.error);
  const cancelled = await session.engine.call('transfers.cancel', { jobId });
  if (!cancelled.ok) return sayFailure(context, cancelled.error);
  context.io.say(`The job ${jobId} is cancelled. What it had finished stays.`);
  return 0;
}

async function change<N extends 'transfers.move' | 'transfers.setPriority'>(
  context: CommandContext,
  command: N,
  input: CommandInput<N>,
): Promise<ExitCode> {
  const session = await context.openSession();
  if (session === null) return 1;
  const changed = await session.engine.call(command, input);
  return changed.ok ? 0 : sayFailure(context, changed.error);
}
