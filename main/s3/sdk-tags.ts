import { GetObjectTaggingCommand, PutObjectTaggingCommand } from '@aws-sdk/client-s3';
import { ok } from '../../shared/result.ts';
import type { ObjectStore } from './object-store.ts';
import type { SdkCaller } from './sdk-call.ts';

export function createSdkTags(call: SdkCaller): Pick<ObjectStore, 'getTags' | 'setTags'> {
  return {
    async getTags(bucket, key, signal) {
      const answer = await call({ operation: 'GetObjectTagging', bucket, key, signal }, (client, options) =>
        client.send(new GetObjectTaggingCommand({ Bucket: bucket, Key: key }), options),
      );
      if (answer.ok) return ok(Object.fromEntries((answer.value.TagSet ?? []).map((tag) => [tag.Key, tag.Value])));
      // What S3 says of a bucket without tags, other servers say of an object.
      return answer.error.context['serverCode'] === 'NoSuchTagSet' ? ok({}) : answer;
    },

    async setTags(bucket, key, tags, signal) {
      const TagSet = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      const answer = await call({ operation: 'PutObjectTagging', bucket, key, signal }, (client, options) =>
        client.send(new PutObjectTaggingCommand({ Bucket: bucket, Key: key, Tagging: { TagSet } }), options),
      );
      return answer.ok ? ok() : answer;
    },
  };
}
