import type { Clock } from '../../shared/domain/clock.ts';
import type { RuleEvent } from '../../shared/domain/rule.ts';
import type { RuleId } from '../../shared/domain/ids.ts';
import { lastTime, nextTimes } from './next-due.ts';
import type { RuleJournal } from './rule-journal.ts';
import type { NewRun, RulePatch, RuleRecord } from './rule-record.ts';

/** The clock may be set, and a machine may sleep, while a timer runs. */
const longestTimerMs = 30_000;
/** So much later than its time a run is still on time. */
const onTimeMs = 60_000;

export const noEvent: Omit<RuleEvent, 'type'> = {
  bucket: null,
  key: null,
  path: null,
  sizeBytes: null,
  etag: null,
  lastModified: null,
  storageClass: null,
  versionId: null,
};

/** A run that nothing but a time or a person has asked for. Pure. */
export function bareRun(
  { id: ruleId, revision }: Pick<RuleRecord, 'id' | 'revision'>,
  type: 'schedule' | 'manual',
  source: string,
  nowMs: number,
): NewRun {
  return {
    ruleId,
    source,
    event: { type, ...noEvent },
    subject: { object: null, file: null, link: null },
    causes: [],
    isHeld: false,
    revision,
    nextMs: null,
    seenMs: nowMs,
  };
}

/** Makes runs of rules whose time has come ([A20], [A21]). */
export function createScheduleSource(deps: {
  readonly journal: RuleJournal;
  readonly clock: Clock;
  readonly rules: () => readonly RuleRecord[];
  /** Schedules of others do not fire: their times are missed. */
  readonly mayRun: (rule: RuleRecord) => boolean;
  readonly notePatch: (ruleId: RuleId, patch: RulePatch) => void;
  readonly onRuns: () => void;
  readonly onUnexpected: (where: string, thrown: unknown) => void;
}) {
  const { journal, clock } = deps;
  let isStarted = false;
  let isBusy = false;
  let isDue = false;
  let cancelTimer = (): void => undefined;

  async function check(): Promise<void> {
    const nowMs = clock.nowMs();
    for (const rule of deps.rules()) {
      const { trigger } = rule;
      if (trigger.type !== 'schedule' || !deps.mayRun(rule)) continue;
      // A clock that was far ahead once has not seen to what comes now: a time is known by itself.
      const seenMs = Math.min(rule.scheduleMs ?? rule.createdMs, nowMs);
      const dueMs = lastTime(trigger, seenMs, nowMs);
      if (dueMs === null) continue;
      const isMissed = nowMs - dueMs > onTimeMs;
      if (!isMissed || trigger.catchUp) {
        // Known by its time: a crash right after makes no second run.
        const added = await journal.addRuns([bareRun(rule, 'schedule', `at/${dueMs}`, nowMs)]);
        if (!added.ok) continue;
        if (added.value > 0) deps.onRuns();
      }
      const patch = { scheduleMs: dueMs };
      const noted = await journal.change({ rule: { id: rule.id, patch } });
      if (noted.ok) deps.notePatch(rule.id, patch);
    }
  }

  const wantsMore = (): boolean => isDue && isStarted;

  /** One after another; what comes meanwhile is looked at once more. */
  async function tick(): Promise<void> {
    isDue = true;
    if (isBusy) return;
    isBusy = true;
    try {
      do {
        isDue = false;
        await check();
      } while (wantsMore());
    } catch (thrown) {
      deps.onUnexpected('the schedules of rules', thrown);
    } finally {
      isBusy = false;
    }
    if (isStarted) setTimer();
  }

  function setTimer(): void {
    cancelTimer();
    const nowMs = clock.nowMs();
    const times = deps.rules().flatMap((rule) => nextTimeOf(rule, nowMs) ?? []);
    const delayMs = Math.min(longestTimerMs, ...times.map((atMs) => atMs - nowMs));
    cancelTimer = clock.setTimer(Math.max(1, delayMs), () => void tick());
  }

  return {
    start(): void {
      if (isStarted) return;
      isStarted = true;
      void tick();
    },
    /** Rules have changed. */
    refresh(): void {
      if (isStarted) void tick();
    },
    stop(): void {
      isStarted = false;
      cancelTimer();
    },
  };
}

/** When a schedule comes next; null for other rules. Pure. */
export function nextTimeOf({ trigger }: RuleRecord, nowMs: number): number | null {
  if (trigger.type !== 'schedule') return null;
  const next = nextTimes(trigger, nowMs, 1);
  return next.ok ? (next.value[0] ?? null) : null;
}
