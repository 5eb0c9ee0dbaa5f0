import {
  CopyObjectCommand,
  type CopyObjectCommandInput,
  type CopyObjectCommandOutput,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
} from '@aws-sdk/client-s3';
import { HttpRequest } from '@smithy/core/transport';
import { sameHeaders } from '../../shared/domain/object-texts.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { sameEtag } from './etag.ts';
import { readLock } from './keep-lock.ts';
import { createTagKeeping } from './keep-tags.ts';
import type { ObjectHeaders, ObjectStore, StoredObject, VersionChoice, WriteCondition } from './object-store.ts';
import { ofVersion } from './permissions.ts';
import type { SdkCaller } from './sdk-call.ts';
import { aboutSource, answersNoCopy, copySource } from './sdk-objects.ts';
import { conditionInput, headerInput, objectDetails, storedObject, versionInput } from './sdk-stored.ts';

type Place = { readonly bucket: string; readonly key: string };
type Tagging = Pick<ObjectStore, 'getTags' | 'setTags'>;

/**
 * A copy of an object onto its own key that loses nothing of what the server lets it keep. `copiesTags`: the server is known to
 * copy tags also where it does not copy the metadata.
 */
export function createSdkRewrite(call: SdkCaller, tagging: Tagging, copiesTags: boolean): Pick<ObjectStore, 'rewrite'> {
  const keeping = createTagKeeping(tagging);
  return {
    async rewrite(bucket, key, { versionId, sourceIfMatch, seen, headers }, condition, signal) {
      const place = { bucket, key, signal };
      const look = (version: VersionChoice, during: AbortSignal | undefined) =>
        call({ operation: ofVersion('HeadObject', version.versionId), ...place, signal: during }, (client, options) =>
          client.send(new HeadObjectCommand({ Bucket: bucket, Key: key, ...versionInput(version) }), options),
        );
      const looked = await look({ versionId }, signal);
      if (!looked.ok) return looked;
      // Also for servers that ignore the condition on a copy's source.
      if (!sameEtag(looked.value.ETag ?? null, sourceIfMatch) || !hasHeaders(looked.value, seen))
        return err(appError('PreconditionFailed', { bucket, key }));
      const lock = await readLock(call, place, looked.value);
      if (!lock.ok) return lock;
      const before = headers === null || copiesTags ? ok({}) : await keeping.take({ bucket, key }, signal);
      if (!before.ok) return before;
      const send = (only: WriteCondition) =>
        call({ operation: ofVersion('CopyObject', versionId), ...place, patient: true }, (client, options) => {
          const command = new CopyObjectCommand({
            Bucket: bucket,
            Key: key,
            CopySource: copySource({ bucket, key, versionId }),
            CopySourceIfMatch: sourceIfMatch,
            TaggingDirective: 'COPY',
            MetadataDirective: headers === null ? 'COPY' : 'REPLACE',
            ...(headers === null ? {} : headerInput(headers)),
            ...keptInput(looked.value),
            ...lock.value,
            ...conditionInput(only),
          });
          if (headers !== null) sendExpiresAsIs(command, headers);
          return client.send(command, options);
        });
      let answer = await send(condition);
      // A server that knows no conditions: the target is looked at instead. The source's own condition holds all the same.
      if (!answer.ok && answer.error.code === 'NotImplemented') {
        const target = await look({}, signal);
        if (!target.ok && target.error.code !== 'NoSuchKey') return target;
        const isAsSeen = !target.ok || versionId !== undefined || hasHeaders(target.value, seen);
        if (!isAsSeen || !holds(condition, target.ok ? (target.value.ETag ?? null) : undefined))
          return err(appError('PreconditionFailed', { bucket, key }));
        answer = await send({});
      }
      const made = copied(answer, { bucket, key });
      const failure = made.ok ? null : made.error;
      const tagged = await keeping.giveBack({ bucket, key }, before.value, failure, async () => {
        const now = await look({}, undefined);
        return now.ok ? ok(sameEtag(now.value.ETag ?? null, sourceIfMatch)) : now;
      });
      return tagged.ok ? made : tagged;
    },
  };
}

function copied(answer: Result<CopyObjectCommandOutput>, place: Place): Result<StoredObject> {
  if (!answer.ok) return err(aboutSource(answer.error, place));
  const { ETag, LastModified } = answer.value.CopyObjectResult ?? {};
  if (ETag === undefined && LastModified === undefined) return err(answersNoCopy(place));
  return ok(storedObject({ ...answer.value, ...answer.value.CopyObjectResult }));
}

/** Whether it has the headers that were seen, if any were: of them no ETag tells. */
function hasHeaders(now: HeadObjectCommandOutput, seen: ObjectHeaders | undefined): boolean {
  return seen === undefined || sameHeaders(objectDetails('', now).headers, seen);
}

/** Of a target with this ETag; undefined: there is none. */
function holds({ ifMatch, ifNoneMatch }: WriteCondition, etag: string | null | undefined): boolean {
  if (ifNoneMatch !== undefined && etag !== undefined) return false;
  return ifMatch === undefined || sameEtag(etag ?? null, ifMatch);
}

/** What a copy does not take over by itself, but for a lock. */
function keptInput(source: HeadObjectCommandOutput): Partial<CopyObjectCommandInput> {
  return {
    StorageClass: source.StorageClass,
    ServerSideEncryption: source.ServerSideEncryption,
    SSEKMSKeyId: source.SSEKMSKeyId,
    BucketKeyEnabled: source.BucketKeyEnabled,
    WebsiteRedirectLocation: source.WebsiteRedirectLocation,
  };
}

/** `Expires` may be no date (`0` is usual), which the SDK takes no text for. */
function sendExpiresAsIs(command: CopyObjectCommand, { expires }: ObjectHeaders): void {
  if (expires === undefined) return;
  command.middlewareStack.add(
    (next) => (args) => {
      if (HttpRequest.isInstance(args.request)) args.request.headers['expires'] = expires;
      return next(args);
    },
    { step: 'build', name: 'sendExpiresAsIs' },
  );
}
