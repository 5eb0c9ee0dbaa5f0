import type { Clock } from '../../shared/domain/clock.ts';
import type { ConnectionId, RuleId } from '../../shared/domain/ids.ts';
import type { RuleInput } from '../../shared/domain/rule.ts';
import type { Trigger } from '../../shared/domain/rule-trigger.ts';
import type { ConnectionOpener } from '../s3/open-connection.ts';
import type { WatchedBucketRule, WatchedFolderRule } from './change-source.ts';
import type { Mark } from './object-index.ts';
import type { RuleRecord } from './rule-record.ts';

/** A server that does not answer is not waited for: then its clock is taken to be right. */
const clockTimeoutMs = 5000;

/** [A4] Where a rule begins: the mark of its first look. None for rules that look at nothing. */
export async function beginningOf(
  ruleId: RuleId,
  trigger: Trigger,
  connectionId: ConnectionId,
  deps: { readonly opener: ConnectionOpener; readonly clock: Clock },
): Promise<Mark[]> {
  const id = `${ruleId}/${deps.clock.nowMs()}`;
  if (trigger.type === 'folder') {
    const fromMs = trigger.startFrom === 'now' ? deps.clock.nowMs() : null;
    return [{ id, cover: { prefix: '', recursive: trigger.recursive }, fromMs, toMs: null }];
  }
  if (trigger.type !== 'newObject') return [];
  const { prefix, recursive, startFrom, bucket } = trigger;
  const cover = { prefix, recursive };
  if (startFrom === 'all') return [{ id, cover, fromMs: null, toMs: null }];
  if (startFrom !== 'now') return [{ id, cover, fromMs: Date.parse(startFrom), toMs: null }];
  const savedMs = deps.clock.nowMs();
  return [{ id, cover, fromMs: savedMs + (await serverOffsetMs(deps.opener, connectionId, bucket)), toMs: null }];
}

/** How far the server's clock is ahead of ours, as its answer to the smallest of listings tells. */
async function serverOffsetMs(opener: ConnectionOpener, connectionId: ConnectionId, bucket: string): Promise<number> {
  const connection = await opener.open(connectionId);
  if (!connection.ok) return 0;
  const { store } = connection.value;
  await store.listPage({ bucket, prefix: '', delimiter: '', maxKeys: 1, signal: AbortSignal.timeout(clockTimeoutMs) });
  const target = await connection.value.dataTarget(bucket);
  return target.ok ? target.value.clockOffsetMs : 0;
}

/** A rule as it is written, made a record. Pure. */
export function newRuleRecord(
  id: RuleId,
  input: RuleInput,
  connectionId: ConnectionId,
  marks: readonly Mark[],
  createdMs: number,
): RuleRecord {
  const { name, trigger, conditions, mirror, actions, enabled } = input;
  return {
    id,
    name,
    connectionId,
    trigger,
    ...(conditions === undefined ? {} : { conditions }),
    ...(mirror === undefined ? {} : { mirror }),
    actions,
    enabled,
    revision: 1,
    stoppedBy: null,
    marks,
    failuresInRow: 0,
    lastLookMs: null,
    lastRunMs: null,
    scheduleMs: null,
    deletesMeantThrough: null,
    notice: null,
    createdMs,
    updatedMs: createdMs,
  };
}

/** Whether an edited rule looks at what it looked at before. Pure. */
export function samePlace(before: RuleRecord, trigger: Trigger, connectionId: ConnectionId): boolean {
  const placeOf = (of: Trigger, connection: ConnectionId): unknown =>
    of.type === 'newObject'
      ? [connection, of.bucket, of.prefix, of.recursive, of.startFrom]
      : of.type === 'folder'
        ? [of.folder, of.recursive, of.startFrom]
        : [of.type];
  return (
    JSON.stringify(placeOf(before.trigger, before.connectionId)) === JSON.stringify(placeOf(trigger, connectionId))
  );
}

/** Whether an edited rule does the same with the same as before: what it has begun goes on. Pure. */
export function doesSame(before: RuleRecord, after: RuleRecord): boolean {
  const whatOf = ({ trigger, connectionId, mirror, actions }: RuleRecord): string =>
    JSON.stringify([
      placeOf(trigger, connectionId),
      'match' in trigger ? [trigger.match, trigger.ignore] : [],
      mirror === undefined,
      actions,
    ]);
  return whatOf(before) === whatOf(after);
}

function placeOf(of: Trigger, connection: ConnectionId): unknown {
  return of.type === 'newObject'
    ? [connection, of.bucket, of.prefix, of.recursive, of.startFrom]
    : of.type === 'folder'
      ? [connection, of.folder, of.recursive, of.startFrom]
      : [connection, of.type];
}

/** Between our clock and a server's, and between the beginning of a look and its end. */
const lookMarginMs = 3600_000;

/** An index that was lost begins a little before the rule has looked last ([A9]). */
function marksNow({ marks, lastLookMs }: RuleRecord): readonly [Mark, ...Mark[]] | null {
  const [beginning, ...fills] = marks;
  if (beginning === undefined) return null;
  const { fromMs } = beginning;
  if (lastLookMs === null) return [beginning, ...fills];
  return [{ ...beginning, fromMs: Math.max(fromMs ?? 0, lastLookMs - lookMarginMs) }, ...fills];
}

/** Pure. */
export function watchedBuckets(rules: readonly RuleRecord[], isOn: (rule: RuleRecord) => boolean): WatchedBucketRule[] {
  return rules.flatMap((rule) => {
    const { trigger, connectionId } = rule;
    const marks = marksNow(rule);
    if (trigger.type !== 'newObject' || marks === null) return [];
    return [{ ruleId: rule.id, trigger, marks, isOn: isOn(rule), connectionId }];
  });
}

/** Pure. */
export function watchedFolders(rules: readonly RuleRecord[], isOn: (rule: RuleRecord) => boolean): WatchedFolderRule[] {
  return rules.flatMap((rule) => {
    const { trigger } = rule;
    const marks = marksNow(rule);
    if (trigger.type !== 'folder' || marks === null) return [];
    return [{ ruleId: rule.id, trigger, marks, isOn: isOn(rule) }];
  });
}
