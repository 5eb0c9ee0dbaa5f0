import type { Verification } from '../../shared/domain/transfer.ts';
import { ok, type Result } from '../../shared/result.ts';
import { digestsFor } from '../s3/digests-for.ts';
import { sameEtag } from '../s3/etag.ts';
import type { LookedAtObject } from '../s3/object-store.ts';
import { verifyDownload } from './download-check.ts';
import { partsOnDisk, verifyWhole } from './download-parts.ts';
import { versionOf } from './fingerprint.ts';
import { headSource, isGone } from './job-requests.ts';
import type { FileRecord } from './journal.ts';
import { planParts } from './part-plan.ts';
import { planCheck } from './range-proof.ts';
import type { RunningJob } from './running-job.ts';

/**
 * A download that a former try has given its name, and of which the journal did not hear any more ([T16]): what is in its
 * place is then no conflict but itself. Proven by the bytes, never by their number; made durable before it is told. Null
 * when it is not that: it is downloaded.
 */
export async function findNamed(job: RunningJob, file: FileRecord): Promise<Result<Verification | null>> {
  const { files } = job.ports;
  const target = file.savedAs ?? file.target;
  if (!(await hasBeenNamed(job, file, target))) return ok(null);
  const { fingerprint } = file;
  const head = await headSource(job, file.source, job.signal, versionOf(file));
  // What became of the source is said where it is to be read.
  if (!head.ok) return isGone(head.error) ? ok(null) : head;
  const isOther = fingerprint.type !== 'object' || !sameEtag(head.value.etag, fingerprint.etag);
  if (isOther || head.value.sizeBytes !== fingerprint.sizeBytes) return ok(null);
  const proven = await proveFile(job, file, target, head.value);
  if (!proven.ok) return proven.error.code === 'ChecksumMismatch' ? ok(null) : proven;
  if (proven.value === null) return proven;
  // Under the name that it has: nothing but its syncs.
  const durable = await files.commitTemp(target, target, true, null);
  return durable.ok ? proven : durable;
}

/** The temporary file is gone, or has the target's name as well, and there is a file of its size. */
async function hasBeenNamed(job: RunningJob, { tempPath, fingerprint }: FileRecord, target: string): Promise<boolean> {
  if (tempPath === null) return false;
  const { files } = job.ports;
  const there = await files.stat(target);
  if (!there.ok || there.value.type !== 'file' || there.value.sizeBytes !== fingerprint.sizeBytes) return false;
  const temp = await files.stat(tempPath);
  if (!temp.ok) return temp.error.code === 'FileNotFound';
  return temp.value.inode !== 0 && temp.value.inode === there.value.inode;
}

/** Null: the same size, which is no proof. ChecksumMismatch: other bytes. */
async function proveFile(
  job: RunningJob,
  file: FileRecord,
  path: string,
  stored: LookedAtObject,
): Promise<Result<Verification | null>> {
  const { sizeBytes } = file.fingerprint;
  const check = planCheck(stored, sizeBytes, job.ports.partSizes);
  const parts = await partsOnDisk(job, file, path, check);
  if (!parts.ok) return parts;
  if (parts.value !== null && parts.value.length === planParts(sizeBytes, check.partBytes).length)
    return verifyWhole(job, file, path, check, parts.value, stored);
  const names = digestsFor(stored);
  if (names.length === 0) return ok(null);
  const read = await job.ports.transport.digest({ filePath: path, offset: 0, sizeBytes }, names, job.signal);
  if (!read.ok) return read;
  const verified = verifyDownload(stored, read.value.digests, file.source);
  return verified.ok && verified.value === 'size' ? ok(null) : verified;
}
