import { expect, it } from 'vitest';
import type { Activity } from '../../../main/app/activity.ts';
import { watchActivity } from '../../../main/app/watch-activity.ts';
import type { EventBatch, Snapshot } from '../../../shared/contract/events.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { activityWith } from '../../fakes/activity.ts';
import { createManualClock } from '../../fakes/manual-clock.ts';
import { scriptedEngine } from '../../fakes/scripted-engine.ts';

const snapshot = (seq: number, of: Activity): Snapshot => ({
  seq,
  connections: [],
  jobs: [...of.jobs.values()],
  speed: [],
  limits: {} as Snapshot['limits'],
  rules: [...of.rules],
  rulesPaused: of.allPaused,
  orphans: 0,
  changes: of.changes,
  preferences: of.preferences,
});
const settle = () => new Promise((resolve) => setImmediate(resolve));

it('what the engine is at is followed from a snapshot, over gaps and failures', async () => {
  const one = activityWith({ rules: [{}], jobs: [{}] });
  const two = activityWith({ rules: [{}, {}] });
  const answers: Result<Snapshot>[] = [err(appError('EngineUnavailable')), ok(snapshot(3, one)), ok(snapshot(9, two))];
  const engine = scriptedEngine({ 'events.snapshot': () => answers.shift() ?? err(appError('EngineUnavailable')) });
  const clock = createManualClock();
  const seen: (readonly [rules: number, jobs: number, before: number | null])[] = [];
  const changes: number[] = [];
  watchActivity(engine, clock, (now, before) => {
    seen.push([now.rules.length, now.jobs.size, before?.jobs.size ?? null]);
    changes.push(now.changes.count);
  });
  await settle();
  clock.advance(1000);
  await settle();
  expect(seen).toEqual([[1, 1, null]]);

  const [job] = one.jobs.values();
  if (job === undefined) throw new Error('There is no job.');
  const batch = (seq: number, events: EventBatch['events']) => engine.emit({ seq, events });
  batch(3, [{ type: 'transfers.jobRemoved', jobId: job.id }]);
  batch(4, [{ type: 'transfers.orphans', count: 1 }]);
  batch(5, [
    { type: 'transfers.jobRemoved', jobId: job.id },
    { type: 'changes.underWay', count: 2, failed: 0 },
  ]);
  expect(seen.splice(0)).toEqual([
    [1, 1, null],
    [1, 0, 1],
  ]);
  expect(changes).toEqual([0, 2]);
  batch(8, []);
  await settle();
  expect(seen).toEqual([[2, 0, 0]]);
});
