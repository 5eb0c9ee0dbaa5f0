import { CopyObjectCommand, GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { appError, type AppError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { sameEtag } from './etag.ts';
import type { ObjectStore, StoredObject, VersionChoice, WriteCondition } from './object-store.ts';
import { ofVersion } from './permissions.ts';
import type { BodySender } from './put-stream.ts';
import type { SdkCaller } from './sdk-call.ts';
import { conditionInput, headerInput, objectDetails, storedObject, versionInput } from './sdk-stored.ts';
import { encodeComponent, encodeKey } from './sigv4/encode.ts';
import { discardBody, wholeBody } from './whole-body.ts';

type Objects = Pick<ObjectStore, 'head' | 'putSmall' | 'getStream' | 'copy'>;

/** `guardsCopies`: the server is known to heed conditions on the source of a copy. */
export function createSdkObjects(call: SdkCaller, guardsCopies: boolean): Objects & { readonly sendBody: BodySender } {
  /** Buckets that answered for one of their objects: a 404 of HEAD is then about the key. */
  const seenBuckets = new Set<string>();

  const head: Objects['head'] = async (bucket, key, signal, version) => {
    const operation = ofVersion('HeadObject', version?.versionId);
    const answer = await call({ operation, bucket, key, signal }, (client, options) =>
      client.send(
        new HeadObjectCommand({ Bucket: bucket, Key: key, ...versionInput(version), ChecksumMode: 'ENABLED' }),
        options,
      ),
    );
    if (answer.ok) {
      seenBuckets.add(bucket);
      return ok(objectDetails(key, answer.value));
    }
    const { error } = answer;
    const vague =
      error.code === 'NoSuchKey' ? !seenBuckets.has(bucket) : [400, 403].includes(Number(error.context['status']));
    if (!vague) return answer;
    const told = await explain(bucket, key, signal, version);
    if (told?.code === 'NoSuchKey') seenBuckets.add(bucket);
    return told === null ? answer : err(told);
  };

  /** HEAD answers have no body to say why: one byte of GET does. Null when it does not fail the same way. */
  const explain = async (...[bucket, key, signal, version]: Parameters<Objects['head']>): Promise<AppError | null> => {
    const operation = ofVersion('GetObject', version?.versionId);
    const answer = await call({ operation, bucket, key, signal }, async (client, options) => {
      const one = await client.send(
        new GetObjectCommand({ Bucket: bucket, Key: key, ...versionInput(version), Range: 'bytes=0-0' }),
        options,
      );
      discardBody(one.Body);
    });
    return answer.ok || answer.error.code === 'InvalidRange' ? null : answer.error;
  };

  const put = async (object: Parameters<BodySender>[0], condition?: WriteCondition): Promise<Result<StoredObject>> => {
    const { bucket, key, body, headers, signal } = object;
    const answer = await call({ operation: 'PutObject', bucket, key, signal }, (client, options) =>
      client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: body,
          ContentLength: body.byteLength,
          ...headerInput(headers),
          ...conditionInput(condition),
        }),
        options,
      ),
    );
    return answer.ok ? ok(storedObject(answer.value)) : answer;
  };

  return {
    head,

    putSmall: (bucket, key, body, headers, condition, signal) => put({ bucket, key, body, headers, signal }, condition),
    sendBody: (object) => put(object),

    async getStream(bucket, key, signal, version) {
      const operation = ofVersion('GetObject', version?.versionId);
      const answer = await call({ operation, bucket, key, signal }, (client, options) =>
        client.send(
          new GetObjectCommand({ Bucket: bucket, Key: key, ...versionInput(version), ChecksumMode: 'ENABLED' }),
          options,
        ),
      );
      if (!answer.ok) return answer;
      const source = answer.value.Body as unknown as AsyncIterable<Uint8Array> | undefined;
      const details = objectDetails(key, answer.value);
      const lengthBytes = answer.value.ContentLength;
      return ok({ details, body: wholeBody(source, lengthBytes, { bucket, key }, signal) });
    },

    async copy(from, to, condition, signal) {
      const changed = await sourceChanged(head, from, guardsCopies, signal);
      if (changed !== null) return err(changed);
      const operation = ofVersion('CopyObject', from.versionId);
      const answer = await call(
        { operation, bucket: to.bucket, key: to.key, patient: true, signal },
        (client, options) =>
          client.send(
            new CopyObjectCommand({
              Bucket: to.bucket,
              Key: to.key,
              CopySource: copySource(from),
              MetadataDirective: 'COPY',
              ...(from.sourceIfMatch === undefined ? {} : { CopySourceIfMatch: from.sourceIfMatch }),
              ...conditionInput(condition),
            }),
            options,
          ),
      );
      if (!answer.ok) return err(aboutSource(answer.error, from));
      const { ETag, LastModified } = answer.value.CopyObjectResult ?? {};
      if (ETag === undefined && LastModified === undefined) return err(answersNoCopy(to));
      return ok(storedObject({ ...answer.value.CopyObjectResult, VersionId: answer.value.VersionId }));
    },
  };
}

/**
 * Servers that ignore the condition on a copy's source (Ceph up to 17 does) would copy a newer object: asked before.
 */
export async function sourceChanged(
  head: ObjectStore['head'],
  from: CopySource & { readonly sourceIfMatch?: string | undefined },
  serverGuards: boolean,
  signal: AbortSignal | undefined,
): Promise<AppError | null> {
  if (serverGuards || from.sourceIfMatch === undefined) return null;
  const now = await head(from.bucket, from.key, signal, from);
  if (!now.ok) return now.error;
  const place = { bucket: from.bucket, key: from.key };
  return sameEtag(now.value.etag, from.sourceIfMatch) ? null : appError('PreconditionFailed', place);
}

type CopySource = { readonly bucket: string; readonly key: string } & VersionChoice;

/** `bucket/key` as the copy source header wants it, with the version behind it. */
export function copySource({ bucket, key, versionId }: CopySource): string {
  const version = versionId === undefined ? '' : `?versionId=${encodeComponent(versionId)}`;
  return `${encodeComponent(bucket)}/${encodeKey(key)}${version}`;
}

/** A page for people, from a proxy for instance: whether anything was copied nobody knows. */
export function answersNoCopy({ bucket, key }: { readonly bucket: string; readonly key: string }): AppError {
  return appError('NotAnS3Endpoint', { bucket, key }, 'an answer to no copy', 'backoff');
}

/** What is missing in a copy is its source. */
export function aboutSource(error: AppError, from: { readonly bucket: string; readonly key: string }): AppError {
  if (error.code !== 'NoSuchKey') return error;
  return { ...error, context: { ...error.context, bucket: from.bucket, key: from.key } };
}
