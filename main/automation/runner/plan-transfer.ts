import { isAbsolute, join } from 'node:path';
import { baseName } from '../../../shared/domain/action-source.ts';
import type { Action } from '../../../shared/domain/rule-action.ts';
import type { ConnectionId } from '../../../shared/domain/ids.ts';
import { asFolder } from '../../../shared/domain/inside-path.ts';
import { keyToNames, namesToKey, type PathRules } from '../../../shared/domain/key-path.ts';
import { fillTemplate, type TemplateValues } from '../../../shared/domain/template.ts';
import type { TransferRequestInput } from '../../../shared/domain/transfer.ts';
import { type AppError, appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { ActedOnObject, RuleRecord, RunRecord } from '../rule-record.ts';

export type TransferAction = Extract<Action, { type: 'upload' | 'download' | 'copy' | 'move' }>;

export function isTransferAction(action: Action): action is TransferAction {
  return ['upload', 'download', 'copy', 'move'].includes(action.type);
}

/** One run's part of a transfer job. */
export type PlannedTransfer = {
  /** Of the request all but its items: runs of which this is the same may go in one job. */
  readonly header: Omit<TransferRequestInput, 'items'>;
  readonly item: TransferRequestInput['items'][number];
  /** Key or absolute path; a folder or prefix ends in a separator. */
  readonly source: string;
  readonly target: string;
  /** Many files or objects: a job of its own. */
  readonly isTree: boolean;
};

export type PlanContext = {
  readonly rule: RuleRecord;
  readonly values: TemplateValues;
  readonly pathRules: PathRules;
  /** Of the action's own connection, or else the rule's. */
  readonly connectionId: ConnectionId;
};

/** The names of the steps' results on this machine come from keys: each value is made a name that the file system holds. */
function safeParts(rules: PathRules): (value: string) => string {
  return (value) => keyToNames(value, rules).join('/');
}

function climbs(path: string): boolean {
  return path.split(/[/\\]/).includes('..');
}

/** [A30] The path below the trigger's prefix as a key; file names read back as the keys they may stand for. */
export function pathAsKey({ rule, values, pathRules }: PlanContext): string {
  const path = values.path ?? '';
  return rule.trigger.type === 'folder' ? namesToKey(path.split('/'), pathRules) : path;
}

export function targetKey(
  context: PlanContext,
  { prefix, name }: { readonly prefix: string; readonly name?: string | undefined },
): string {
  const values = { ...context.values, path: context.values.path === null ? null : pathAsKey(context) };
  return asFolder(fillTemplate(prefix, values)) + fillTemplate(name ?? '{path}', values);
}

/** What a transfer action does for a run; InvalidInput when its templates leave nothing to go by. Pure. */
export function planTransfer(action: TransferAction, run: RunRecord, context: PlanContext): Result<PlannedTransfer> {
  switch (action.type) {
    case 'upload':
      return planUpload(action, run, context);
    case 'download':
      return planDownload(action, run, context);
    case 'copy':
    case 'move':
      return planCopy(action, run, context);
  }
}

function planUpload(
  action: Extract<TransferAction, { type: 'upload' }>,
  run: RunRecord,
  context: PlanContext,
): Result<PlannedTransfer> {
  const { rule, connectionId } = context;
  const header = { ...common(rule, action, run), kind: 'upload' as const, connectionId, bucket: action.bucket };
  const { source } = action;
  if (source !== undefined && 'folder' in source) {
    const prefix = asFolder(fillTemplate(action.prefix, context.values));
    const item = { folder: source.folder, prefix };
    return ok({ header, item, source: source.folder, target: prefix, isTree: true });
  }
  const file = source?.file ?? run.subject.file?.path;
  if (file === undefined) return err(noSource(run, 'there is no file to upload'));
  const named = source === undefined ? context : { ...context, values: { ...context.values, path: baseName(file) } };
  const key = targetKey(named, action);
  if (key === '' || key.endsWith('/')) return nothing('name', 'the name of the object is empty');
  return ok({ header, item: { file, key }, source: file, target: key, isTree: false });
}

function planDownload(
  action: Extract<TransferAction, { type: 'download' }>,
  run: RunRecord,
  context: PlanContext,
): Result<PlannedTransfer> {
  const { rule, values, pathRules } = context;
  const safe = safeParts(pathRules);
  const folder = fillTemplate(action.folder, values, safe);
  if (!isAbsolute(folder)) return nothing('folder', 'an absolute path is needed');
  if (climbs(folder)) return nothing('folder', 'it has ".." in it');
  const base = { ...common(rule, action, run), kind: 'download' as const };
  const { source } = action;
  if (source !== undefined && 'prefix' in source) {
    const prefix = fillTemplate(source.prefix, values);
    // Nobody means the whole bucket by a placeholder.
    if (prefix === '' && source.prefix !== '') return nothing('source', 'its prefix is empty');
    const header = { ...base, connectionId: rule.connectionId, bucket: source.bucket };
    return ok({ header, item: { prefix, folder }, source: prefix, target: join(folder, '/'), isTree: true });
  }
  const object = sourceObject(source, run, context);
  if (object === null) return err(noSource(run, 'there is no object to download'));
  const path = source === undefined ? values.path : baseName(object.key);
  const name = fillTemplate(action.name ?? '{path}', { ...values, path }, safe);
  if (name === '' || name.endsWith('/')) return nothing('name', 'the name of the file is empty');
  // Each value is safe, what they make together need not be.
  if (climbs(name)) return err(appError('UnsafePath', { key: object.key, path: join(folder, name) }));
  const file = join(folder, ...name.split('/'));
  const header = { ...base, connectionId: object.connectionId, bucket: object.bucket };
  return ok({
    header,
    item: { key: object.key, file, ...seenOf(object) },
    source: object.key,
    target: file,
    isTree: false,
  });
}

function planCopy(
  action: Extract<TransferAction, { type: 'copy' | 'move' }>,
  run: RunRecord,
  context: PlanContext,
): Result<PlannedTransfer> {
  const { rule, values, connectionId } = context;
  const removeSource = action.type === 'move';
  const base = { ...common(rule, action, run), kind: 'copy' as const, toBucket: action.bucket, removeSource };
  const to = (from: ConnectionId) => (from === connectionId ? {} : { toConnectionId: connectionId });
  const { source } = action;
  if (source !== undefined && 'prefix' in source) {
    const prefix = fillTemplate(source.prefix, values);
    // Nobody means the whole bucket by a placeholder.
    if (prefix === '' && source.prefix !== '') return nothing('source', 'its prefix is empty');
    const toPrefix = asFolder(fillTemplate(action.prefix, values));
    const header = { ...base, ...to(rule.connectionId), connectionId: rule.connectionId, bucket: source.bucket };
    return ok({ header, item: { prefix, toPrefix }, source: prefix, target: toPrefix, isTree: true });
  }
  const object = sourceObject(source, run, context);
  if (object === null) return err(noSource(run, 'there is no object to copy'));
  const named = source === undefined ? context : { ...context, values: { ...values, path: baseName(object.key) } };
  const toKey = targetKey(named, action);
  if (toKey === '') return nothing('name', 'the name of the object is empty');
  const header = { ...base, ...to(object.connectionId), connectionId: object.connectionId, bucket: object.bucket };
  return ok({
    header,
    item: { key: object.key, toKey, ...seenOf(object) },
    source: object.key,
    target: toKey,
    isTree: false,
  });
}

export function sourceObject(
  source:
    | { readonly bucket: string; readonly key: string }
    | { readonly bucket: string; readonly prefix: string }
    | undefined,
  { subject, event }: Pick<RunRecord, 'subject' | 'event'>,
  { rule, values }: Pick<PlanContext, 'rule' | 'values'>,
): ActedOnObject | null {
  if (source === undefined) return subject.object;
  if (!('key' in source)) return null;
  const { connectionId } = rule;
  const { bucket } = source;
  const key = fillTemplate(source.key, values);
  const isIt = (one: { readonly bucket: string | null; readonly key: string | null }): boolean =>
    one.bucket === bucket && one.key === key;
  const taken = subject.taken?.findLast((one) => isIt(one) && one.connectionId === connectionId);
  if (taken !== undefined) return taken;
  const { sizeBytes, etag, lastModified, versionId } = event;
  const version = versionId === null ? {} : { versionId };
  return event.type !== 'removed' && isIt(event)
    ? { connectionId, bucket, key, sizeBytes, etag, lastModified, ...version }
    : { connectionId, bucket, key, sizeBytes: null, etag: null, lastModified: null };
}

/** Why a step has nothing to act on: what the event tells of is gone, or it never told of anything. Pure. */
export function noSource({ event }: Pick<RunRecord, 'event'>, reason: string): AppError {
  const { type, bucket, key, path } = event;
  if (type !== 'removed') return appError('InvalidInput', { field: 'source', reason });
  return path === null
    ? appError('NoSuchKey', { bucket: bucket ?? '', key: key ?? '' })
    : appError('FileNotFound', { path });
}

/** [A42] Only what the event told of. */
function seenOf({ sizeBytes, etag, lastModified, versionId }: ActedOnObject) {
  if (sizeBytes === null || etag === null) return {};
  return { seen: { sizeBytes, etag, lastModified, ...(versionId === undefined ? {} : { versionId }) } };
}

function common(
  rule: RuleRecord,
  { type, conflict, skipSame }: TransferAction,
  { attempts }: Pick<RunRecord, 'attempts'>,
) {
  // [A45] What a try has written whose answer was lost is in nobody's way. Of the same bytes only: what is replaced gets new
  // metadata all the same, and a move lets nothing go that has other metadata than what is there.
  const isAgain = attempts > 0 && conflict !== 'overwrite' && type !== 'move';
  // [A60] A mirror copies nothing that is there already.
  const leavesSame = skipSame || rule.mirror !== undefined || isAgain;
  return { conflict, skipSame: leavesSame, whenOffline: 'wait' as const, ruleId: rule.id };
}

function nothing(field: string, reason: string): Result<never> {
  return err(appError('InvalidInput', { field, reason }));
}
