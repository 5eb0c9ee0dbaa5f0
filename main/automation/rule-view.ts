import { type ConnectionId, connectionIdSchema } from '../../shared/domain/ids.ts';
import type { RuleView, RunView } from '../../shared/domain/rule.ts';
import type { WatchStatus } from './change-source.ts';
import { listRequestsPerMonth } from '../../shared/domain/poll-cost.ts';
import type { RuleJournal } from './rule-journal.ts';
import type { RuleRecord, RunRecord } from './rule-record.ts';
import { nextTimeOf } from './schedule-source.ts';

/** A rule as windows and the command line see it. */
export function ruleView(
  rule: RuleRecord,
  seen: {
    readonly status: WatchStatus | null;
    readonly counts: ReturnType<RuleJournal['counts']>;
    readonly nameOf: (id: ConnectionId) => string;
    readonly nowMs: number;
  },
): RuleView {
  const { status, counts, nowMs } = seen;
  const { trigger, notice } = rule;
  const isOn = rule.enabled && rule.stoppedBy === null;
  const nextMs = isOn ? (nextTimeOf(rule, nowMs) ?? status?.nextLookMs ?? null) : null;
  const shownNotice = notice ?? status?.notice ?? null;
  return {
    id: rule.id,
    name: rule.name,
    connection: seen.nameOf(rule.connectionId),
    connectionId: rule.connectionId,
    trigger,
    ...(rule.conditions === undefined ? {} : { conditions: rule.conditions }),
    ...(rule.mirror === undefined ? {} : { mirror: rule.mirror }),
    actions: rule.actions.map((action) =>
      'connection' in action && action.connection !== undefined
        ? { ...action, connection: seen.nameOf(connectionIdSchema.parse(action.connection)) }
        : action,
    ),
    enabled: rule.enabled,
    state: rule.stoppedBy !== null ? 'stopped' : rule.enabled ? 'on' : 'off',
    ...(rule.stoppedBy === null ? {} : { stoppedBy: rule.stoppedBy }),
    ...(status?.problem === null || status === null ? {} : { problem: status.problem }),
    ...(shownNotice === null ? {} : { notice: shownNotice }),
    runs: { ...counts },
    lastLookMs: status?.lastLookMs ?? rule.lastLookMs,
    nextMs,
    lastRunMs: rule.lastRunMs,
    ...(trigger.type === 'newObject'
      ? {
          cost: {
            listRequestsPerMonth: listRequestsPerMonth(status?.requests ?? 1, trigger.pollSeconds),
            objects: status?.objects ?? null,
            sharedWith: [...(status?.sharedWith ?? [])],
          },
        }
      : {}),
    createdMs: rule.createdMs,
  };
}

/** With the steps that have not begun yet. */
export function runView(run: RunRecord, rule: RuleRecord | undefined, journal: Pick<RuleJournal, 'steps'>): RunView {
  const begun = journal.steps(run.id);
  const steps = begun.map((step) => ({
    action: step.action,
    state: step.state,
    detail: step.detail,
    ...(step.error === null ? {} : { error: step.error }),
    bytes: step.bytes,
    startedMs: step.startedMs,
    endedMs: step.endedMs,
  }));
  const hasEnded = run.state === 'done' || run.state === 'skipped';
  for (const action of hasEnded ? [] : (rule?.actions.slice(begun.length) ?? []))
    steps.push({ action: action.type, state: 'waiting', detail: null, bytes: null, startedMs: null, endedMs: null });
  return {
    id: run.id,
    ruleId: run.ruleId,
    event: run.event,
    state: run.state,
    seenMs: run.seenMs,
    startedMs: run.startedMs,
    endedMs: run.endedMs,
    attempts: run.attempts,
    nextTryMs: run.nextMs,
    ...(run.error === null ? {} : { error: run.error }),
    steps,
    ...(run.subject.link === null ? {} : { link: run.subject.link }),
  };
}
