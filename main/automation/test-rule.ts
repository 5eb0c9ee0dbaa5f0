import { relative, sep } from 'node:path';
import type { ConnectionId } from '../../shared/domain/ids.ts';
import type { PathRules } from '../../shared/domain/key-path.ts';
import type { RuleEvent, RuleTrial } from '../../shared/domain/rule.ts';
import type { Action } from '../../shared/domain/rule-action.ts';
import { fillTemplate } from '../../shared/domain/template.ts';
import { assertNever, ok, type Result } from '../../shared/result.ts';
import { describeError } from '../../shared/words/describe-error.ts';
import type { ObjectStore } from '../s3/object-store.ts';
import type { LocalFiles } from '../transfers/files/local-files.ts';
import { templateValues } from './action-values.ts';
import { isInCover } from './index/cover.ts';
import { isInMarkTime } from './index/mark-time.ts';
import { ageOf, createPathMatcher, keysOf, pathBelow, refusedBySight } from './match.ts';
import { isTransferAction, type PlanContext, planTransfer, targetKey } from './runner/plan-transfer.ts';
import type { checkStart } from './runner/check-start.ts';
import { noEvent } from './schedule-source.ts';
import type { IgnoreText } from './take-changes.ts';
import type { RuleRecord, RunRecord, Subject } from './rule-record.ts';

export type TestDeps = {
  readonly store: (connectionId: ConnectionId) => Promise<Result<ObjectStore>>;
  readonly checkStart: (rule: RuleRecord, run: RunRecord) => ReturnType<typeof checkStart>;
  readonly files: Pick<LocalFiles, 'walk'>;
  readonly ignoreText: IgnoreText;
  readonly pathRules: PathRules;
  readonly connectionName: (id: ConnectionId) => string;
  readonly connectionIdOf: (name: string) => Result<ConnectionId>;
  readonly nowMs: () => number;
};

export type TestResult = {
  readonly trials: RuleTrial[];
  readonly matched: number;
  readonly looked: number;
  readonly complete: boolean;
};

type Found = { readonly event: RuleEvent; readonly subject: Subject };

/** What a rule would do with what is there now. Reads only. */
export async function testRule(
  rule: RuleRecord,
  wanted: {
    readonly trials: number;
    readonly look: number;
    readonly fromMs?: number | undefined;
    readonly toMs?: number | undefined;
  },
  deps: TestDeps,
  signal: AbortSignal,
): Promise<Result<TestResult>> {
  const { trigger } = rule;
  if (trigger.type !== 'newObject' && trigger.type !== 'folder') {
    const found = { event: { type: trigger.type, ...noEvent }, subject: { object: null, file: null, link: null } };
    return ok({ trials: [await trial(rule, found, deps)], matched: 1, looked: 0, complete: true });
  }
  const ignored = trigger.type === 'folder' ? await deps.ignoreText(trigger.folder) : ok('');
  if (!ignored.ok) return ignored;
  const fits = createPathMatcher(keysOf(trigger, ignored.value));
  const prefix = trigger.type === 'newObject' ? trigger.prefix : '';
  const result = { trials: [] as RuleTrial[], matched: 0, looked: 0, complete: true };
  const time = { fromMs: wanted.fromMs ?? null, toMs: wanted.toMs ?? null };
  const source = trigger.type === 'newObject' ? objectsOf(rule, deps, signal) : filesOf(rule, deps, signal);
  for await (const found of source) {
    if (!found.ok) return found;
    if (result.looked >= wanted.look) {
      result.complete = false;
      break;
    }
    result.looked += 1;
    const { key, sizeBytes, lastModified } = found.value.event;
    if (key === null || key.endsWith('/') || !isInCover({ prefix, recursive: trigger.recursive }, key)) continue;
    if (!fits(pathBelow(prefix, key)) || refusedBySight(rule.conditions, { sizeBytes: sizeBytes ?? 0 }) !== null)
      continue;
    if (!isInMarkTime(time, lastModified)) continue;
    if (ageOf(rule.conditions, lastModified, deps.nowMs()).type === 'tooOld') continue;
    result.matched += 1;
    if (result.trials.length < wanted.trials) result.trials.push(await trial(rule, found.value, deps));
  }
  return ok(result);
}

