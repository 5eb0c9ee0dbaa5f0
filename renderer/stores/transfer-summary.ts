import {
  endedJobStates,
  jobPriorities,
  type JobView,
  longestSecondsLeft,
  movingJobStates,
} from '../../shared/domain/transfer.ts';
import { isOfSignIn } from './sign-in-store.ts';

export const isEnded = (job: JobView): boolean => endedJobStates.includes(job.state);
export const isMoving = (job: JobView): boolean => movingJobStates.includes(job.state);
export const canResume = (job: JobView): boolean => job.state === 'paused' || job.state === 'interrupted';
/** Failed files of a job, ended or still going on, can be tried again. */
export const canRetry = (job: JobView): boolean =>
  job.state === 'failed' || job.state === 'cancelled' || (isEnded(job) && job.filesFailed > 0);

/** It has ended, and something of it has not arrived. */
export const hasFailed = (job: JobView): boolean => isEnded(job) && (job.state === 'failed' || job.filesFailed > 0);

/** Nothing was left to do: everything was there already. */
export function isAllSkipped(job: JobView): boolean {
  return job.state === 'done' && job.filesSkipped > 0 && job.filesSkipped === job.filesTotal;
}

/** It goes on once a person has signed its connection in. */
export const waitsForSignIn = (job: JobView): boolean =>
  job.state === 'waiting' && job.question === undefined && job.error !== undefined && isOfSignIn(job.error);

export type TransferSummary = {
  readonly jobs: number;
  /** With those that were there already. */
  readonly filesDone: number;
  readonly filesTotal: number;
  readonly bytesDone: number;
  readonly bytesTotal: number;
  /** False while a source is still being counted: the totals are the least there is. */
  readonly planned: boolean;
  readonly bytesPerSecond: number;
  readonly secondsLeft: number | null;
  readonly moving: number;
  readonly resumable: number;
  readonly paused: number;
  readonly interrupted: number;
  readonly failed: number;
  readonly questions: number;
  /** Waiting for a person to sign in. */
  readonly signIns: number;
  /** Waiting for a server that cannot be reached; tried again by themselves. */
  readonly offline: number;
  /** Nothing was sent: every file was there already. */
  readonly allSkipped: boolean;
};

/** Pure. Which of two jobs that have not ended goes first. */
export function compareOrder(a: JobView, b: JobView): number {
  const byPriority = jobPriorities.indexOf(a.priority) - jobPriorities.indexOf(b.priority);
  return byPriority || a.position - b.position || (a.id < b.id ? -1 : 1);
}

/** What is still to do, in its order, then what has ended, newest first. */
export function sortedJobs(jobs: Readonly<Record<string, JobView>>): JobView[] {
  const all = Object.values(jobs);
  const open = all.filter((job) => !isEnded(job)).sort(compareOrder);
  const ended = all.filter(isEnded).sort((a, b) => b.createdMs - a.createdMs || (a.id < b.id ? 1 : -1));
  return [...open, ...ended];
}

/** Pure. What the folded line says: the jobs still to do, or, when there are none, those that have ended. */
export function summarize(jobs: readonly JobView[]): TransferSummary {
  const open = jobs.filter((job) => !isEnded(job));
  const counted = open.length > 0 ? open : jobs;
  const sum = (of: (job: JobView) => number) => counted.reduce((total, job) => total + of(job), 0);
  const bytesTotal = sum((job) => job.bytesTotal);
  const bytesDone = sum((job) => job.bytesDone);
  const active = open.filter((job) => job.state === 'active' || job.state === 'planning');
  const bytesPerSecond = active.reduce((total, job) => total + job.bytesPerSecond, 0);
  const left = active.reduce((total, job) => total + job.bytesTotal - job.bytesDone, 0);
  const areKnown = active.every((job) => job.planned && (job.bytesPerSecond === 0 || job.secondsLeft !== null));
  const isMeasured = areKnown && bytesPerSecond > 0 && left > 0;
  const seconds = left / bytesPerSecond;
  return {
    jobs: jobs.length,
    filesTotal: sum((job) => job.filesTotal),
    filesDone: sum((job) => job.filesDone + job.filesSkipped),
    bytesDone,
    bytesTotal,
    planned: counted.every((job) => job.planned || isEnded(job)),
    bytesPerSecond,
    // While a source is still being counted, or the speed of what moves has not been measured, it would be a guess.
    secondsLeft: isMeasured && seconds <= longestSecondsLeft ? seconds : null,
    moving: jobs.filter(isMoving).length,
    resumable: jobs.filter(canResume).length,
    paused: jobs.filter((job) => job.state === 'paused').length,
    interrupted: jobs.filter((job) => job.state === 'interrupted').length,
    failed: jobs.filter(hasFailed).length,
    questions: jobs.filter((job) => job.question).length,
    signIns: jobs.filter(waitsForSignIn).length,
    offline: jobs.filter((job) => job.state === 'waiting' && job.retryAtMs !== undefined).length,
    allSkipped: jobs.length > 0 && jobs.every(isAllSkipped),
  };
}
