import type { Verification } from '../../shared/domain/transfer.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { partCountOfEtag, plainMd5OfEtag, sameEtag } from '../s3/etag.ts';
import type { LookedAtObject } from '../s3/object-store.ts';
import { mismatch } from './download-check.ts';
import { headSource, headTarget } from './job-requests.ts';
import type { FileRecord } from './journal.ts';
import type { RunningJob } from './running-job.ts';

/**
 * Both sides' checksums or ETags where they can be compared, else their sizes. MD5s that differ are a mismatch, as of a
 * download ([T18]).
 */
export async function verifyCopy(job: RunningJob, file: FileRecord, key: string): Promise<Result<Verification>> {
  const target = await headTarget(job, key, job.graceSignal);
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
  const source = await headSource(job, file.source, job.graceSignal);
  if (!source.ok) return source;
  for (const [algorithm, expected] of Object.entries(source.value.checksums)) {
    const actual = target.value.checksums[algorithm];
    if (actual === undefined || source.value.checksumType !== target.value.checksumType) continue;
    return actual === expected ? ok('checksum') : err(mismatch(key, algorithm, expected, actual));
  }
  const [expectedMd5, actualMd5] = [md5Of(source.value), md5Of(target.value)];
  if (expectedMd5 === null || actualMd5 === null) return ok('size');
  return expectedMd5 === actualMd5 ? ok('md5') : err(mismatch(key, 'md5', expectedMd5, actualMd5));
}

function md5Of({ etag, etagIsMd5 }: LookedAtObject): string | null {
  return etagIsMd5 ? plainMd5OfEtag(etag) : null;
}
