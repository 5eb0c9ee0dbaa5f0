import { appError } from '../../../shared/errors.ts';
import type { RunRecord, Subject } from '../rule-record.ts';
import { asOutcome, type DirectContext } from '../runner/direct-context.ts';
import { planTransfer, type TransferAction } from '../runner/plan-transfer.ts';
import type { StepOutcome } from '../runner/step-outcome.ts';

/** [A63] [A64] Deletes at the target of a mirror what is gone at its source. Idempotent. */
export async function deleteCounterpart(
  action: TransferAction,
  run: RunRecord,
  context: DirectContext,
): Promise<StepOutcome> {
  const { event } = run;
  const planned = planTransfer(action, { ...run, subject: subjectOf(run, context) }, context);
  if (!planned.ok) return { type: 'failed', error: planned.error };
  const isBack = await isAtSource(run, context);
  if (isBack !== null) return isBack;
  const { target } = planned.value;
  return action.type === 'download'
    ? deleteFile(target, event.sizeBytes, context)
    : deleteObject(action.bucket, target, event.sizeBytes, context);
}

/** As it was while it was there: for the plan of where it went. */
function subjectOf({ event }: RunRecord, { rule }: DirectContext): Subject {
  const { bucket, key, path } = event;
  if (path !== null) return { object: null, file: { path, sizeBytes: null, lastModified: null }, link: null };
  const object = {
    connectionId: rule.connectionId,
    bucket: bucket ?? '',
    key: key ?? '',
    sizeBytes: null,
    etag: null,
    lastModified: null,
  };
  return { object, file: null, link: null };
}

/** Null: it is gone, as the event said. */
async function isAtSource({ event }: RunRecord, context: DirectContext): Promise<StepOutcome | null> {
  const { bucket, key, path } = event;
  const there: StepOutcome = { type: 'passed', detail: null };
  if (path !== null) {
    const info = await context.ports.files.stat(path);
    if (info.ok) return there;
    return info.error.code === 'FileNotFound' ? null : { type: 'failed', error: info.error };
  }
  const connection = await context.open(context.rule.connectionId);
  if (!connection.ok) return { type: 'failed', error: connection.error };
  const head = await connection.value.store.head(bucket ?? '', key ?? '', context.signal);
  if (head.ok) return there;
  return head.error.code === 'NoSuchKey' ? null : { type: 'failed', error: head.error };
}

async function deleteFile(path: string, sizeBytes: number | null, { ports }: DirectContext): Promise<StepOutcome> {
  const info = await ports.files.stat(path);
  if (!info.ok)
    return info.error.code === 'FileNotFound'
      ? { type: 'passed', detail: path }
      : { type: 'failed', error: info.error };
  const isOther = info.value.type !== 'file' || (sizeBytes !== null && info.value.sizeBytes !== sizeBytes);
  if (isOther) return { type: 'skipped', error: appError('SourceChanged', { path }) };
  const removed = await ports.files.remove(path);
  return removed.ok ? { type: 'done', detail: path } : { type: 'failed', error: removed.error };
}

async function deleteObject(
  bucket: string,
  key: string,
  sizeBytes: number | null,
  { connection, signal }: DirectContext,
): Promise<StepOutcome> {
  const detail = `${bucket}/${key}`;
  const head = await connection.store.head(bucket, key, signal);
  if (!head.ok)
    return head.error.code === 'NoSuchKey' ? { type: 'passed', detail } : { type: 'failed', error: head.error };
  if (sizeBytes !== null && head.value.sizeBytes !== sizeBytes)
    return { type: 'skipped', error: appError('SourceChanged', { bucket, key }) };
  const removed = await connection.store.remove(bucket, key, { ifMatch: head.value.etag ?? undefined }, signal);
  if (removed.ok) return { type: 'done', detail };
  const isOther = removed.error.code === 'PreconditionFailed';
  return asOutcome(isOther ? appError('SourceChanged', { bucket, key }) : removed.error, true);
}
