import type { Clock } from '../../shared/domain/clock.ts';
import { type RuleId, ruleIdSchema } from '../../shared/domain/ids.ts';
import type { RuleInput } from '../../shared/domain/rule.ts';
import { ok, type Result } from '../../shared/result.ts';
import { estimateCost } from './estimate-cost.ts';
import type { createMirrors } from './mirror/mirrors.ts';
import type { SidePorts } from './mirror/mirror-sides.ts';
import { nextTimes } from './next-due.ts';
import { resolveRule } from './resolve-rule.ts';
import type { RuleHandlers } from './rule-handler.ts';
import type { RuleJournal } from './rule-journal.ts';
import { newRuleRecord } from './rule-marks.ts';
import type { RuleRecord } from './rule-record.ts';
import type { RuleServiceOptions } from './rule-service.ts';
import { checkStart } from './runner/check-start.ts';
import { testRule } from './test-rule.ts';

/** What a rule would do and cost, without doing it: also of one that is not saved. Reads only. */
export function createTrialCommands(deps: {
  readonly options: Pick<RuleServiceOptions, 'opener' | 'pathRules' | 'connections' | 'files'>;
  readonly journal: RuleJournal;
  readonly clock: Clock;
  readonly rules: () => readonly RuleRecord[];
  /** RuleNotFound. */
  readonly find: (ruleId: RuleId) => Result<RuleRecord>;
  readonly mirrors: Pick<ReturnType<typeof createMirrors>, 'preview'>;
  readonly sides: SidePorts;
}): RuleHandlers<'test' | 'preview' | 'nextTimes' | 'cost'> {
  const { options, journal, clock, sides } = deps;
  const { opener, connections } = options;

  async function given(rule: RuleId | RuleInput): Promise<Result<RuleRecord>> {
    if (typeof rule === 'string') return deps.find(rule);
    const resolved = await resolveRule(rule, options);
    if (!resolved.ok) return resolved;
    const { input, connectionId } = resolved.value;
    return ok(newRuleRecord(ruleIdSchema.parse('draft'), input, connectionId, [], clock.nowMs()));
  }

  return {
    async test({ rule: asked, ...wanted }) {
      const rule = await given(asked);
      if (!rule.ok) return rule;
      const ports = {
        ...sides,
        checkStart: (...[one, run]: Parameters<Parameters<typeof testRule>[2]['checkStart']>) =>
          checkStart({ journal, opener }, one, run, sides.signal),
        connectionName: connections.nameOf,
        nowMs: () => clock.nowMs(),
      };
      return testRule(rule.value, wanted, ports, sides.signal);
    },
    async preview({ rule: asked }) {
      const rule = await given(asked);
      return rule.ok ? deps.mirrors.preview(rule.value) : rule;
    },
    async nextTimes({ cron, timeZone, count }) {
      const times = nextTimes({ cron, timeZone }, clock.nowMs(), count);
      if (!times.ok) return times;
      return ok({ timesMs: times.value, timeZone: timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone });
    },
    cost: (place) => estimateCost(place, deps.rules(), opener, sides.signal),
  };
}
