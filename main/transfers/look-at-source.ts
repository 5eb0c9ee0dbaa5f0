import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { headSource } from './job-requests.ts';
import { objectFingerprint, sameFingerprint, versionOf } from './fingerprint.ts';
import type { FileRecord } from './journal.ts';
import type { RunningJob } from './running-job.ts';

/**
 * Looks at the source object as it is now and journals what it looks like. For one that has changed since it was
 * listed, or could not be looked at then; whatever was verified of an older version does not hold for it ([T25]).
 * SourceChanged when only the version that was planned is meant ([T68]).
 */
export async function lookAtSource(job: RunningJob, file: FileRecord): Promise<Result<FileRecord>> {
  const head = await headSource(job, file.source, job.signal, versionOf(file));
  if (!head.ok) return head;
  const { fingerprint: planned } = file;
  const isPinned = planned.type === 'object' && planned.isPinned === true;
  const fingerprint = objectFingerprint({ ...head.value, isPinned, pinnedVersionId: versionOf(file).versionId });
  if (isPinned && !sameFingerprint(planned, fingerprint)) return err(appError('SourceChanged', { key: file.source }));
  const saved = await job.ports.journal.updateFile(file.id, { fingerprint, verification: null });
  return saved.ok ? ok({ ...file, fingerprint, verification: null }) : saved;
}

/** The file, looked at now when planning could not. */
export async function withKnownSource(job: RunningJob, file: FileRecord): Promise<Result<FileRecord>> {
  return file.fingerprint.type === 'object' ? ok(file) : lookAtSource(job, file);
}
