import { ok } from '../../../shared/result.ts';
import { fail } from '../failure.ts';
import { checksumFields, parseAlgorithm } from '../http/checksum-headers.ts';
import { xmlReply } from '../http/reply.ts';
import { field, xmlDocument } from '../http/xml-write.ts';
import { createFileWriter } from '../storage/file-writer.ts';
import type { StoredChecksum } from '../storage/stored-version.ts';
import { type Handler, maxPutBytes } from './call.ts';
import { readWriteGuard } from './conditions.ts';
import { copyDigested, openCopySource } from './copy-source.ts';
import { checkWriteHeaders, readDescription } from './object-headers.ts';
import { defaultChecksum, digestResult, hexOf } from './write-object.ts';

export const copyObject: Handler = async (call) => {
  const { request, store } = call;
  const allowed = checkWriteHeaders(request);
  if (!allowed.ok) return allowed;
  const directive = request.headers['x-amz-metadata-directive'] ?? 'COPY';
  if (directive !== 'COPY' && directive !== 'REPLACE') return fail('InvalidArgument', 'Unknown metadata directive.');
  const tagsDirective = request.headers['x-amz-tagging-directive'] ?? 'COPY';
  if (tagsDirective !== 'COPY' && tagsDirective !== 'REPLACE')
    return fail('InvalidArgument', 'Unknown tagging directive.');
  const described = readDescription(request);
  if (!described.ok) return described;
  const guard = readWriteGuard(request);
  if (!guard.ok) return guard;
  const asked = request.headers['x-amz-checksum-algorithm'];
  const askedAlgorithm = asked === undefined ? null : parseAlgorithm(asked);
  if (asked !== undefined && !askedAlgorithm)
    return fail('InvalidRequest', 'Checksum algorithm provided is unsupported.');
  const source = await openCopySource(call);
  if (!source.ok) return source;
  const { object } = source.value;
  const temp = await store.files.createTemp();
  try {
    const isItself =
      object.key === request.key && sourceBucket(request.headers['x-amz-copy-source']) === request.bucket;
    if (
      isItself &&
      directive === 'COPY' &&
      request.headers['x-amz-storage-class'] === undefined &&
      askedAlgorithm === null
    ) {
      return fail(
        'InvalidRequest',
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
      );
    }
    if (object.sizeBytes > maxPutBytes)
      return fail(
        'InvalidRequest',
        'The specified copy source is larger than the maximum allowable size for a copy source: 5368709120',
      );
    const algorithm = askedAlgorithm ?? object.checksum?.algorithm ?? defaultChecksum;
    const writer = createFileWriter(temp.handle);
    const digests = await copyDigested(source.value, 0, object.sizeBytes, writer, ['md5', algorithm]);
    const checksum: StoredChecksum = { algorithm, type: 'FULL_OBJECT', value: digestResult(digests, algorithm) };
    const { headers, metadata } = directive === 'COPY' ? object : described.value;
    const etag = hexOf(digestResult(digests, 'md5'));
    const { tags } = tagsDirective === 'COPY' ? object : described.value;
    const facts = { headers, metadata, tags, sizeBytes: object.sizeBytes, etag, checksum };
    const published = await store.objects.publish(request.bucket, request.key, temp, facts, guard.value);
    if (!published.ok) return published;
    return ok(
      xmlReply(
        xmlDocument(
          'CopyObjectResult',
          field('LastModified', new Date(published.value.lastModifiedMs).toISOString()),
          field('ETag', `"${etag}"`),
          checksumFields(checksum),
        ),
      ),
    );
  } finally {
    await temp.discard();
    await source.value.file.handle.close();
  }
};

function sourceBucket(header: string | undefined): string {
  return (header ?? '').replace(/^(\/|%2F)/i, '').split(/\/|%2F/i, 1)[0] ?? '';
}
