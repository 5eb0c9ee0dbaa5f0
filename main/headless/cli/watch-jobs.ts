import { mfaCodeSchema } from '../../../shared/domain/auth.ts';
import { connectionIdSchema, type JobId } from '../../../shared/domain/ids.ts';
import { endedJobStates, type FileView, type JobView } from '../../../shared/domain/transfer.ts';
import { describeError } from '../../../shared/words/describe-error.ts';
import { errorJson, outLine, sayError, type CommandContext, type ExitCode } from './command.ts';
import { count, formatBytes, formatSeconds, printable } from './format.ts';
import type { Session } from './session.ts';

/** Events can be missed (another engine took over, a full socket): the jobs are read again now and then. */
const rereadMs = 2000;
/** Without a terminal a line now and then is enough for a log. */
const plainLineMs = 15_000;
const failuresPage = 500;
const signInAttempts = 3;

type Outcome = 'ended' | 'stopped' | 'stuck' | 'gone';

/**
 * Waits until the jobs have ended, shows how far they are, and names every file that failed. A stop signal leaves them
 * resumable: paused when the engine runs elsewhere, interrupted when it ends with this process.
 */
export async function watchJobs(
  context: CommandContext,
  session: Session,
  jobIds: readonly JobId[],
): Promise<ExitCode> {
  const { io } = context;
  const jobs = new Map<JobId, JobView | null>(jobIds.map((id) => [id, null]));
  let outcome = await untilEnded(context, session, jobs);
  io.status('');
  while (outcome === 'stuck' && (await signInFor(context, session, [...jobs.values()]))) {
    outcome = await untilEnded(context, session, jobs);
    io.status('');
  }
  if (outcome === 'stopped') {
    if (session.held.role === 'guest')
      await Promise.all(jobIds.map((jobId) => session.engine.call('transfers.pause', { jobId })));
    io.say('Stopped. What is complete stays; `brigade transfers resume` goes on with the rest from where it was.');
    return 1;
  }
  let code: ExitCode = 0;
  for (const [jobId, job] of jobs) {
    if (job === null) {
      io.say(`The job ${jobId} was removed from the list.`);
      code = 1;
    } else if ((await reportJob(context, session, job)) !== 0) code = 1;
  }
  return code;
}

/** Asks the person at the terminal for what the jobs wait for; false when there is nobody, or it did not help. */
async function signInFor(
  { io }: CommandContext,
  { engine }: Session,
  jobs: readonly (JobView | null)[],
): Promise<boolean> {
  const error = jobs.find((job) => job?.error?.code === 'MfaNeeded')?.error;
  const connectionId = connectionIdSchema.safeParse(error?.context['connectionId']);
  if (error === undefined || !connectionId.success) return false;
  for (let attempt = 0; attempt < signInAttempts; attempt += 1) {
    const code = mfaCodeSchema.safeParse(await io.ask(`${describeError(error).message} Code: `));
    if (!code.success) return false;
    const signedIn = await engine.call('connections.signIn', { connectionId: connectionId.data, mfaCode: code.data });
    if (signedIn.ok) return true;
    sayError(io, signedIn.error);
  }
  return false;
}

function untilEnded({ io }: CommandContext, session: Session, jobs: Map<JobId, JobView | null>): Promise<Outcome> {
  const { engine } = session;
  return new Promise((resolve) => {
    let lastLineMs = Date.now();
    let isFinished = false;
    const finish = (outcome: Outcome): void => {
      isFinished = true;
      clearInterval(timer);
      unsubscribe();
      resolve(outcome);
    };
    const check = (): void => {
      const all = [...jobs.values()];
      const seen = all.filter((job) => job !== null);
      showProgress(seen);
      if (seen.length < all.length) return;
      if (seen.every((job) => isEnded(job))) finish('ended');
      else if (seen.every((job) => isEnded(job) || isStuck(job))) finish('stuck');
    };
    const showProgress = (seen: readonly JobView[]): void => {
      const running = seen.filter((job) => !isEnded(job));
      if (running.length === 0) return;
      const text = running.map(progressText).join('  ');
      if (io.hasTerminal) io.status(text);
      else if (Date.now() - lastLineMs >= plainLineMs) {
        lastLineMs = Date.now();
        io.say(text);
      }
    };
    const reread = async (): Promise<void> => {
      const listed = await engine.call('transfers.list', {});
      // An answer from before the last event, which came right behind it: what has ended is not made to run again.
      if (isFinished) return;
      if (!listed.ok) {
        if (listed.error.code !== 'EngineUnavailable') return;
        return io.status(describeError(listed.error).message);
      }
      const found = new Map(listed.value.jobs.map((job) => [job.id, job]));
      for (const id of jobs.keys()) {
        const job = found.get(id);
        if (job === undefined) return finish('gone');
        jobs.set(id, job);
      }
      check();
    };
    const unsubscribe = engine.subscribe(({ events }) => {
      let isOurs = false;
      for (const event of events) {
        if (event.type !== 'transfers.job' || !jobs.has(event.job.id)) continue;
        jobs.set(event.job.id, event.job);
        isOurs = true;
      }
      if (isOurs) check();
    });
    const timer = setInterval(() => void reread(), rereadMs);
    session.onReattached(() => {
      // The engine that ran them is gone; the new one has them in its journal, interrupted.
      const unfinished = [...jobs].filter(([, job]) => job === null || !isEnded(job));
      for (const [jobId] of unfinished) void engine.call('transfers.resume', { jobId });
    });
    io.onStop(() => finish('stopped'));
    void reread();
  });
}

