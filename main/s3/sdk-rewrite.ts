import {
  CopyObjectCommand,
  type CopyObjectCommandInput,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
} from '@aws-sdk/client-s3';
import { HttpRequest } from '@smithy/core/transport';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { sameEtag } from './etag.ts';
import type { ObjectHeaders, ObjectStore, VersionChoice, WriteCondition } from './object-store.ts';
import { ofVersion } from './permissions.ts';
import type { SdkCaller } from './sdk-call.ts';
import { aboutSource, answersNoCopy, copySource } from './sdk-objects.ts';
import { conditionInput, headerInput, storedObject, versionInput } from './sdk-stored.ts';

type Tagging = Pick<ObjectStore, 'getTags' | 'setTags'>;
type Tags = Readonly<Record<string, string>>;

/**
 * A copy of an object onto its own key that loses nothing of what the server lets it keep. `copiesTags`: the server is known to
 * copy tags also where it does not copy the metadata.
 */
export function createSdkRewrite(
  call: SdkCaller,
  { getTags, setTags }: Tagging,
  copiesTags: boolean,
): Pick<ObjectStore, 'rewrite'> {
  return {
    async rewrite(bucket, key, { versionId, sourceIfMatch, headers }, condition, signal) {
      const place = { bucket, key, signal };
      const look = (version: VersionChoice) =>
        call({ operation: ofVersion('HeadObject', version.versionId), ...place }, (client, options) =>
          client.send(new HeadObjectCommand({ Bucket: bucket, Key: key, ...versionInput(version) }), options),
        );
      const looked = await look({ versionId });
      if (!looked.ok) return looked;
      // Also for servers that ignore the condition on a copy's source.
      if (!sameEtag(looked.value.ETag ?? null, sourceIfMatch))
        return err(appError('PreconditionFailed', { bucket, key }));
      const before = headers === null || copiesTags ? ok({}) : await tagsOf(bucket, key, signal);
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
            ...conditionInput(only),
          });
          if (headers !== null) sendExpiresAsIs(command, headers);
          return client.send(command, options);
        });
      let answer = await send(condition);
      // A server that knows no conditions: the target is looked at instead. The source's own condition holds all the same.
      if (!answer.ok && answer.error.code === 'NotImplemented') {
        const target = await look({});
        if (!target.ok && target.error.code !== 'NoSuchKey') return target;
        if (!holds(condition, target.ok ? (target.value.ETag ?? null) : undefined))
          return err(appError('PreconditionFailed', { bucket, key }));
        answer = await send({});
      }
      if (!answer.ok) return err(aboutSource(answer.error, { bucket, key }));
      const { ETag, LastModified } = answer.value.CopyObjectResult ?? {};
      if (ETag === undefined && LastModified === undefined) return err(answersNoCopy({ bucket, key }));
      const tagged = await tagAgain(bucket, key, before.value, signal);
      return tagged.ok ? ok(storedObject({ ...answer.value, ...answer.value.CopyObjectResult })) : tagged;
    },
  };

  /** None where the server keeps no tags at all. */
  async function tagsOf(bucket: string, key: string, signal: AbortSignal | undefined): Promise<Result<Tags>> {
    const tags = await getTags(bucket, key, signal);
    const isWithout = !tags.ok && (tags.error.code === 'NotImplemented' || tags.error.code === 'MethodNotAllowed');
    return isWithout ? ok({}) : tags;
  }

  /** Ceph drops the tags of an object whose metadata is replaced, and heeds none that are sent along. */
  async function tagAgain(
    bucket: string,
    key: string,
    tags: Tags,
    signal: AbortSignal | undefined,
  ): Promise<Result<void>> {
    if (Object.keys(tags).length === 0) return ok();
    const now = await getTags(bucket, key, signal);
    return now.ok && Object.keys(now.value).length > 0 ? ok() : setTags(bucket, key, tags, signal);
  }
}

/** Of a target with this ETag; undefined: there is none. */
function holds({ ifMatch, ifNoneMatch }: WriteCondition, etag: string | null | undefined): boolean {
  if (ifNoneMatch !== undefined && etag !== undefined) return false;
  return ifMatch === undefined || sameEtag(etag ?? null, ifMatch);
}

/** What a copy does not take over by itself. A lock whose time is over is none. */
function keptInput(source: HeadObjectCommandOutput): Partial<CopyObjectCommandInput> {
  const isLocked = source.ObjectLockRetainUntilDate !== undefined && source.ObjectLockRetainUntilDate > new Date();
  return {
    StorageClass: source.StorageClass,
    ServerSideEncryption: source.ServerSideEncryption,
    SSEKMSKeyId: source.SSEKMSKeyId,
    BucketKeyEnabled: source.BucketKeyEnabled,
    WebsiteRedirectLocation: source.WebsiteRedirectLocation,
    ...(isLocked
      ? { ObjectLockMode: source.ObjectLockMode, ObjectLockRetainUntilDate: source.ObjectLockRetainUntilDate }
      : {}),
    ...(source.ObjectLockLegalHoldStatus === 'ON' ? { ObjectLockLegalHoldStatus: 'ON' } : {}),
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
