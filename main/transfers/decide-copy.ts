import type { ObjectRow } from '../../shared/domain/listing.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { sameEtag } from '../s3/etag.ts';
import { mayBeSource } from './copy-sources.ts';
import { headLatest, headTarget, lookAtTarget } from './job-requests.ts';
import { finishFile } from './finish-file.ts';
import type { FileRecord } from './journal.ts';
import { conflictPolicyOf, failed, type RunningJob } from './running-job.ts';
import { skipSameCopy } from './skip-same.ts';
import { decideTarget, type TargetDecision } from './target-conflict.ts';

/** decideTarget for a copy, which must not replace what is still to be copied ([T54]). */
export async function decideCopy(
  job: RunningJob,
  file: FileRecord,
  leave: () => Promise<Result<void>>,
): Promise<Result<TargetDecision>> {
  const { request } = job;
  if (request.kind !== 'copy') throw new Error('not a copy');
  if (job.oneServer && request.bucket === request.toBucket && file.source === file.target) {
    const error = appError('TargetInsideSource', { target: file.target }, 'source and target are the same object');
    return ok({ type: 'outcome', outcome: failed(error) });
  }
  if (await isFolderThere(job, file)) return ok({ type: 'outcome', outcome: await finishFile(job, file, 'size') });
  const same = await skipSameCopy(job, file, leave);
  if (!same.ok) return same;
  if (same.value !== null) return ok({ type: 'outcome', outcome: same.value });
  const decision = await decideTarget(job, file, (key) => lookAtTarget(job, key), {
    source: `${request.bucket}/${file.source}`,
    target: (key) => `${request.toBucket}/${key}`,
    separator: '/',
    leave,
  });
  if (!decision.ok || decision.value.type === 'outcome') return decision;
  const { target: key, replace } = decision.value;
  if (!replace || !(await mayBeSource(request, key))) return decision;
  // It may be a source that has not been copied yet: only an equal one is replaced.
  const there = await headTarget(job, key);
  if (!there.ok && there.error.code !== 'NoSuchKey') return there;
  if (there.ok && !job.oneServer) {
    const isOne = await isOneObject(job, file, key, there.value);
    if (!isOne.ok) return isOne;
    if (!isOne.value) return decision;
  }
  const equal = there.ok && file.fingerprint.type === 'object' && sameEtag(there.value.etag, file.fingerprint.etag);
  if (there.ok && !equal)
    return err(appError('TargetExists', { target: `${request.toBucket}/${key}` }, 'it may be a source', 'no'));
  return ok({ type: 'write', target: key, replace: equal });
}

/** Two addresses may lead to one server ([T29]): whether what is at the key of the target may be at the source's, too. */
async function isOneObject(
  job: RunningJob,
  file: FileRecord,
  key: string,
  there: Pick<ObjectRow, 'etag' | 'lastModified'>,
): Promise<Result<boolean>> {
  // Replaced by itself, at worst.
  if (key === file.source) return ok(false);
  const here = await headLatest(job, key);
  if (!here.ok) return here.error.code === 'NoSuchKey' ? ok(false) : here;
  return ok(sameEtag(here.value.etag, there.etag) && here.value.lastModified === there.lastModified);
}

/** [T57] The marker of a folder that has one at the target already: a folder joins another, it is no file in its way. */
async function isFolderThere(job: RunningJob, file: FileRecord): Promise<boolean> {
  const target = file.savedAs ?? file.target;
  const isMarker = file.source.endsWith('/') && target.endsWith('/') && file.fingerprint.sizeBytes === 0;
  if (!isMarker || (conflictPolicyOf(job, file) === 'overwrite' && !job.request.skipSame)) return false;
  const there = await lookAtTarget(job, target);
  return there.ok && there.value?.sizeBytes === 0;
}
