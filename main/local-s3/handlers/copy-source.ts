import { ok } from '../../../shared/result.ts';
import { createDigest, type DigestAlgorithm } from '../../checksums/digest.ts';
import { fail, type Outcome } from '../failure.ts';
import type { FileWriter } from '../storage/file-writer.ts';
import { readRange } from '../storage/copy-range.ts';
import type { OpenedObject } from '../storage/objects.ts';
import type { Call } from './call.ts';
import { checkCopySource } from './conditions.ts';

/** Opens what `x-amz-copy-source` names, if its conditions hold. The caller closes it. */
export async function openCopySource({ request, store }: Call): Promise<Outcome<OpenedObject>> {
  const header = request.headers['x-amz-copy-source'] ?? '';
  const mark = header.indexOf('?versionId=');
  if (mark >= 0 && header.slice(mark) !== '?versionId=null')
    return fail('InvalidArgument', 'Invalid version id specified');
  let path: string;
  try {
    path = decodeURIComponent(mark < 0 ? header : header.slice(0, mark)).replace(/^\//, '');
  } catch {
    return fail('InvalidArgument', 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey');
  }
  const slash = path.indexOf('/');
  if (slash < 1 || slash === path.length - 1) {
    return fail('InvalidArgument', 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey');
  }
  const bucket = path.slice(0, slash);
  const key = path.slice(slash + 1);
  if (!(await store.buckets.exists(bucket))) return fail('NoSuchBucket', undefined, { BucketName: bucket });
  const opened = await store.objects.open(bucket, key);
  if (!opened) return fail('NoSuchKey', undefined, { Key: key });
  const holds = checkCopySource(request, opened.object);
  if (holds.ok) return ok(opened);
  await opened.file.handle.close();
  return holds;
}

/** Copies a range of the source and computes what is asked for on the way. */
export async function copyDigested(
  source: OpenedObject,
  offset: number,
  sizeBytes: number,
  writer: FileWriter,
  algorithms: readonly DigestAlgorithm[],
): Promise<ReadonlyMap<DigestAlgorithm, string>> {
  const digests = algorithms.map((algorithm) => [algorithm, createDigest(algorithm)] as const);
  await readRange(source.file.handle, offset, sizeBytes, async (block) => {
    for (const [, digest] of digests) digest.update(block);
    // The block's memory is used again for the next one, and the writer still holds on to what it was given.
    await writer.write(Buffer.from(block));
  });
  await writer.finish();
  return new Map(digests.map(([algorithm, digest]) => [algorithm, digest.digestBase64()] as const));
}
