import type { ConnectionView } from '../../shared/domain/connection.ts';
import { type FileView, type JobView, usesConnection } from '../../shared/domain/transfer.ts';
import type { AppError } from '../../shared/errors.ts';
import { hasFailed, isEnded, sortedJobs } from './transfer-summary.ts';

/** What the list of transfers can be narrowed to. */
export const jobFilters = ['all', 'active', 'waiting', 'failed', 'finished'] as const;
export type JobFilter = (typeof jobFilters)[number];

/** It will not go on before a person does something: answers, resumes. One that waits for the network is not meant. */
function waitsForPerson(job: JobView): boolean {
  if (job.state === 'waiting') return job.retryAtMs === undefined;
  return job.question !== undefined || job.state === 'interrupted' || job.state === 'paused';
}

/** Pure. The one filter, beside that of all, that a job is found under. */
export function filterOf(job: JobView): Exclude<JobFilter, 'all'> {
  if (!isEnded(job)) return waitsForPerson(job) ? 'waiting' : 'active';
  return hasFailed(job) ? 'failed' : 'finished';
}

/** It has ended, by itself or cancelled, and nothing of it is left to be looked after: what failed is. */
export const isFinished = (job: JobView): boolean => filterOf(job) === 'finished';

/** Pure. How many jobs each filter would show. */
export function countJobs(jobs: readonly JobView[]): Readonly<Record<JobFilter, number>> {
  const counts = { all: jobs.length, active: 0, waiting: 0, failed: 0, finished: 0 };
  for (const job of jobs) counts[filterOf(job)] += 1;
  return counts;
}

/** Pure. The jobs a filter and a search text leave; the text is looked for in what the job's line shows. */
export function pickJobs(jobs: readonly JobView[], filter: JobFilter, search: string): readonly JobView[] {
  const text = search.trim().toLowerCase();
  if (filter === 'all' && text === '') return jobs;
  return jobs.filter((job) => {
    if (filter !== 'all' && filterOf(job) !== filter) return false;
    const line = [job.from, job.to, job.connectionName, job.toConnectionName ?? ''].join('\n');
    return line.toLowerCase().includes(text);
  });
}

/** Pure. The connection of the job, at either end, that a person has to mend (expired credentials, a wrong secret …). */
export function connectionToMend(job: JobView, connections: readonly ConnectionView[]): ConnectionView | undefined {
  const ends: readonly (string | undefined)[] = [job.connectionId, job.toConnectionId];
  return connections.find(({ id, status }) => status.state === 'needsYou' && ends.includes(id));
}

/** Pure. Transfers with the connection at either end that have not ended, in their order. */
export function openJobsOf(connectionId: string, jobs: Readonly<Record<string, JobView>>): readonly JobView[] {
  return sortedJobs(jobs).filter((job) => !isEnded(job) && usesConnection(job, connectionId));
}

export type FailureGroup = { readonly error: AppError; readonly names: readonly string[] };

/** Pure. Failed files by their reason, in the order in which the reasons first occur. */
export function groupFailures(files: readonly FileView[]): readonly FailureGroup[] {
  const groups = new Map<string, { error: AppError; names: string[] }>();
  for (const { error, name } of files) {
    if (error === undefined) continue;
    const why = [error.code, error.context['permission'], error.context['bucket'], error.context['endpoint']].join(
      '\n',
    );
    const group = groups.get(why);
    if (group) group.names.push(name);
    else groups.set(why, { error, names: [name] });
  }
  return [...groups.values()];
}

/**
 * How the files of a job were verified: how many of each level, and the weakest of them, which is what the whole can be
 * said to be. Null when no file is done.
 */
export function verificationOf({ verified }: JobView): {
  readonly weakest: 'checksum' | 'md5' | 'size';
  readonly levels: readonly { readonly level: 'checksum' | 'md5' | 'size'; readonly count: number }[];
} | null {
  const levels = (['checksum', 'md5', 'size'] as const)
    .map((level) => ({ level, count: verified[level] }))
    .filter(({ count }) => count > 0);
  const weakest = levels.at(-1)?.level;
  return weakest === undefined ? null : { weakest, levels };
}
