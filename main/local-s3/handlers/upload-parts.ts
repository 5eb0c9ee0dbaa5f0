import { ok } from '../../../shared/result.ts';
import { fail, type Outcome } from '../failure.ts';
import { checksumElement, checksumHeader, parseAlgorithm } from '../http/checksum-headers.ts';
import { receiveBody } from '../http/receive-body.ts';
import { type Reply, xmlReply } from '../http/reply.ts';
import { queryNumber, queryValue, type S3Request } from '../http/request.ts';
import { field, xmlDocument } from '../http/xml-write.ts';
import type { LocalStore } from '../storage/store.ts';
import type { ChecksumType } from '../storage/stored-version.ts';
import type { Upload } from '../storage/upload-records.ts';
import { bodySecret, type Handler, maxPutBytes, planObjectBody } from './call.ts';
import { copyDigested, openCopySource } from './copy-source.ts';
import { checkWriteHeaders, readDescription } from './object-headers.ts';
import { parseRange } from './read-object.ts';
import { defaultChecksum, digestResult, hexOf } from './write-object.ts';

/** S3's limit. */
export const maxPartNumber = 10_000;

export const createUpload: Handler = async ({ request, store }) => {
  const allowed = checkWriteHeaders(request);
  if (!allowed.ok) return allowed;
  const description = readDescription(request);
  if (!description.ok) return description;
  const checksum = readUploadChecksum(request);
  if (!checksum.ok) return checksum;
  const upload = await store.uploads.create(request.bucket, {
    key: request.key,
    description: description.value,
    ...checksum.value,
  });
  const headers: Record<string, string> = upload.checksumAsked
    ? { 'x-amz-checksum-algorithm': upload.checksumAlgorithm.toUpperCase(), 'x-amz-checksum-type': upload.checksumType }
    : {};
  const body = xmlDocument(
    'InitiateMultipartUploadResult',
    field('Bucket', request.bucket),
    field('Key', request.key),
    field('UploadId', upload.uploadId),
  );
  return ok(xmlReply(body, headers));
};

type UploadChecksum = Pick<Upload, 'checksumAlgorithm' | 'checksumType' | 'checksumAsked'>;

/** CRC64NVME is always of the full object, SHA-1 and SHA-256 never; the others are composite unless asked otherwise. */
function readUploadChecksum({ headers }: S3Request): Outcome<UploadChecksum> {
  const name = headers['x-amz-checksum-algorithm'];
  const type = headers['x-amz-checksum-type']?.toUpperCase();
  const algorithm = name === undefined ? defaultChecksum : parseAlgorithm(name);
  if (!algorithm)
    return fail(
      'InvalidRequest',
      'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
    );
  if (type !== undefined && type !== 'FULL_OBJECT' && type !== 'COMPOSITE')
    return fail('InvalidRequest', 'Value for x-amz-checksum-type header is invalid.');
  if (type !== undefined && name === undefined) {
    return fail(
      'InvalidRequest',
      'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
    );
  }
  const isHash = algorithm === 'sha1' || algorithm === 'sha256';
  const usual: ChecksumType = algorithm === 'crc64nvme' ? 'FULL_OBJECT' : 'COMPOSITE';
  if ((isHash && type === 'FULL_OBJECT') || (algorithm === 'crc64nvme' && type === 'COMPOSITE')) {
    return fail('InvalidRequest', `The ${type} checksum type cannot be used with the ${algorithm} checksum algorithm.`);
  }
  return ok({
    checksumAlgorithm: algorithm,
    checksumType: type ?? usual,
    checksumAsked: name !== undefined,
  });
}

/** The upload a request names in its query. */
export async function findUpload(request: S3Request, store: LocalStore): Promise<Outcome<Upload>> {
  const uploadId = queryValue(request, 'uploadId') ?? '';
  const upload = await store.uploads.find(request.bucket, request.key, uploadId);
  return upload ? ok(upload) : fail('NoSuchUpload', undefined, { UploadId: uploadId });
}

function readPartNumber(request: S3Request): Outcome<number> {
  const read = queryNumber(request, 'partNumber', { min: 1, max: maxPartNumber, otherwise: 0 });
  if (read.ok && read.value > 0) return read;
  return fail('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive', {
    ArgumentName: 'partNumber',
  });
}

