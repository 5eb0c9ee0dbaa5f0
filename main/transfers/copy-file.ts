import type { Verification } from '../../shared/domain/transfer.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { multipartEtag, partCountOfEtag, plainMd5OfEtag, sameEtag } from '../s3/etag.ts';
import type { WriteCondition } from '../s3/object-store.ts';
import { gateRequest, headTarget, sourceContext, targetContext, withoutRefused } from './job-requests.ts';
import { decideCopy } from './decide-copy.ts';
import type { FileRecord } from './journal.ts';
import { finishFile, finishVerified } from './finish-file.ts';
import { maxSingleCopyBytes, planParts } from './part-plan.ts';
import { withBackoff } from './retry.ts';
import { traceOf } from './upload-traces.ts';
import { lookAtSource, withKnownSource } from './look-at-source.ts';
import { failed, type FileOutcome, type RunningJob, type ServerFacts, stopped } from './running-job.ts';
import { runParts } from './run-parts.ts';
import { writeCondition } from './target-conflict.ts';

/** Server-side parts of a copy of more than 5 GiB. */
const copyPartBytes = 512 * 1024 * 1024;

/** How often a source that changes while it is copied, or a target that appears meanwhile, is looked at again. */
const maxRestarts = 3;

/** Copies one object inside a connection, on the server ([T18]); the source's version is pinned by its ETag. */
export async function copyFile(job: RunningJob, file: FileRecord): Promise<FileOutcome> {
  let current = file;
  for (let restart = 0; ; restart += 1) {
    const outcome = await copyOnce(job, current);
    if (job.signal.aborted && outcome.type !== 'done') return stopped;
    if (outcome.type !== 'failed' || restart + 1 >= maxRestarts) return outcome;
    if (outcome.error.code !== 'PreconditionFailed' && outcome.error.code !== 'SourceChanged') return outcome;
    const looked = await lookAtSource(job, job.ports.journal.file(file.id) ?? current);
    if (!looked.ok) return job.signal.aborted ? stopped : failed(looked.error);
    current = looked.value;
  }
}

async function copyOnce(job: RunningJob, planned: FileRecord): Promise<FileOutcome> {
  const { request } = job;
  if (request.kind !== 'copy') throw new Error('not a copy');
  job.resetBytes(planned.id);
  const known = await withKnownSource(job, planned);
  if (!known.ok) return failed(known.error);
  const file = known.value;
  const finished = await finishVerified(job, file);
  if (finished !== null) return finished;
  const decision = await decideCopy(job, file);
  if (!decision.ok) return failed(decision.error);
  if (decision.value.type === 'outcome') return decision.value.outcome;
  const { target: key, replace } = decision.value;

  const etag = file.fingerprint.type === 'object' ? (file.fingerprint.etag ?? undefined) : undefined;
  const from = { bucket: request.bucket, key: file.source, sourceIfMatch: etag };
  const to = { bucket: request.toBucket, key };
  const copy = (facts: ServerFacts) =>
    file.fingerprint.sizeBytes <= maxSingleCopyBytes
      ? withBackoff(targetContext(job), () =>
          job.connection.store.copy(from, to, writeCondition(facts, replace), job.graceSignal),
        )
      : copyInParts(job, file, from, to, writeCondition(facts, replace));
  const turn = gateRequest(job, file, { bytes: file.fingerprint.sizeBytes, memoryBytes: 0 });
  // A copy in parts takes a turn for each part instead.
  const copied = await withoutRefused<unknown>(job, { condition: !replace, checksum: false }, (facts) =>
    file.fingerprint.sizeBytes <= maxSingleCopyBytes
      ? job.ports.gate.run<Result<unknown>>(turn, job.signal, () => copy(facts))
      : copy(facts),
  );
  if (!copied) return stopped;
  if (!copied.ok) return failed(copied.error);
  const verified = await verifyCopy(job, file, to.bucket, key);
  return verified.ok ? finishFile(job, file, verified.value) : failed(verified.error);
}

