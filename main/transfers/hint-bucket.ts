import { withSuggestion } from '../s3/suggest-name.ts';
import { targetBucket } from './job-requests.ts';
import { failed, type FileOutcome, type RunningJob } from './running-job.ts';

/**
 * Puts the bucket that was meant into failures of files whose target is in none. The server is asked once in a job: all
 * of its files have the same bucket.
 */
export function createBucketHint(job: RunningJob): (outcome: FileOutcome) => Promise<FileOutcome> {
  let asked: Promise<string | number | undefined> | null = null;
  return async (outcome) => {
    if (outcome.type !== 'failed' || outcome.error.code !== 'NoSuchBucket' || job.request.kind === 'download')
      return outcome;
    const { error } = outcome;
    if (error.context['bucket'] !== targetBucket(job)) return outcome;
    asked ??= withSuggestion(job.target.connection.store, error, job.signal).then(
      ({ context }) => context['suggestion'],
    );
    const suggestion = await asked;
    return suggestion === undefined ? outcome : failed({ ...error, context: { ...error.context, suggestion } });
  };
}
