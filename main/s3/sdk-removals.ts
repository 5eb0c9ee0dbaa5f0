import { DeleteObjectCommand, DeleteObjectsCommand } from '@aws-sdk/client-s3';
import type { constructStack } from '@smithy/core/client';
import { type AppError, appError, AppErrorException } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { inLanes } from '../in-lanes.ts';
import { sameEtag } from './etag.ts';
import { mapS3Failure } from './error-map.ts';
import type { ObjectStore, VersionOfKey } from './object-store.ts';
import { ofVersion } from './permissions.ts';
import type { SdkCaller } from './sdk-call.ts';

type Removals = Pick<ObjectStore, 'remove' | 'removeMany' | 'removeVersion' | 'removeVersions'>;
type OnMarker = (marker: VersionOfKey) => void;
type OnMarkers = { readonly told: OnMarker; readonly untold: () => void };
type Middleware<I extends object, O extends object> = ReturnType<typeof constructStack<I, O>>;
type Doomed = { readonly key: string; readonly versionId?: string | undefined };

/** Deletions of single keys that run side by side where a batch cannot be used. */
const singleRemovals = 8;
/** What was written without versions: a marker of that name has taken its place for good. */
const unversioned = 'null';

export function createSdkRemovals(call: SdkCaller, head: ObjectStore['head']): Removals {
  /** Why an object may not be deleted as what it was when `ifMatch` was its ETag; null: it is that. */
  const refuseRemoval = async (
    ...[bucket, key, ifMatch, signal]: [string, string, string, AbortSignal | undefined]
  ): Promise<AppError | null> => {
    const now = await head(bucket, key, signal);
    if (!now.ok) return now.error;
    return sameEtag(now.value.etag, ifMatch) ? null : appError('PreconditionFailed', { bucket, key });
  };

  const remove = async (
    bucket: string,
    key: string,
    ifMatch: string | undefined,
    signal: AbortSignal | undefined,
    markers: OnMarkers | undefined,
  ): Promise<Result<void>> => {
    const answers = watchAnswers();
    const send = (withCondition: boolean) =>
      call({ operation: 'DeleteObject', bucket, key, signal }, (client, options) => {
        const command = new DeleteObjectCommand({
          Bucket: bucket,
          Key: key,
          ...(withCondition && ifMatch !== undefined ? { IfMatch: ifMatch } : {}),
        });
        if (markers !== undefined) answers.watch(command.middlewareStack);
        if (ifMatch === undefined) return client.send(command, options);
        // Servers that ignore the condition would delete a newer object. It is looked at before each attempt of the SDK: when
        // the answer to one is lost, half a minute may pass before the next, and what is there by then may be another's.
        command.middlewareStack.add(
          (next) => async (args) => {
            const refusal = await refuseRemoval(bucket, key, ifMatch, signal);
            if (refusal !== null) throw new AppErrorException(refusal);
            return next(args);
          },
          belowRetries('lookBeforeRemoval'),
        );
        return client.send(command, options);
      });
    let answer = await send(true);
    if (!answer.ok && ifMatch !== undefined && answer.error.code === 'NotImplemented') answer = await send(false);
    if (answers.wasOneLost()) markers?.untold();
    else if (answer.ok && answer.value.DeleteMarker === true) tellMarker(markers?.told, key, answer.value.VersionId);
    return answer.ok || answer.error.code === 'NoSuchKey' ? ok() : answer;
  };

  const removeVersion: Removals['removeVersion'] = async (bucket, key, versionId, signal) => {
    const operation = ofVersion('DeleteObject', versionId);
    const answer = await call({ operation, bucket, key, signal }, (client, options) =>
      client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }), options),
    );
    return answer.ok || answer.error.code === 'NoSuchKey' ? ok() : answer;
  };

  const removeSingly = (
    bucket: string,
    doomed: readonly Doomed[],
    failed: Map<string, Result<never>>,
    markers: OnMarkers | undefined,
  ): Promise<void> =>
    inLanes(doomed, singleRemovals, async ({ key, versionId }) => {
      const answer =
        versionId === undefined
          ? await remove(bucket, key, undefined, undefined, markers)
          : await removeVersion(bucket, key, versionId);
      if (!answer.ok) failed.set(key, answer);
    });

  const removeBatch = async (
    bucket: string,
    doomed: readonly Doomed[],
    markers: OnMarkers | undefined,
  ): Promise<Result<Map<string, Result<never>>>> => {
    const failed = new Map<string, Result<never>>();
    const batch = doomed.filter(({ key }) => survivesXml(key));
    const single = doomed.filter(({ key }) => !survivesXml(key));
    const operation = ofVersion('DeleteObjects', doomed[0]?.versionId);
    if (batch.length > 0) {
      const answers = watchAnswers();
      const answer = await call({ operation, bucket, patient: true }, (client, options) => {
        const command = new DeleteObjectsCommand({
          Bucket: bucket,
          Delete: {
            Objects: batch.map(({ key, versionId }) => ({
              Key: key,
              ...(versionId === undefined ? {} : { VersionId: versionId }),
            })),
            // Markers are only told with all that was deleted.
            Quiet: markers === undefined,
          },
        });
        if (markers !== undefined) answers.watch(command.middlewareStack);
        return client.send(command, options);
      });
      if (answers.wasOneLost()) markers?.untold();
      if (answer.ok) {
        for (const { Key = '', DeleteMarker, DeleteMarkerVersionId } of answer.value.Deleted ?? [])
          if (DeleteMarker === true && !answers.wasOneLost()) tellMarker(markers?.told, Key, DeleteMarkerVersionId);
        for (const failure of answer.value.Errors ?? []) {
          const key = failure.Key ?? '';
          const error = mapS3Failure({
            status: 200,
            code: failure.Code ?? 'InternalError',
            message: failure.Message,
            operation,
            bucket,
            key,
          });
          if (error.code !== 'NoSuchKey') failed.set(key, err(error));
        }
      } else if (answer.error.code === 'NotImplemented' || answer.error.code === 'MethodNotAllowed') {
        single.push(...batch);
      } else {
        return answer;
      }
    }
    await removeSingly(bucket, single, failed, markers);
    return ok(failed);
  };

  return {
    remove: (bucket, key, condition, signal) => remove(bucket, key, condition?.ifMatch, signal, undefined),
    removeVersion,
    removeMany: (bucket, keys, told, untold = () => undefined) =>
      removeBatch(
        bucket,
        keys.map((key) => ({ key })),
        told && { told, untold },
      ),
    removeVersions: (bucket, versions) => removeBatch(bucket, versions, undefined),
  };
}

