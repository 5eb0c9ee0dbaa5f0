import {
  type CopyObjectCommandInput,
  GetObjectLegalHoldCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  type HeadObjectCommandOutput,
} from '@aws-sdk/client-s3';
import type { AppError } from '../../shared/errors.ts';
import { ok, type Result } from '../../shared/result.ts';
import type { SdkCaller } from './sdk-call.ts';

type Place = { readonly bucket: string; readonly key: string; readonly signal: AbortSignal | undefined };
type Lock = Pick<CopyObjectCommandInput, LockName>;
type LockName =
  | 'ObjectLockMode'
  | 'ObjectLockRetainUntilDate'
  | 'ObjectLockLegalHoldStatus'
  | 'ObjectLockEventHold'
  | 'ObjectLockEventHoldDurationDays'
  | 'ObjectLockEventHoldDurationYears';

/**
 * The lock of an object, for a copy of it, which takes over none by itself. What HEAD does not tell there may be all the same:
 * it needs permissions of its own. AccessDenied, with the one that is missing, where the bucket has locks and nobody may say
 * whether this object has one. Who may not even ask that of the bucket goes on with what HEAD has told.
 */
export async function readLock(
  call: SdkCaller,
  { bucket, key, signal }: Place,
  source: HeadObjectCommandOutput,
): Promise<Result<Lock>> {
  let lock: Lock = source;
  const hasRetention = source.ObjectLockMode !== undefined || source.ObjectLockEventHold !== undefined;
  const hasHold = source.ObjectLockLegalHoldStatus !== undefined;
  const { VersionId } = source;
  // Without versioning there are no locks.
  if (VersionId === undefined || (hasRetention && hasHold)) return ok(lockInput(lock));
  const bucketLock = await call({ operation: 'GetObjectLockConfiguration', bucket, signal }, (client, options) =>
    client.send(new GetObjectLockConfigurationCommand({ Bucket: bucket }), options),
  );
  if (!bucketLock.ok) return isRefusal(bucketLock.error) ? ok(lockInput(lock)) : bucketLock;
  if (bucketLock.value.ObjectLockConfiguration?.ObjectLockEnabled !== 'Enabled') return ok(lockInput(lock));
  const version = { Bucket: bucket, Key: key, VersionId };
  if (!hasRetention) {
    const asked = await call({ operation: 'GetObjectRetention', bucket, key, signal }, (client, options) =>
      client.send(new GetObjectRetentionCommand(version), options),
    );
    if (!asked.ok && !isNone(asked.error)) return asked;
    const { Mode, RetainUntilDate, EventHold, EventHoldDuration } = (asked.ok && asked.value.Retention) || {};
    lock = {
      ...lock,
      ObjectLockMode: Mode,
      ObjectLockRetainUntilDate: RetainUntilDate,
      ObjectLockEventHold: EventHold,
      ObjectLockEventHoldDurationDays: EventHoldDuration?.Days,
      ObjectLockEventHoldDurationYears: EventHoldDuration?.Years,
    };
  }
  if (!hasHold) {
    const asked = await call({ operation: 'GetObjectLegalHold', bucket, key, signal }, (client, options) =>
      client.send(new GetObjectLegalHoldCommand(version), options),
    );
    if (!asked.ok && !isNone(asked.error)) return asked;
    lock = { ...lock, ObjectLockLegalHoldStatus: asked.ok ? asked.value.LegalHold?.Status : undefined };
  }
  return ok(lockInput(lock));
}

/** A retention whose time is over is none; one that is held has no end yet. */
function lockInput(source: Lock): Lock {
  const until = source.ObjectLockRetainUntilDate;
  const isHeld = source.ObjectLockEventHold === 'ON';
  const lasts = until !== undefined && until > new Date();
  return {
    ...(lasts || isHeld ? { ObjectLockMode: source.ObjectLockMode } : {}),
    ...(lasts ? { ObjectLockRetainUntilDate: until } : {}),
    ...(isHeld
      ? {
          ObjectLockEventHold: 'ON',
          ObjectLockEventHoldDurationDays: source.ObjectLockEventHoldDurationDays,
          ObjectLockEventHoldDurationYears: source.ObjectLockEventHoldDurationYears,
        }
      : {}),
    ...(source.ObjectLockLegalHoldStatus === 'ON' ? { ObjectLockLegalHoldStatus: 'ON' } : {}),
  };
}

/** The server's word, and not a failure on the way to it. */
function isRefusal({ code, retry, context }: AppError): boolean {
  const status = Number(context['status'] ?? 0);
  return code === 'NotImplemented' || (retry === 'no' && status >= 400 && status < 500);
}

function isNone(error: AppError): boolean {
  return isRefusal(error) && error.code !== 'AccessDenied';
}
