import type { RuleRecord } from '../../../main/automation/rule-record.ts';
import { dueTimes } from './due-times.ts';
import type { RuleWorld } from './rule-world.ts';

/** Within that time after it is due a run is there, when nothing is in its way. */
const latestMs = 31_000;
const onTimeMs = 60_000;

/** [A20] [A21] */
export function checkSchedule(
  world: RuleWorld,
  rule: RuleRecord,
  runs: readonly { readonly dueMs: number; readonly seenMs: number }[],
  wasEverPaused: boolean,
): void {
  const { trigger, createdMs } = rule;
  if (trigger.type !== 'schedule') return;
  const due = dueTimes(trigger.cron, trigger.timeZone ?? 'UTC', createdMs);
  const dueSet = new Set(due);
  const at = (ms: number) => new Date(ms).toISOString();
  const times = runs.map(({ dueMs }) => dueMs);
  if (new Set(times).size < times.length)
    world.violate(`[A21] ${rule.id} ran twice for one time of ${times.map(at).join()}`);
  if (!trigger.catchUp)
    for (const { dueMs, seenMs } of runs)
      if (seenMs - dueMs > onTimeMs) world.violate(`[A21] ${rule.id} made up for ${at(dueMs)} at ${at(seenMs)}`);
  for (const ms of times) {
    if (!dueSet.has(ms)) world.violate(`[A20] ${rule.id} ${trigger.cron} ${trigger.timeZone} ran for ${at(ms)}`);
    // Made by a clock that was ahead.
    if (ms <= createdMs && world.jumps.length === 0)
      world.violate(`[A21] ${rule.id} ran for ${at(ms)}, before it was made`);
  }
  // Whoever pauses or edits a rule lets times pass.
  if (wasEverPaused || rule.updatedMs !== createdMs) return;
  const passed = due.filter((ms) => ms > createdMs && ms <= world.nowMs() - latestMs);
  const last = passed.at(-1);
  if (last === undefined) return;
  if (trigger.catchUp && !times.some((ms) => ms >= last))
    world.violate(`[A21] ${rule.id} ${trigger.cron} ${trigger.timeZone} was not run for ${at(last)}`);
  const isUndisturbed = world.jumps.length === 0 && world.deaths === 0 && world.sky.faults === 0;
  const missing = passed.find((ms) => !times.includes(ms));
  if (isUndisturbed && missing !== undefined)
    world.violate(`[A20] ${rule.id} ${trigger.cron} ${trigger.timeZone} was not run for ${at(missing)}`);
}
