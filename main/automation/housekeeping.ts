import type { Clock } from '../../shared/domain/clock.ts';
import type { RuleId } from '../../shared/domain/ids.ts';
import type { WatchStatus } from './change-source.ts';
import type { RuleJournal } from './rule-journal.ts';
import type { RulePatch, RuleRecord } from './rule-record.ts';

const dayMs = 24 * 3600 * 1000;
/** [A48] */
const keepRunsMs = 90 * dayMs;
const keepRunsOfARule = 100_000;
const tidyEveryMs = 3600_000;
/** A power cut may bring back an older time: what is then looked at again has had its runs. */
const noteLooksEveryMs = 60_000;
/** The server's and our clock, and looks that began before. */
const writeMarginMs = 3600_000;

/** Keeps the journal small, and the times of looks in it. */
export function createHousekeeping(deps: {
  readonly journal: RuleJournal;
  readonly clock: Clock;
  readonly rules: () => readonly RuleRecord[];
  readonly statusOf: (rule: RuleRecord) => WatchStatus | null;
  readonly notePatch: (ruleId: RuleId, patch: RulePatch) => void;
  readonly onUnexpected: (where: string, thrown: unknown) => void;
}) {
  const { journal, clock } = deps;
  let isStarted = false;
  let isTidying = false;
  let cancelTimer = (): void => undefined;
  const notedMs = new Map<RuleId, number>();

  async function noteLook(rule: RuleRecord): Promise<void> {
    const status = deps.statusOf(rule);
    // What it has found may not have been taken yet.
    if (status === null || status.problem !== null) return;
    const { lastLookMs } = status;
    // One that began before the rule was as it is was for others.
    if (lastLookMs === null || lastLookMs === rule.lastLookMs || lastLookMs <= rule.updatedMs) return;
    const isFirst = rule.lastLookMs === null;
    const noted = notedMs.get(rule.id) ?? Number.NEGATIVE_INFINITY;
    if (!isFirst && clock.nowMs() - noted < noteLooksEveryMs) return;
    notedMs.set(rule.id, clock.nowMs());
    const patch = { lastLookMs };
    const saved = await journal.change({ rule: { id: rule.id, patch } });
    if (saved.ok) deps.notePatch(rule.id, patch);
  }

  async function tidy(): Promise<void> {
    const nowMs = clock.nowMs();
    for (;;) {
      const more = await journal.prune(nowMs - keepRunsMs, keepRunsOfARule);
      if (!more.ok) return;
      if (!more.value || !isStarted) break;
    }
    // What no rule has looked at since it was written must be known a while longer; not for ever, for one that is off.
    const looks = deps
      .rules()
      .flatMap(({ trigger, lastLookMs, createdMs }) =>
        trigger.type === 'newObject' || trigger.type === 'folder' ? [lastLookMs ?? createdMs] : [],
      );
    const lookedMs = Math.min(nowMs, ...looks) - writeMarginMs;
    await journal.forgetWrites(Math.max(lookedMs, nowMs - keepRunsMs));
  }

  function tidyUp(): void {
    if (isTidying) return;
    isTidying = true;
    void tidy()
      .catch((thrown: unknown) => deps.onUnexpected('tidying the history of rules', thrown))
      .finally(() => (isTidying = false));
  }

  function everyHour(): void {
    tidyUp();
    cancelTimer = clock.setTimer(tidyEveryMs, everyHour);
  }

  return {
    noteLooks(ruleIds: readonly RuleId[]): void {
      const wanted = new Set(ruleIds);
      for (const rule of deps.rules())
        if (wanted.has(rule.id)) noteLook(rule).catch((thrown: unknown) => deps.onUnexpected('noting a look', thrown));
    },
    tidyUp,
    start(): void {
      isStarted = true;
      everyHour();
    },
    stop(): void {
      isStarted = false;
      cancelTimer();
    },
  };
}
