import { appErrorSchema, type AppError } from '../../shared/errors.ts';
import { connectionIdSchema, type JobId, type RuleId, ruleIdSchema, type RunId } from '../../shared/domain/ids.ts';
import { conditionsSchema, mirrorSchema, type RuleEvent, type RunState } from '../../shared/domain/rule.ts';
import { actionSchema, type ActionType } from '../../shared/domain/rule-action.ts';
import { triggerSchema } from '../../shared/domain/rule-trigger.ts';
import type { Mark } from '../automation/object-index.ts';
import type { OwnWrite, RuleRecord, RunRecord, StepRecord, Subject } from '../automation/rule-record.ts';

export type RuleRow = {
  id: string;
  name: string;
  connection_id: string;
  definition: string;
  enabled: number;
  revision: number;
  stopped_by: string | null;
  marks: string;
  failures_in_row: number;
  last_look_ms: number | null;
  last_run_ms: number | null;
  schedule_ms: number | null;
  deletes_meant_through: number | null;
  notice: string | null;
  created_ms: number;
  updated_ms: number;
};

export type RunRow = {
  id: number;
  rule_id: string;
  event: string;
  subject: string | null;
  causes: string | null;
  held: number;
  revision: number;
  state: string;
  step: number;
  attempts: number;
  next_ms: number | null;
  seen_ms: number;
  started_ms: number | null;
  ended_ms: number | null;
  error: string | null;
};

export type StepRow = {
  run_id: number;
  position: number;
  action: string;
  state: string;
  job_id: string | null;
  detail: string | null;
  error: string | null;
  bytes: number | null;
  started_ms: number | null;
  ended_ms: number | null;
};

export type WriteRow = {
  id: number;
  place: string;
  key: string;
  run_id: number;
  causes: string;
  is_move: number;
  is_removal: number;
  begun_ms: number;
  ended_ms: number | null;
  size_bytes: number | null;
  etag: string | null;
  last_modified: string | null;
};

const parseError = (text: string | null): AppError | null =>
  text === null ? null : appErrorSchema.parse(JSON.parse(text));

export function ruleFromRow(row: RuleRow): RuleRecord {
  const { trigger, conditions, mirror, actions } = JSON.parse(row.definition) as Record<string, unknown>;
  return {
    id: ruleIdSchema.parse(row.id),
    name: row.name,
    connectionId: connectionIdSchema.parse(row.connection_id),
    trigger: triggerSchema.parse(trigger),
    ...(conditions === undefined ? {} : { conditions: conditionsSchema.parse(conditions) }),
    ...(mirror === undefined ? {} : { mirror: mirrorSchema.parse(mirror) }),
    actions: actionSchema.array().parse(actions),
    enabled: row.enabled === 1,
    revision: row.revision,
    stoppedBy: parseError(row.stopped_by),
    marks: JSON.parse(row.marks) as Mark[],
    failuresInRow: row.failures_in_row,
    lastLookMs: row.last_look_ms,
    lastRunMs: row.last_run_ms,
    scheduleMs: row.schedule_ms,
    deletesMeantThrough: row.deletes_meant_through as RunId | null,
    notice: parseError(row.notice),
    createdMs: row.created_ms,
    updatedMs: row.updated_ms,
  };
}

/** Written by this program only, and read for every run: not checked again. */
export function runFromRow(row: RunRow): RunRecord {
  return {
    id: row.id as RunId,
    ruleId: row.rule_id as RuleId,
    event: JSON.parse(row.event) as RuleEvent,
    subject: row.subject === null ? { object: null, file: null, link: null } : (JSON.parse(row.subject) as Subject),
    causes: row.causes === null ? [] : (JSON.parse(row.causes) as RuleId[]),
    isHeld: row.held === 1,
    revision: row.revision,
    state: row.state as RunState,
    step: row.step,
    attempts: row.attempts,
    nextMs: row.next_ms,
    seenMs: row.seen_ms,
    startedMs: row.started_ms,
    endedMs: row.ended_ms,
    error: parseError(row.error),
  };
}

export function stepFromRow(row: StepRow): StepRecord {
  return {
    runId: row.run_id as RunId,
    position: row.position,
    action: row.action as ActionType,
    state: row.state as RunState,
    jobId: row.job_id as JobId | null,
    detail: row.detail,
    error: parseError(row.error),
    bytes: row.bytes,
    startedMs: row.started_ms,
    endedMs: row.ended_ms,
  };
}

export function writeFromRow(row: WriteRow): OwnWrite {
  return {
    id: row.id,
    place: row.place,
    key: row.key,
    runId: row.run_id as RunId,
    causes: JSON.parse(row.causes) as RuleId[],
    isMove: row.is_move === 1,
    isRemoval: row.is_removal === 1,
    begunMs: row.begun_ms,
    endedMs: row.ended_ms,
    sizeBytes: row.size_bytes,
    etag: row.etag,
    lastModified: row.last_modified,
  };
}

const columnNames: Readonly<Record<string, string>> = {
  name: 'name',
  connectionId: 'connection_id',
  enabled: 'enabled',
  revision: 'revision',
  stoppedBy: 'stopped_by',
  marks: 'marks',
  failuresInRow: 'failures_in_row',
  lastLookMs: 'last_look_ms',
  lastRunMs: 'last_run_ms',
  scheduleMs: 'schedule_ms',
  deletesMeantThrough: 'deletes_meant_through',
  notice: 'notice',
  updatedMs: 'updated_ms',
  state: 'state',
  step: 'step',
  attempts: 'attempts',
  nextMs: 'next_ms',
  startedMs: 'started_ms',
  causes: 'causes',
  endedMs: 'ended_ms',
  error: 'error',
  subject: 'subject',
  action: 'action',
  jobId: 'job_id',
  detail: 'detail',
  bytes: 'bytes',
};

/** The columns a patch sets, in its order. What a rule's definition is made of is not patched. */
export function patchOfRow(patch: object): { readonly columns: string[]; readonly values: (string | number | null)[] } {
  const columns: string[] = [];
  const values: (string | number | null)[] = [];
  for (const [name, value] of Object.entries(patch) as [string, unknown][]) {
    const column = columnNames[name];
    if (value === undefined) continue;
    if (column === undefined) throw new Error(`no column for ${name}`);
    columns.push(column);
    values.push(
      value === null || typeof value === 'string' || typeof value === 'number'
        ? value
        : typeof value === 'boolean'
          ? Number(value)
          : JSON.stringify(value),
    );
  }
  return { columns, values };
}