const isEnded = (job: JobView): boolean => endedJobStates.includes(job.state);
/** Nobody is here to answer a question or to sign in again. */
const isStuck = (job: JobView): boolean => job.state === 'waiting';

function progressText(job: JobView): string {
  const total = job.planned ? `${job.filesTotal}` : `${job.filesTotal}+`;
  const parts = [
    `${job.filesDone + job.filesSkipped} of ${total} files`,
    `${formatBytes(job.bytesDone)} of ${formatBytes(job.bytesTotal)}`,
  ];
  if (job.state === 'paused' || job.state === 'interrupted') return [...parts, job.state].join(' · ');
  if (job.bytesPerSecond > 0) parts.push(`${formatBytes(job.bytesPerSecond)}/s`);
  if (job.secondsLeft !== null) parts.push(`${formatSeconds(job.secondsLeft)} left`);
  if (job.filesFailed > 0) parts.push(`${job.filesFailed} failed`);
  return parts.join(' · ');
}

async function reportJob(context: CommandContext, session: Session, job: JobView): Promise<ExitCode> {
  const { io, json } = context;
  const failed = job.filesFailed === 0 ? [] : await explainedFiles(session, job.id, 'failed');
  const leftOut = job.filesSkipped === 0 ? [] : await explainedFiles(session, job.id, 'skipped');
  for (const { name, error } of failed) {
    if (error === undefined) io.say(`${printable(name)}: failed.`);
    else sayError(io, error, printable(name));
  }
  for (const { name, error } of leftOut)
    if (error !== undefined) io.say(`${printable(name)}: skipped. ${describeError(error).message}`);
  if (job.error !== undefined) sayError(io, job.error);
  if (json) {
    await outLine(io, {
      jobId: job.id,
      state: job.state,
      filesDone: job.filesDone,
      filesSkipped: job.filesSkipped,
      filesFailed: job.filesFailed,
      bytesDone: job.bytesDone,
      failures: failed.map(reasonJson),
      leftOut: leftOut.map(reasonJson),
      ...(job.error === undefined ? {} : { error: errorJson(job.error) }),
    });
  }
  const parts = [`${count(job.filesDone, 'file')}, ${formatBytes(job.bytesDone)}`];
  if (job.filesSkipped > 0) parts.push(`${count(job.filesSkipped, 'file')} skipped`);
  if (job.filesFailed > 0) parts.push(`${count(job.filesFailed, 'file')} failed`);
  io.say(`${printable(job.from)} -> ${printable(job.to)}: ${stateWords[job.state]}, ${parts.join(', ')}.`);
  if (job.state === 'failed') io.say(`  \`brigade transfers retry ${job.id}\` tries the failed ones again.`);
  if (job.state === 'waiting') io.say(`  \`brigade transfers resume ${job.id}\` goes on once that is mended.`);
  return job.state === 'done' ? 0 : 1;
}

const stateWords: Readonly<Record<JobView['state'], string>> = {
  queued: 'queued',
  planning: 'being planned',
  active: 'running',
  waiting: 'waiting for a person',
  paused: 'paused',
  interrupted: 'interrupted',
  done: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
};

const reasonJson = ({ name, error }: FileView) => ({ name, error: error === undefined ? null : errorJson(error) });

/** Files that failed, or (not those that were there already) that were left out. */
async function explainedFiles(
  { engine }: Session,
  jobId: JobId,
  state: 'failed' | 'skipped',
): Promise<readonly FileView[]> {
  const all: FileView[] = [];
  for (;;) {
    const page = await engine.call('transfers.files', {
      jobId,
      states: [state],
      withReason: state === 'skipped',
      from: all.length,
      count: failuresPage,
    });
    if (!page.ok || page.value.files.length === 0) return all;
    all.push(...page.value.files);
    if (all.length >= page.value.total) return all;
  }
}