async function* objectsOf(rule: RuleRecord, deps: TestDeps, signal: AbortSignal): AsyncGenerator<Result<Found>> {
  const { trigger } = rule;
  if (trigger.type !== 'newObject') return;
  const store = await deps.store(rule.connectionId);
  if (!store.ok) {
    yield store;
    return;
  }
  const { bucket, prefix, recursive } = trigger;
  let continuationToken: string | undefined;
  do {
    const delimiter = recursive ? '' : '/';
    const page = await store.value.listPage({ bucket, prefix, delimiter, continuationToken, signal });
    if (!page.ok) {
      yield page;
      return;
    }
    for (const { key, sizeBytes, etag, lastModified, storageClass } of page.value.objects) {
      const object = { connectionId: rule.connectionId, bucket, key, sizeBytes, etag, lastModified };
      const event = { ...noEvent, type: 'created' as const, bucket, key, sizeBytes, etag, lastModified, storageClass };
      yield ok({ event, subject: { object, file: null, link: null } });
    }
    continuationToken = page.value.continuationToken ?? undefined;
  } while (continuationToken !== undefined && !signal.aborted);
}

async function* filesOf(rule: RuleRecord, deps: TestDeps, signal: AbortSignal): AsyncGenerator<Result<Found>> {
  const { trigger } = rule;
  if (trigger.type !== 'folder') return;
  for await (const { path, names, info } of deps.files.walk(trigger.folder, 'skip', signal)) {
    // The folder itself cannot be read.
    if (!info.ok && names.length === 0) yield info;
    if (!info.ok || info.value.type !== 'file') continue;
    const { sizeBytes, modifiedMs } = info.value;
    const lastModified = new Date(modifiedMs).toISOString();
    const key = relative(trigger.folder, path).split(sep).join('/');
    const event = { ...noEvent, type: 'created' as const, key, path, sizeBytes, lastModified };
    yield ok({ event, subject: { object: null, file: { path, sizeBytes, lastModified }, link: null } });
  }
}

async function trial(rule: RuleRecord, found: Found, deps: TestDeps): Promise<RuleTrial> {
  const { event } = found;
  const nowMs = deps.nowMs();
  let run = asRun(rule, found, nowMs);
  const checked = await deps.checkStart(rule, run);
  const refused = checked.type === 'begins' ? null : checked;
  const steps: RuleTrial['steps'] = [];
  for (const action of rule.actions) {
    const values = templateValues(rule, deps.connectionName(rule.connectionId), run);
    const named =
      'connection' in action && action.connection !== undefined ? deps.connectionIdOf(action.connection) : null;
    const connectionId = named?.ok === true ? named.value : rule.connectionId;
    const context = { rule, values, pathRules: deps.pathRules, connectionId };
    const { detail, subject } =
      named?.ok === false
        ? { detail: describeError(named.error).message, subject: run.subject }
        : wouldDo(action, run, context);
    steps.push({ action: action.type, detail });
    run = { ...run, step: run.step + 1, subject };
  }
  const skipped =
    refused === null || !('error' in refused) || refused.error === null ? null : describeError(refused.error).message;
  return { event, steps, ...(skipped === null ? {} : { skipped }) };
}

function wouldDo(
  action: Action,
  run: RunRecord,
  context: PlanContext,
): { readonly detail: string; readonly subject: Subject } {
  const { subject } = run;
  if (isTransferAction(action)) {
    const planned = planTransfer(action, run, context);
    if (!planned.ok) return { detail: describeError(planned.error).message, subject };
    const { target } = planned.value;
    if (action.type === 'download')
      return { detail: target, subject: { ...subject, file: { path: target, sizeBytes: null, lastModified: null } } };
    const object = {
      connectionId: context.connectionId,
      bucket: action.bucket,
      key: target,
      sizeBytes: null,
      etag: null,
      lastModified: null,
    };
    return { detail: `${action.bucket}/${target}`, subject: action.type === 'copy' ? subject : { ...subject, object } };
  }
  const where = subject.object === null ? (subject.file?.path ?? '') : `${subject.object.bucket}/${subject.object.key}`;
  switch (action.type) {
    case 'uploadStream': {
      const key = targetKey(context, action);
      return { detail: `${action.bucket}/${key}`, subject };
    }
    case 'delete':
    case 'presign':
    case 'audit':
      return { detail: where, subject };
    case 'tag':
      return {
        detail: Object.entries(action.tags)
          .map(([name, value]) => `${name}=${fillTemplate(value, context.values)}`)
          .join(', '),
        subject,
      };
    case 'createBucket':
      return { detail: fillTemplate(action.bucket, context.values).toLowerCase(), subject };
    case 'notify':
      return { detail: fillTemplate(action.message, context.values), subject };
    default:
      return assertNever(action);
  }
}

function asRun(rule: RuleRecord, { event, subject }: Found, nowMs: number): RunRecord {
  return {
    id: 0 as RunRecord['id'],
    ruleId: rule.id,
    event,
    subject,
    causes: [],
    isHeld: false,
    revision: rule.revision,
    state: 'waiting',
    step: 0,
    attempts: 0,
    nextMs: null,
    seenMs: nowMs,
    startedMs: null,
    endedMs: null,
    error: null,
  };
}
