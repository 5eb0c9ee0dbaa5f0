import { relative } from 'node:path';
import { appError } from '../../../shared/errors.ts';
import { md5OfObject, plainMd5OfEtag } from '../../s3/etag.ts';
import { attributesOf } from '../../s3/file-attributes.ts';
import type { LookedAtObject } from '../../s3/object-store.ts';
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
    ? deleteFile(action.folder, target, event, context)
    : deleteObject(action.bucket, target, event, context);
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

type Gone = RunRecord['event'];

/** [A63] */
async function deleteFile(folder: string, path: string, gone: Gone, { ports }: DirectContext): Promise<StepOutcome> {
  const { files } = ports;
  const info = await files.stat(path);
  if (!info.ok)
    return info.error.code === 'FileNotFound'
      ? { type: 'passed', detail: path }
      : { type: 'failed', error: info.error };
  const { type, sizeBytes, modifiedMs } = info.value;
  const isOther = type !== 'file' || isOtherSize(gone, sizeBytes) || isNewer(gone, modifiedMs);
  if (isOther) return { type: 'skipped', error: appError('SourceChanged', { path }) };
  const [root, place] = [await files.realPath(folder), await files.realPath(path)];
  if (!root.ok) return { type: 'failed', error: root.error };
  if (!place.ok) return { type: 'failed', error: place.error };
  // Through a link it is a file of another folder; and where names fold, that of an object which differs in case only.
  if (relative(root.value, place.value) !== relative(folder, path))
    return { type: 'skipped', error: appError('SourceChanged', { path }) };
  const removed = await files.remove(path);
  return removed.ok ? { type: 'done', detail: path } : { type: 'failed', error: removed.error };
}

async function deleteObject(
  bucket: string,
  key: string,
  gone: Gone,
  { connection, signal }: DirectContext,
): Promise<StepOutcome> {
  const detail = `${bucket}/${key}`;
  const head = await connection.store.head(bucket, key, signal);
  if (!head.ok)
    return head.error.code === 'NoSuchKey' ? { type: 'passed', detail } : { type: 'failed', error: head.error };
  const { sizeBytes, etag, headers } = head.value;
  const { modifiedMicros } = attributesOf({ mtime: headers.metadata?.['mtime'] }, null);
  const isOther =
    isOtherSize(gone, sizeBytes) ||
    (modifiedMicros !== null && isNewer(gone, modifiedMicros / 1000)) ||
    isOtherContent(gone.etag, head.value);
  if (isOther) return { type: 'skipped', error: appError('SourceChanged', { bucket, key }) };
  const removed = await connection.store.remove(bucket, key, { ifMatch: etag ?? undefined }, signal);
  if (removed.ok) return { type: 'done', detail };
  const isReplaced = removed.error.code === 'PreconditionFailed';
  return asOutcome(isReplaced ? appError('SourceChanged', { bucket, key }) : removed.error, true);
}

function isOtherSize({ sizeBytes }: Gone, thereBytes: number): boolean {
  return sizeBytes !== null && sizeBytes !== thereBytes;
}

/** Two MD5s that differ are of two contents; where one of them is none, nobody knows. */
function isOtherContent(goneEtag: string | null, there: LookedAtObject): boolean {
  const [gone, md5] = [plainMd5OfEtag(goneEtag), md5OfObject(there)];
  return gone !== null && md5 !== null && gone !== md5;
}

/** Copies are as old as what they were made of, or as its upload: what is newer has been changed since. Whole seconds count. */
function isNewer({ lastModified }: Gone, thereMs: number): boolean {
  const goneMs = lastModified === null ? Number.NaN : Date.parse(lastModified);
  return !Number.isNaN(goneMs) && Math.floor(thereMs / 1000) > Math.floor(goneMs / 1000);
}
