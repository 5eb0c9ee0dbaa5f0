import type { Action } from '../../../shared/domain/rule-action.ts';
import { fillTemplate } from '../../../shared/domain/template.ts';
import { appError } from '../../../shared/errors.ts';
import { assertNever, err, ok, type Result } from '../../../shared/result.ts';
import { sameEtag } from '../../s3/etag.ts';
import type { LookedAtObject } from '../../s3/object-store.ts';
import type { OpenConnection } from '../../s3/open-connection.ts';
import type { ActedOnObject, RunRecord, Subject } from '../rule-record.ts';
import { noSource, sourceObject, type TransferAction } from './plan-transfer.ts';
import type { StepOutcome } from './step-outcome.ts';
import { asOutcome, type DirectContext, failed } from './direct-context.ts';
import { uploadStream } from './upload-stream.ts';

export type DirectAction = Exclude<Action, TransferAction>;

/** Does a step that is no transfer job. May be done again after a crash, but for notices ([A44]). */
export async function runDirect(action: DirectAction, run: RunRecord, context: DirectContext): Promise<StepOutcome> {
  switch (action.type) {
    case 'delete':
      return deleteSubject(action, run, context);
    case 'tag':
      return tag(action, run, context);
    case 'createBucket':
      return createBucket(action, context);
    case 'presign':
      return presign(action, run, context);
    case 'notify':
      return notify(action, run, context);
    case 'audit': {
      const message = action.message === undefined ? null : fillTemplate(action.message, context.values);
      const { key, bucket, path } = run.event;
      const place = path ?? (key === null ? null : `${bucket}/${key}`);
      const line = { id: `run-${run.id}-${run.step}`, ruleId: run.ruleId, action: run.event.type, place, message };
      const written = await context.ports.audit(line);
      return written.ok ? { type: 'done', detail: message } : failed(written.error);
    }
    case 'uploadStream':
      return uploadStream(action, run, context);
    default:
      return assertNever(action);
  }
}

async function notify(
  action: Extract<Action, { type: 'notify' }>,
  run: RunRecord,
  context: DirectContext,
): Promise<StepOutcome> {
  const { values, ports, rule } = context;
  const { link } = run.subject;
  let told = values;
  if (link !== null && action.message.includes('{url}')) {
    const connection = await context.open(link.connectionId);
    if (!connection.ok) return failed(connection.error);
    const url = await connection.value.store.presignGet(link.bucket, link.key, link.expiresInSeconds);
    if (!url.ok) return failed(url.error);
    told = { ...values, url: url.value };
  }
  ports.notify({ title: fillTemplate(action.title ?? rule.name, values), message: fillTemplate(action.message, told) });
  return { type: 'done', detail: fillTemplate(action.message, values) };
}

type OpenedObject = {
  readonly object: ActedOnObject;
  readonly connection: OpenConnection;
  /** Known as it was seen or read: another one, or none any more, is no failure ([A42]). */
  readonly isOfEvent: boolean;
};

/** The object with what its event told, and the connection that reaches it. */
async function openObject(
  action: { readonly source?: Parameters<typeof sourceObject>[0] },
  run: RunRecord,
  context: DirectContext,
): Promise<Result<OpenedObject>> {
  const object = sourceObject(action.source, run, context);
  if (object === null) return err(noSource(run, 'there is no object to act on'));
  const connection = await context.open(object.connectionId);
  const isOfEvent = action.source === undefined || object.etag !== null;
  return connection.ok ? ok({ object, connection: connection.value, isOfEvent }) : connection;
}

/** [A42] What the event told of, if it is still that. */
async function lookAt(
  connection: OpenConnection,
  { bucket, key, etag, versionId }: ActedOnObject,
  signal: AbortSignal,
): Promise<Result<LookedAtObject>> {
  const head = await connection.store.head(bucket, key, signal);
  if (!head.ok) return head;
  // A newer one, be it of the same bytes, is another one.
  const isIt =
    (etag === null || sameEtag(head.value.etag, etag)) &&
    (versionId === undefined || versionId === head.value.versionId);
  return isIt ? head : err(appError('SourceChanged', { bucket, key }));
}