export const uploadPart: Handler = async (call) => {
  const { request, store } = call;
  const allowed = checkWriteHeaders(request);
  if (!allowed.ok) return allowed;
  const partNumber = readPartNumber(request);
  if (!partNumber.ok) return partNumber;
  const plan = planObjectBody(call);
  if (!plan.ok) return plan;
  const upload = await findUpload(request, store);
  if (!upload.ok) return upload;
  const { checksumAlgorithm } = upload.value;
  const declared = plan.value.declared?.algorithm;
  if (declared !== undefined && upload.value.checksumAsked && declared !== checksumAlgorithm) {
    return fail(
      'InvalidRequest',
      `Checksum Type mismatch occurred, expected checksum Type: ${checksumAlgorithm}, actual checksum Type: ${declared}`,
    );
  }
  const started = await store.uploads.startPart(request.bucket, upload.value, partNumber.value, plan.value.sizeBytes);
  if (!started.ok) return started;
  const draft = started.value;
  try {
    call.acceptBody();
    const received = await receiveBody(request, plan.value, bodySecret(call), ['md5', checksumAlgorithm], (piece) =>
      draft.writer.write(piece),
    );
    if (!received?.ok) return received;
    const { digests, sizeBytes } = received.value;
    const part = await draft.commit({
      sizeBytes,
      etag: hexOf(digestResult(digests, 'md5')),
      checksum: digestResult(digests, checksumAlgorithm),
    });
    if (!part.ok) return part;
    const told = declared ?? (upload.value.checksumAsked ? checksumAlgorithm : null);
    const headers: Record<string, string> = { etag: `"${part.value.etag}"` };
    if (told !== null) headers[checksumHeader(told)] = digestResult(digests, told);
    return ok({ status: 200, headers } satisfies Reply);
  } finally {
    await draft.discard();
  }
};

export const uploadPartCopy: Handler = async (call) => {
  const { request, store } = call;
  const partNumber = readPartNumber(request);
  if (!partNumber.ok) return partNumber;
  const upload = await findUpload(request, store);
  if (!upload.ok) return upload;
  const { checksumAlgorithm, checksumAsked } = upload.value;
  const source = await openCopySource(call);
  if (!source.ok) return source;
  const { object, file } = source.value;
  try {
    const range = request.headers['x-amz-copy-source-range'];
    const span =
      range === undefined ? { offset: 0, sizeBytes: object.sizeBytes } : parseCopyRange(range, object.sizeBytes);
    if (!span)
      return fail(
        'InvalidArgument',
        'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
      );
    if (span.sizeBytes > maxPutBytes) return fail('EntityTooLarge');
    const started = await store.uploads.startPart(request.bucket, upload.value, partNumber.value, span.sizeBytes);
    if (!started.ok) return started;
    const draft = started.value;
    try {
      const digests = await copyDigested(source.value, span.offset, span.sizeBytes, draft.writer, [
        'md5',
        checksumAlgorithm,
      ]);
      const checksum = digestResult(digests, checksumAlgorithm);
      const etag = hexOf(digestResult(digests, 'md5'));
      const part = await draft.commit({ sizeBytes: span.sizeBytes, etag, checksum });
      if (!part.ok) return part;
      return ok(
        xmlReply(
          xmlDocument(
            'CopyPartResult',
            field('LastModified', new Date(part.value.modifiedMs).toISOString()),
            field('ETag', `"${etag}"`),
            checksumAsked ? field(checksumElement(checksumAlgorithm), checksum) : '',
          ),
        ),
      );
    } finally {
      await draft.discard();
    }
  } finally {
    await file.handle.close();
  }
};

/** Both ends must be given and lie in the source. */
function parseCopyRange(text: string, totalBytes: number): { offset: number; sizeBytes: number } | null {
  const match = /^bytes=\d+-(\d+)$/.exec(text.trim());
  const span = match && Number(match[1]) < totalBytes ? parseRange(text, totalBytes) : 'ignored';
  return typeof span === 'string' ? null : span;
}

export const abortUpload: Handler = async ({ request, store }) => {
  const uploadId = queryValue(request, 'uploadId') ?? '';
  const aborted = await store.uploads.abort(request.bucket, request.key, uploadId);
  return aborted ? ok({ status: 204 }) : fail('NoSuchUpload', undefined, { UploadId: uploadId });
};