function belowRetries(name: string) {
  return { step: 'finalizeRequest', priority: 'low', name } as const;
}

/**
 * Whether an attempt of the SDK has ended without an answer that says what it did. The next one does it again: each key may have
 * two delete markers then, and the last answer tells of one. Without that one the object would not be back.
 */
function watchAnswers() {
  let isOneLost = false;
  return {
    watch: <I extends object, O extends object>(stack: Middleware<I, O>): void =>
      stack.add(
        (next) => async (args) => {
          try {
            return await next(args);
          } catch (thrown) {
            const status = (thrown as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata
              ?.httpStatusCode;
            // Refused, or sent away for now: nothing was done.
            if (status === undefined || !((status >= 400 && status < 500) || status === 503)) isOneLost = true;
            throw thrown;
          }
        },
        belowRetries('watchAnswers'),
      ),
    wasOneLost: () => isOneLost,
  };
}

function tellMarker(onMarker: OnMarker | undefined, key: string, versionId: string | undefined): void {
  if (versionId !== undefined && versionId !== '' && versionId !== unversioned) onMarker?.({ key, versionId });
}

/** XML 1.0 has no form for control characters, and parsers may trim: such keys are deleted one by one. */
function survivesXml(key: string): boolean {
  return !/[\p{Cc}\ufffe\uffff]|^\s|\s$/u.test(key);
}