async function deleteSubject(
  action: Extract<Action, { type: 'delete' }>,
  run: RunRecord,
  context: DirectContext,
): Promise<StepOutcome> {
  // Its copy was left out because of what is in its place: this may be the only one.
  if (run.subject.isLeftOut === true) return { type: 'skipped', error: appError('CopyLeftOut') };
  const { file, object: ofEvent } = run.subject;
  // With a folder trigger it is the file, also after an upload of it.
  const isOfFile = ofEvent === null || run.event.path !== null;
  if (action.source === undefined && isOfFile && file !== null) return deleteFile(file, run, context);
  const opened = await openObject(action, run, context);
  if (!opened.ok) return asOutcome(opened.error, true);
  const { object, connection, isOfEvent } = opened.value;
  const looked = await lookAt(connection, object, context.signal);
  // What was deleted before a crash is deleted.
  if (!looked.ok && looked.error.code === 'NoSuchKey')
    return { type: 'passed', detail: `${object.bucket}/${object.key}` };
  if (!looked.ok) return asOutcome(looked.error, isOfEvent);
  // [A43] The version that was looked at: what comes in between is refused by the server, or by the port just before.
  const ifMatch = looked.value.etag ?? undefined;
  const removed = await connection.store.remove(object.bucket, object.key, { ifMatch }, context.signal);
  if (!removed.ok) {
    const isOther = removed.error.code === 'PreconditionFailed';
    const { bucket, key } = object;
    return asOutcome(isOther ? appError('SourceChanged', { bucket, key }) : removed.error, isOfEvent);
  }
  return {
    type: 'done',
    detail: `${object.bucket}/${object.key}`,
    subject: { ...run.subject, object: null },
  };
}

async function deleteFile(
  { path, sizeBytes, lastModified }: NonNullable<Subject['file']>,
  run: RunRecord,
  { ports }: DirectContext,
): Promise<StepOutcome> {
  const info = await ports.files.stat(path);
  if (!info.ok && info.error.code === 'FileNotFound') return { type: 'passed', detail: path };
  if (!info.ok) return failed(info.error);
  const seenMs = lastModified === null ? Number.NaN : Date.parse(lastModified);
  const isOther =
    info.value.type !== 'file' ||
    (sizeBytes !== null && info.value.sizeBytes !== sizeBytes) ||
    (!Number.isNaN(seenMs) && Math.floor(info.value.modifiedMs) !== seenMs);
  if (isOther) return { type: 'skipped', error: appError('SourceChanged', { path }) };
  const removed = await ports.files.remove(path);
  return removed.ok ? { type: 'done', detail: path, subject: { ...run.subject, file: null } } : failed(removed.error);
}

/** S3's limits: ten tags of an object, keys of 128 and values of 256 characters. */
const maxTags = 10;
const maxTagValue = 256;

async function tag(
  action: Extract<Action, { type: 'tag' }>,
  run: RunRecord,
  context: DirectContext,
): Promise<StepOutcome> {
  const opened = await openObject(action, run, context);
  if (!opened.ok) return asOutcome(opened.error, true);
  const { object, connection, isOfEvent } = opened.value;
  const { bucket, key } = object;
  const looked = await lookAt(connection, object, context.signal);
  if (!looked.ok) return asOutcome(looked.error, isOfEvent);
  const before = action.replace ? ok({}) : await connection.store.getTags(bucket, key, context.signal);
  if (!before.ok) return asOutcome(before.error, isOfEvent);
  const wanted = Object.fromEntries(
    Object.entries(action.tags).map(([name, value]) => [
      name,
      fillTemplate(value, context.values).slice(0, maxTagValue),
    ]),
  );
  const tags: Record<string, string> = { ...before.value, ...wanted };
  if (Object.keys(tags).length > maxTags)
    return failed(appError('InvalidInput', { field: 'tags', reason: `an object has ${maxTags} tags at most` }));
  const set = await connection.store.setTags(bucket, key, tags, context.signal);
  if (!set.ok) return asOutcome(set.error, isOfEvent);
  const detail = Object.entries(wanted).map(([name, value]) => `${name}=${value}`);
  return { type: 'done', detail: detail.join(', ') };
}

async function createBucket(
  action: Extract<Action, { type: 'createBucket' }>,
  context: DirectContext,
): Promise<StepOutcome> {
  const bucket = fillTemplate(action.bucket, context.values).toLowerCase();
  const made = await context.connection.store.createBucket(bucket, action.region);
  if (made.ok) return { type: 'done', detail: bucket };
  return made.error.code === 'BucketAlreadyOwnedByYou' ? { type: 'passed', detail: bucket } : failed(made.error);
}

async function presign(
  action: Extract<Action, { type: 'presign' }>,
  run: RunRecord,
  context: DirectContext,
): Promise<StepOutcome> {
  const opened = await openObject(action, run, context);
  if (!opened.ok) return asOutcome(opened.error, true);
  const { object, connection, isOfEvent } = opened.value;
  if (object.versionId !== undefined) {
    const looked = await lookAt(connection, object, context.signal);
    if (!looked.ok) return asOutcome(looked.error, isOfEvent);
  }
  const url = await connection.store.presignGet(object.bucket, object.key, action.expiresInSeconds);
  if (!url.ok) return failed(url.error);
  const notice = { title: context.rule.name, message: `${object.bucket}/${object.key}\n${url.value}` };
  context.ports.notify(action.to === 'clipboard' ? { ...notice, copy: url.value } : notice);
  const { connectionId, bucket, key } = object;
  const link = { connectionId, bucket, key, expiresInSeconds: action.expiresInSeconds };
  // Whoever has the URL may read the object: the history keeps only where it leads.
  const detail = `${object.bucket}/${object.key}`;
  return { type: 'done', detail, subject: { ...run.subject, link } };
}
