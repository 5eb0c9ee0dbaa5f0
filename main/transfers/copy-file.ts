import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { multipartEtag, plainMd5OfEtag, sameEtag } from '../s3/etag.ts';
import type { StoredObject, WriteCondition } from '../s3/object-store.ts';
import { beginUpload } from './begin-upload.ts';
import { gateRequest, headSource, headTarget, targetContext, withoutRefused } from './job-requests.ts';
import { decideCopy } from './decide-copy.ts';
import { versionOf } from './fingerprint.ts';
import type { FileRecord } from './journal.ts';
import { finishFile, finishVerified } from './finish-file.ts';
import { maxSingleCopyBytes, planParts } from './part-plan.ts';
import { withBackoff } from './retry.ts';
import { lookAtSource, withKnownSource } from './look-at-source.ts';
import { failed, type FileOutcome, type RunningJob, type ServerFacts, stopped } from './running-job.ts';
import { findCopied, noteWrite } from './find-written.ts';
import { runParts } from './run-parts.ts';
import { discardUpload } from './upload-parts.ts';
import { verifyCopy } from './verify-copy.ts';
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
    // A version does not change: what is another one is the latest, which stays ([T68]).
    if (outcome.error.code === 'SourceChanged' && versionOf(current.fingerprint).versionId !== undefined)
      return outcome;
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
  const copied = await findCopied(job, file);
  if (!copied.ok) return failed(copied.error);
  if (copied.value !== null) return finishFile(job, file, copied.value);
  const decision = await decideCopy(job, file, () => discardUpload(job, file));
  if (!decision.ok) return failed(decision.error);
  if (decision.value.type === 'outcome') return decision.value.outcome;
  const { target: key, replace } = decision.value;
  const noted = await noteWrite(job, file, replace);
  if (!noted.ok) return failed(noted.error);

  const etag = file.fingerprint.type === 'object' ? (file.fingerprint.etag ?? undefined) : undefined;
  const from = {
    bucket: request.bucket,
    key: file.source,
    sourceIfMatch: etag,
    ...versionOf(file.fingerprint),
  };
  const to = { bucket: request.toBucket, key };
  const copy = (facts: ServerFacts) =>
    file.fingerprint.sizeBytes <= maxSingleCopyBytes
      ? withBackoff(targetContext(job), () =>
          job.connection.store.copy(from, to, writeCondition(facts, replace), job.graceSignal),
        )
      : copyInParts(job, file, from, to, writeCondition(facts, replace));
  const turn = gateRequest(job, file, { bytes: file.fingerprint.sizeBytes, memoryBytes: 0 });
  // A copy in parts takes a turn for each part instead.
  const made = await withoutRefused<StoredObject | null>(job, { condition: !replace, checksum: false }, (facts) =>
    file.fingerprint.sizeBytes <= maxSingleCopyBytes
      ? job.ports.gate.run<Result<StoredObject | null>>(turn, job.signal, () => copy(facts))
      : copy(facts),
  );
  if (!made) return stopped;
  if (!made.ok) return failed(made.error);
  const verified = await verifyCopy(job, file, key, made.value?.etag ?? null);
  return verified.ok ? finishFile(job, file, verified.value) : failed(verified.error);
}

async function copyInParts(
  job: RunningJob,
  file: FileRecord,
  from: {
    readonly bucket: string;
    readonly key: string;
    readonly sourceIfMatch?: string | undefined;
    readonly versionId?: string | undefined;
  },
  to: { readonly bucket: string; readonly key: string },
  condition: WriteCondition,
): Promise<Result<StoredObject | null>> {
  const { store } = job.connection;
  const { graceSignal } = job;
  if (file.uploadId !== null) await store.abortMultipart(to.bucket, to.key, file.uploadId, graceSignal);
  const source = await headSource(job, file);
  if (!source.ok) return source;
  if (source.value.sizeBytes !== file.fingerprint.sizeBytes) return err(appError('SourceChanged', { key: from.key }));
  // Listed without an ETag: the parts must be of one version all the same.
  const sourceIfMatch = from.sourceIfMatch ?? source.value.etag ?? undefined;
  // Aborted by whoever goes on, not resumed.
  const created = await beginUpload(job, file, to.key, source.value.headers, null);
  if (!created.ok) return created;
  const { uploadId } = created.value;
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
          graceSignal,
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
        store.completeMultipart(to.bucket, to.key, uploadId, parts, condition, graceSignal),
      )
    : done;
  if (!completed.ok && completed.error.code === 'NoSuchUpload' && (await isMadeOf(job, to.key, parts))) return ok(null);
  // Not resumed: copying again costs no bandwidth, an upload left behind costs storage.
  if (!completed.ok) await store.abortMultipart(to.bucket, to.key, uploadId, graceSignal);
  return completed;
}

/** [T6] Whether the object at the key is made of these parts: then the answer to their completion was lost. */
async function isMadeOf(job: RunningJob, key: string, parts: readonly { readonly etag: string }[]): Promise<boolean> {
  const md5s = parts.flatMap(({ etag }) => plainMd5OfEtag(etag) ?? []);
  if (md5s.length < parts.length) return false;
  const there = await headTarget(job, key, job.graceSignal);
  return there.ok && sameEtag(there.value.etag, multipartEtag(md5s));
}