async function copyInParts(
  job: RunningJob,
  file: FileRecord,
  from: { readonly bucket: string; readonly key: string; readonly sourceIfMatch?: string | undefined },
  to: { readonly bucket: string; readonly key: string },
  condition: WriteCondition,
): Promise<Result<unknown>> {
  const { store } = job.connection;
  if (file.uploadId !== null) await store.abortMultipart(to.bucket, to.key, file.uploadId, job.graceSignal);
  const source = await store.head(from.bucket, from.key, job.signal);
  if (!source.ok) return source;
  if (source.value.sizeBytes !== file.fingerprint.sizeBytes) return err(appError('SourceChanged', { key: from.key }));
  // Listed without an ETag: the parts must be of one version all the same.
  const sourceIfMatch = from.sourceIfMatch ?? source.value.etag ?? undefined;
  const created = await store.createMultipart(to.bucket, to.key, source.value.headers, job.graceSignal);
  if (!created.ok) return created;
  const { uploadId } = created.value;
  // Journaled so that it is not left behind by a crash; it is aborted, not resumed ([T1]).
  const { journal, clock } = job.ports;
  const [traced, noted] = await Promise.all([
    journal.rememberUpload(traceOf(job.connection, { ...to, uploadId }, clock.nowMs())),
    journal.updateFile(file.id, { uploadId }),
  ]);
  if (!noted.ok || !traced.ok) {
    await store.abortMultipart(to.bucket, to.key, uploadId, job.graceSignal);
    return noted.ok ? traced : noted;
  }
  const plan = planParts(file.fingerprint.sizeBytes, copyPartBytes);
  const etags = new Map<number, string>();
  const done = await runParts(
    job,
    file,
    plan,
    () => 0,
    async (part) => {
      const copied = await withBackoff(targetContext(job), () =>
        store.copyPart(
          { ...from, sourceIfMatch, offset: part.offset, sizeBytes: part.sizeBytes },
          { ...to, uploadId, partNumber: part.partNumber },
          job.graceSignal,
        ),
      );
      if (!copied.ok) return copied;
      etags.set(part.partNumber, copied.value.etag);
      job.addBytes(file.id, part.sizeBytes);
      return ok();
    },
  );
  const parts = plan.map(({ partNumber }) => ({ partNumber, etag: etags.get(partNumber) ?? '' }));
  const completed = done.ok
    ? await withBackoff(targetContext(job), () =>
        store.completeMultipart(to.bucket, to.key, uploadId, parts, condition, job.graceSignal),
      )
    : done;
  if (!completed.ok && completed.error.code === 'NoSuchUpload' && (await isMadeOf(job, to.key, parts))) return ok();
  // Not resumed: copying again costs no bandwidth, an upload left behind costs storage.
  if (!completed.ok) await store.abortMultipart(to.bucket, to.key, uploadId, job.graceSignal);
  return completed;
}

/** [T6] Whether the object at the key is made of these parts: then the answer to their completion was lost. */
async function isMadeOf(job: RunningJob, key: string, parts: readonly { readonly etag: string }[]): Promise<boolean> {
  const md5s = parts.flatMap(({ etag }) => plainMd5OfEtag(etag) ?? []);
  if (md5s.length < parts.length) return false;
  const there = await headTarget(job, key);
  return there.ok && sameEtag(there.value.etag, multipartEtag(md5s));
}

/** Both sides' checksums or ETags where they can be compared, else their sizes. */
async function verifyCopy(
  job: RunningJob,
  file: FileRecord,
  bucket: string,
  key: string,
): Promise<Result<Verification>> {
  const { request } = job;
  const { store } = job.connection;
  const target = await withBackoff(targetContext(job), () => store.head(bucket, key, job.signal));
  if (!target.ok) return target;
  if (target.value.sizeBytes !== file.fingerprint.sizeBytes) {
    return err(
      appError('SizeMismatch', { key, expectedBytes: file.fingerprint.sizeBytes, actualBytes: target.value.sizeBytes }),
    );
  }
  // One that is made of something else than the bytes may come along with a copy of other bytes.
  const isOfBytes =
    target.value.etagIsMd5 && (plainMd5OfEtag(target.value.etag) ?? partCountOfEtag(target.value.etag)) !== null;
  const { fingerprint } = file;
  if (isOfBytes && fingerprint.type === 'object' && sameEtag(target.value.etag, fingerprint.etag)) return ok('md5');
  const source = await withBackoff(sourceContext(job), () => store.head(request.bucket, file.source, job.signal));
  if (!source.ok) return source;
  for (const [algorithm, expected] of Object.entries(source.value.checksums)) {
    const actual = target.value.checksums[algorithm];
    if (actual === undefined || source.value.checksumType !== target.value.checksumType) continue;
    return actual === expected
      ? ok('checksum')
      : err(appError('ChecksumMismatch', { key, algorithm, expected, actual }));
  }
  return ok('size');
}
