import { GetObjectCommand } from '@aws-sdk/client-s3';
import { appError } from '../../shared/errors.ts';
import { err, ok } from '../../shared/result.ts';
import { sameEtag } from './etag.ts';
import type { ObjectStore } from './object-store.ts';
import { ofVersion } from './permissions.ts';
import type { SdkCaller } from './sdk-call.ts';
import { versionInput } from './sdk-stored.ts';
import { discardBody, wholeBody } from './whole-body.ts';

export function createSdkRanges(call: SdkCaller): Pick<ObjectStore, 'readRange'> {
  return {
    async readRange(bucket, key, { offset, sizeBytes, ifMatch, versionId }, signal) {
      const operation = ofVersion('GetObject', versionId);
      const answer = await call({ operation, bucket, key, signal }, (client, options) =>
        client.send(
          new GetObjectCommand({
            Bucket: bucket,
            Key: key,
            ...versionInput({ versionId }),
            Range: `bytes=${offset}-${offset + sizeBytes - 1}`,
            ...(ifMatch === null ? {} : { IfMatch: ifMatch }),
          }),
          options,
        ),
      );
      if (!answer.ok) return answer;
      const { Body, ContentRange, ETag } = answer.value;
      // Servers that ignore the condition.
      if (ifMatch !== null && ETag !== undefined && !sameEtag(ETag, ifMatch)) {
        discardBody(Body);
        return err(appError('PreconditionFailed', { bucket, key }));
      }
      const from = /^bytes (\d+)-/.exec(ContentRange ?? '')?.[1] ?? '0';
      if (Number(from) !== offset) {
        discardBody(Body);
        return err(appError('ResponseTruncated', { bucket, key }, 'the server sent another range than asked for'));
      }
      const source = Body as unknown as AsyncIterable<Uint8Array> | undefined;
      // Without a range in the answer it is the whole object, of which only the beginning is wanted.
      const wanted = ContentRange === undefined ? firstBytes(source ?? [], sizeBytes) : source;
      return ok(wholeBody(wanted, sizeBytes, { bucket, key }, signal));
    },
  };
}

async function* firstBytes(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  sizeBytes: number,
): AsyncGenerator<Uint8Array> {
  let leftBytes = sizeBytes;
  for await (const chunk of source) {
    yield chunk.subarray(0, leftBytes);
    leftBytes -= chunk.byteLength;
    if (leftBytes <= 0) return;
  }
}
