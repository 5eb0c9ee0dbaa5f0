import { ok } from '../../../shared/result.ts';
import type { DigestAlgorithm } from '../../checksums/digest.ts';
import { checksumReplyHeaders } from '../http/checksum-headers.ts';
import { receiveBody } from '../http/receive-body.ts';
import type { Reply } from '../http/reply.ts';
import { createFileWriter } from '../storage/file-writer.ts';
import { checkGuard } from '../storage/objects.ts';
import type { ChecksumAlgorithm, StoredChecksum } from '../storage/stored-version.ts';
import { bodySecret, type Handler, planObjectBody } from './call.ts';
import { readWriteGuard } from './conditions.ts';
import { checkWriteHeaders, readDescription } from './object-headers.ts';

/** What S3 computes and keeps when the client sends no checksum. */
export const defaultChecksum: ChecksumAlgorithm = 'crc64nvme';

export function hexOf(base64: string): string {
  return Buffer.from(base64, 'base64').toString('hex');
}

export function digestResult(digests: ReadonlyMap<DigestAlgorithm, string>, algorithm: DigestAlgorithm): string {
  const value = digests.get(algorithm);
  if (value === undefined) throw new Error(`The ${algorithm} of the body was not computed`);
  return value;
}

export const putObject: Handler = async (call) => {
  const { request, store } = call;
  const allowed = checkWriteHeaders(request);
  if (!allowed.ok) return allowed;
  const description = readDescription(request);
  if (!description.ok) return description;
  const guard = readWriteGuard(request);
  if (!guard.ok) return guard;
  const plan = planObjectBody(call);
  if (!plan.ok) return plan;
  if (guard.value.ifMatch !== undefined || guard.value.ifNoneMatch !== undefined) {
    // Asked again when the object is made; this spares sending a body in vain.
    const early = checkGuard(guard.value, await store.objects.find(request.bucket, request.key), request.key);
    if (!early.ok) return early;
  }

  const algorithm = plan.value.declared?.algorithm ?? defaultChecksum;
  const temp = await store.files.createTemp();
  try {
    const writer = createFileWriter(temp.handle);
    call.acceptBody();
    const received = await receiveBody(request, plan.value, bodySecret(call), ['md5', algorithm], (piece) =>
      writer.write(piece),
    );
    await writer.finish();
    if (!received?.ok) return received;
    const { sizeBytes, digests } = received.value;
    const checksum: StoredChecksum = { algorithm, type: 'FULL_OBJECT', value: digestResult(digests, algorithm) };
    const etag = hexOf(digestResult(digests, 'md5'));
    const facts = { ...description.value, sizeBytes, etag, checksum };
    const published = await store.objects.publish(request.bucket, request.key, temp, facts, guard.value);
    return published.ok ? ok(writtenReply(etag, checksum)) : published;
  } finally {
    await temp.discard();
  }
};

function writtenReply(etag: string, checksum: StoredChecksum): Reply {
  return { status: 200, headers: { etag: `"${etag}"`, ...checksumReplyHeaders(checksum) } };
}
