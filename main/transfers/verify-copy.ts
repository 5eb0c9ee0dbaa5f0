import type { Verification } from '../../shared/domain/transfer.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { md5OfObject, partCountOfEtag, sameEtag } from '../s3/etag.ts';
import { mismatch } from './download-check.ts';
import { headSource, headTarget } from './job-requests.ts';
import type { FileRecord } from './journal.ts';
import type { RunningJob } from './running-job.ts';

/**
 * By an ETag of the source's bytes, else by a checksum of both or MD5s of both, else by size ([T18]). What differs is
 * ChecksumMismatch or SizeMismatch: `answeredEtag`, of the answer to the copy, must be that of what is there. A source that
 * is another one by now tells nothing of what was copied.
 */
export async function verifyCopy(
  job: RunningJob,
  file: FileRecord,
  key: string,
  answeredEtag: string | null,
): Promise<Result<Verification>> {
  const target = await headTarget(job, key, job.graceSignal);
  if (!target.ok) return target;
  if (target.value.sizeBytes !== file.fingerprint.sizeBytes) {
    return err(
      appError('SizeMismatch', { key, expectedBytes: file.fingerprint.sizeBytes, actualBytes: target.value.sizeBytes }),
    );
  }
  // One that is made of something else than the bytes may come along with a copy of other bytes.
  const isOfBytes =
    target.value.etagIsMd5 && (md5OfObject(target.value) ?? partCountOfEtag(target.value.etag)) !== null;
  const { fingerprint } = file;
  if (isOfBytes && fingerprint.type === 'object' && sameEtag(target.value.etag, fingerprint.etag)) return ok('md5');
  const source = await headSource(job, file, job.graceSignal);
  if (!source.ok) return source;
  const isCopied =
    fingerprint.type !== 'object' || fingerprint.etag === null || sameEtag(source.value.etag, fingerprint.etag);
  for (const [algorithm, expected] of Object.entries(isCopied ? source.value.checksums : {})) {
    const actual = target.value.checksums[algorithm];
    if (actual === undefined || source.value.checksumType !== target.value.checksumType) continue;
    return actual === expected ? ok('checksum') : err(mismatch(key, algorithm, expected, actual));
  }
  const [expectedMd5, actualMd5] = [isCopied ? md5OfObject(source.value) : null, md5OfObject(target.value)];
  if (expectedMd5 !== null && actualMd5 !== null)
    return expectedMd5 === actualMd5 ? ok('md5') : err(mismatch(key, 'md5', expectedMd5, actualMd5));
  const { etag } = target.value;
  return answeredEtag === null || etag === null || sameEtag(etag, answeredEtag)
    ? ok('size')
    : err(mismatch(key, 'etag', answeredEtag, etag));
}
