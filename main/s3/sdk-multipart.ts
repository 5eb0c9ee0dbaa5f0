import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { appError, type AppError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { quotedEtag } from './etag.ts';
import type { ObjectStore } from './object-store.ts';
import { ofVersion } from './permissions.ts';
import type { PartSender } from './put-stream.ts';
import type { Call, SdkCaller } from './sdk-call.ts';
import { aboutSource, answersNoCopy, copySource, sourceChanged } from './sdk-objects.ts';
import { conditionInput, headerInput, storedObject } from './sdk-stored.ts';

type Multipart = Pick<ObjectStore, 'createMultipart' | 'copyPart' | 'completeMultipart' | 'abortMultipart'>;

export function createSdkMultipart(
  call: SdkCaller,
  head: ObjectStore['head'],
  guardsCopies: boolean,
): Multipart & { readonly sendPart: PartSender } {
  /** False once the server refused an upload because of the checksum it was asked to keep. */
  let asksForChecksum = true;

  const create = (ask: boolean, ...[bucket, key, headers]: Parameters<Multipart['createMultipart']>) =>
    call({ operation: 'CreateMultipartUpload', bucket, key }, (client, options) =>
      client.send(
        new CreateMultipartUploadCommand({
          Bucket: bucket,
          Key: key,
          ...headerInput(headers),
          ...(ask ? { ChecksumAlgorithm: 'CRC32' as const, ChecksumType: 'FULL_OBJECT' as const } : {}),
        }),
        options,
      ),
    );

  /** Ceph answers the completion of an upload that is gone with InternalError: the parts tell. */
  const isGone = async (
    { bucket, key, uploadId, signal }: Readonly<Record<'bucket' | 'key' | 'uploadId', string>> & Pick<Call, 'signal'>,
    error: AppError,
  ): Promise<Result<never> | null> => {
    if (error.code !== 'InternalError') return null;
    const parts = await call({ operation: 'ListParts', bucket, key, uploadId, signal }, (client, options) =>
      client.send(new ListPartsCommand({ Bucket: bucket, Key: key, UploadId: uploadId, MaxParts: 1 }), options),
    );
    return !parts.ok && parts.error.code === 'NoSuchUpload' ? parts : null;
  };

  return {
    async createMultipart(bucket, key, headers) {
      let answer = await create(asksForChecksum, bucket, key, headers);
      if (!answer.ok && asksForChecksum && refusesChecksum(answer.error)) {
        answer = await create(false, bucket, key, headers);
        if (answer.ok) asksForChecksum = false;
      }
      if (!answer.ok) return answer;
      const { UploadId, ChecksumAlgorithm, ChecksumType } = answer.value;
      // Some page where the server's answer should be.
      if (UploadId === undefined || UploadId === '')
        return err(appError('NotAnS3Endpoint', { bucket, key }, 'an upload without an id', 'backoff'));
      return ok({
        uploadId: UploadId,
        keepsChecksum: ChecksumAlgorithm === 'CRC32' && ChecksumType === 'FULL_OBJECT',
      });
    },

    async sendPart({ bucket, key, uploadId, partNumber, body, crc32, signal }) {
      const answer = await call({ operation: 'UploadPart', bucket, key, uploadId, signal }, (client, options) =>
        client.send(
          new UploadPartCommand({
            Bucket: bucket,
            Key: key,
            UploadId: uploadId,
            PartNumber: partNumber,
            Body: body,
            ContentLength: body.byteLength,
            ...(crc32 === null ? {} : { ChecksumCRC32: crc32 }),
          }),
          options,
        ),
      );
      return answer.ok ? ok({ etag: quotedEtag(answer.value.ETag) ?? '' }) : answer;
    },

    async copyPart(from, to, signal): Promise<Result<{ readonly etag: string }>> {
      const changed = await sourceChanged(head, from, guardsCopies, signal);
      if (changed !== null) return err(changed);
      const answer = await call(
        {
          operation: ofVersion('UploadPartCopy', from.versionId),
          bucket: to.bucket,
          key: to.key,
          patient: true,
          signal,
        },
        (client, options) =>
          client.send(
            new UploadPartCopyCommand({
              Bucket: to.bucket,
              Key: to.key,
              UploadId: to.uploadId,
              PartNumber: to.partNumber,
              CopySource: copySource(from),
              CopySourceRange: `bytes=${from.offset}-${from.offset + from.sizeBytes - 1}`,
              ...(from.sourceIfMatch === undefined ? {} : { CopySourceIfMatch: from.sourceIfMatch }),
            }),
            options,
          ),
      );
      if (!answer.ok) return err(aboutSource(answer.error, from));
      const etag = quotedEtag(answer.value.CopyPartResult?.ETag);
      return etag === null ? err(answersNoCopy(to)) : ok({ etag });
    },

    async completeMultipart(bucket, key, uploadId, parts, options, signal) {
      const crc32 = options?.crc32;
      const answer = await call(
        { operation: 'CompleteMultipartUpload', bucket, key, uploadId, patient: true, signal },
        (client, sendOptions) =>
          client.send(
            new CompleteMultipartUploadCommand({
              Bucket: bucket,
              Key: key,
              UploadId: uploadId,
              MultipartUpload: {
                Parts: parts.map((part) => ({
                  PartNumber: part.partNumber,
                  ETag: part.etag,
                  ...(crc32 === undefined || part.crc32 === undefined ? {} : { ChecksumCRC32: part.crc32 }),
                })),
              },
              ...(crc32 === undefined ? {} : { ChecksumCRC32: crc32, ChecksumType: 'FULL_OBJECT' as const }),
              ...(crc32 === undefined || options?.sizeBytes === undefined ? {} : { MpuObjectSize: options.sizeBytes }),
              ...conditionInput(options),
            }),
            sendOptions,
          ),
      );
      if (answer.ok) {
        const { ETag, Key, Location } = answer.value;
        // Nothing says that it was completed: a page, or nothing. Asked again, the server tells.
        if (ETag === undefined && Key === undefined && Location === undefined)
          return err(appError('NotAnS3Endpoint', { bucket, key }, 'an answer that is no completion', 'backoff'));
        return ok(storedObject(answer.value));
      }
      return (await isGone({ bucket, key, uploadId, signal }, answer.error)) ?? answer;
    },

    async abortMultipart(bucket, key, uploadId, signal) {
      const answer = await call(
        { operation: 'AbortMultipartUpload', bucket, key, uploadId, signal },
        (client, options) =>
          client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: uploadId }), options),
      );
      return answer.ok || answer.error.code === 'NoSuchUpload' ? ok() : answer;
    },
  };
}

function refusesChecksum(error: AppError): boolean {
  return error.code === 'NotImplemented' || error.code === 'InvalidArgument';
}
